import type { Cell } from "./cell.js";
import type { ColumnLayout, GridColumn, PlacedColumn } from "./columns.js";
import type { MenuItem } from "./menu.js";
import type { RowGroup } from "./row-groups.js";
import type { RowSource, RowStore } from "./row-store.js";
import type { Selection } from "./selection.js";

export interface Sorted {
  readonly column: string;
  readonly direction: "asc" | "desc";
}

export interface GridProps<R> {
  /** What the grid lists, for screen readers. */
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly layout: ColumnLayout;
  readonly onLayout: (layout: ColumnLayout) => void;
  /** What the rows are: where they are others, by another query say, they are shown from the first. */
  readonly of?: string;
  /** Where more rows come, they come at the top: whoever has left it goes on seeing the same rows. */
  readonly growsAtTop?: boolean;
  /** undefined while nothing is known: skeletons stand in its place. */
  readonly source: RowSource<R> | undefined;
  /** Keeps what the source gave; the page refreshes rows through it. */
  readonly store: RowStore<R>;
  /**
   * Must be the same function until what it tells changes: then all rows are drawn anew. undefined where the row has
   * not been read for that column.
   */
  readonly cell: (row: R, column: PlacedColumn) => Cell | undefined;
  readonly groups?: readonly RowGroup[];
  readonly closed?: ReadonlySet<string>;
  readonly onClosed?: (closed: ReadonlySet<string>) => void;
  readonly sorted: readonly Sorted[];
  /** A direction of null takes the column out of the order. `add`: beside what the rows are sorted by already. */
  readonly onSort?: (column: string, direction: "asc" | "desc" | null, add: boolean) => void;
  readonly selection?: Selection;
  readonly onSelection?: (selection: Selection) => void;
  /** The one row that is shown elsewhere; for grids without a selection. */
  readonly picked?: string;
  /** A row was pressed, or Enter on it, where one is picked. */
  readonly onPick?: (key: string) => void;
  /** A row was opened, with the focus in that column. */
  readonly onOpen?: (key: string, column: string) => void;
  /** What can be done with a row; `keys` has the whole selection where the row is in it. */
  readonly rowMenu?: (keys: readonly string[]) => readonly MenuItem[];
  /** More of a column's menu. */
  readonly columnMenu?: (column: PlacedColumn) => readonly MenuItem[];
  /** Ids of the columns that rows are to be read for: those in the view and some beside them, whenever they are others. */
  readonly onColumns?: (columns: readonly string[]) => void;
  /** The rows in the view, whenever they are others. */
  readonly onView?: (from: number, to: number) => void;
  /** Whether the person has left the top. */
  readonly onScrolled?: (scrolled: boolean) => void;
}
