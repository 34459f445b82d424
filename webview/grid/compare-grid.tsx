import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { Cell } from "./cell.js";
import type { PlacedColumn } from "./columns.js";
import type { MenuItem } from "./menu.js";
import type { RowGroup } from "./row-groups.js";
import { RowsGrid } from "./rows-grid.js";

/** Of the column with the names, on a wide page and on a narrow one. */
const [nameWidth, narrowNameWidth] = [220, 128];
const narrowPage = 500;
/** Of each thing, as the page is wide and as there are things. */
const [least, most] = [150, 340];

interface CompareRow {
  readonly key: string;
  /** What the row compares. */
  readonly name: string;
}

/** Rows in groups, of which those that do not differ are folded at first. */
interface CompareTable<R> {
  readonly rows: readonly R[];
  readonly groups: readonly RowGroup[];
  readonly folded: readonly string[];
}

/** A thing that is compared with the others. */
export interface ComparedThing {
  readonly id: string;
  /** As it stands over a column of this width. */
  readonly title: (width: number) => string;
  readonly dot?: string;
}

interface CompareGridProps<R> {
  readonly label: string;
  /** Of the column with the names. */
  readonly nameTitle: string;
  /** undefined until they are known. */
  readonly table: CompareTable<R> | undefined;
  /** A column each. The same array until they are others. */
  readonly things: readonly ComparedThing[];
  /** What the thing at a place has in a row. Must be the same function until what it tells changes. */
  readonly cell: (row: R, at: number, width: number) => Cell;
  readonly onOpen?: (row: R, thing: string) => void;
  readonly rowMenu: (row: R) => readonly MenuItem[];
  readonly columnMenu: (thing: string) => readonly MenuItem[];
}

/** Things beside each other, with what differs between them in rows. */
export function CompareGrid<R extends CompareRow>(props: CompareGridProps<R>): VNode {
  const { label, nameTitle, table, things, onOpen, rowMenu, columnMenu } = props;
  const [toggled, setToggled] = useState<ReadonlySet<string>>();
  const columns = useMemo(() => {
    const first = window.innerWidth < narrowPage ? narrowNameWidth : nameWidth;
    const share = (window.innerWidth - first - 16) / Math.max(1, things.length);
    const width = Math.min(most, Math.max(least, share));
    return [
      { id: "what", title: nameTitle, width: first, fixed: true },
      ...things.map(({ id, title, dot }) => ({
        ...{ id, width, title: title(width) },
        ...(dot === undefined ? {} : { dot }),
      })),
    ];
  }, [things, nameTitle]);
  const cell = useCallback(
    (row: R, { id, width }: PlacedColumn): Cell => {
      const at = things.findIndex((thing) => thing.id === id);
      return at < 0 ? { text: row.name, title: row.name } : props.cell(row, at, width);
    },
    [things, props.cell],
  );
  const rowOf = (key: string | undefined): R | undefined => table?.rows.find((row) => row.key === key);
  return (
    <div class="compare-grid">
      <RowsGrid<R>
        label={label}
        columns={columns}
        rows={table?.rows}
        rowKey={({ key }) => key}
        cell={cell}
        groups={table?.groups ?? []}
        closed={toggled ?? new Set(table?.folded)}
        onClosed={setToggled}
        {...(onOpen
          ? {
              onOpen: (key: string, column: string) => {
                const row = rowOf(key);
                if (row) onOpen(row, column);
              },
            }
          : {})}
        rowMenu={([key]) => {
          const row = rowOf(key);
          return row ? rowMenu(row) : [];
        }}
        columnMenu={({ id }) => columnMenu(id)}
      />
    </div>
  );
}

/** The place of the sentence over the grid until it has come. */
export const SentenceWaiting = ({ label }: { readonly label: string }): VNode => (
  <>
    <span class="spoken">{label}</span>
    <span class="skeleton compare-waiting" aria-hidden="true" />
  </>
);
