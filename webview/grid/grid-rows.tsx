import { GridRow, GroupRow, ScrollingCells } from "./grid-row.js";
import type { GridProps } from "./grid-props.js";
import type { PlacedColumn, PlacedColumns } from "./columns.js";
import type { Line, Lines } from "./row-groups.js";
import { rowHeight } from "./window.js";

/** A line and the place among the elements where it is drawn. */
export interface DrawnLine {
  readonly line: number;
  readonly slot: number;
}

interface Props<R> {
  readonly grid: GridProps<R>;
  /** Begins the ids of rows. */
  readonly id: string;
  readonly lines: Lines;
  readonly lineCount: number;
  /** From the top. */
  readonly drawn: readonly DrawnLine[];
  readonly placed: PlacedColumns;
  /** The scrolling columns that are drawn. */
  readonly columns: readonly PlacedColumn[];
  /** Where the grid's tab stop is. */
  readonly tabLine: number;
  readonly tabColumn: number;
  /** How far below the top of the grid the rows begin. */
  readonly top: number;
  /** Of a group's heading. */
  readonly groupWidth: number;
}

/** The id of the row in a slot: what the grid's children are, in their order, which is not that of the elements. */
export const rowId = (id: string, slot: number): string => `${id}-row-${slot}`;

const cellsId = (id: string, slot: number): string => `${id}-cells-${slot}`;

/** In the order of their slots, in which no element moves. */
const inSlots = (drawn: readonly DrawnLine[]): readonly DrawnLine[] =>
  [...drawn].sort((a, b) => a.slot - b.slot);

const heightOf = (lineCount: number): string => `${lineCount * rowHeight}px`;

function at<R>({ grid, lines }: Props<R>, line: number): Line | undefined {
  return grid.source ? lines.at(line) : undefined;
}

function partOf<R>(props: Props<R>, line: number) {
  const { source, store, selection, picked, cell } = props.grid;
  const found = at(props, line);
  const key = source && found?.kind === "row" ? source.keyAt(found.row) : undefined;
  return {
    line,
    focused: props.tabLine === line ? props.tabColumn : undefined,
    row: key === undefined ? undefined : store.byKey(key),
    selected: key !== undefined && (selection?.keys.has(key) === true || picked === key),
    cell,
  };
}

/** The rows that are drawn, with their pinned cells. Those that scroll lie in another layer and belong to them. */
export function PinnedRows<R>(props: Props<R>) {
  const { grid, id, lineCount, placed, tabLine, tabColumn } = props;
  const draw = ({ line, slot }: DrawnLine) => {
    const found = at(props, line);
    if (found?.kind === "group")
      return (
        <GroupRow
          key={slot}
          id={rowId(id, slot)}
          line={line}
          focused={tabLine === line ? tabColumn : undefined}
          group={found.group}
          open={found.open}
          columns={Math.max(1, placed.pinned.length + placed.scrolling.length)}
          width={props.groupWidth}
        />
      );
    return (
      <GridRow<R>
        key={slot}
        {...partOf(props, line)}
        id={rowId(id, slot)}
        owns={cellsId(id, slot)}
        columns={placed.pinned}
        selectable={grid.selection !== undefined}
        pickable={grid.onPick !== undefined}
        hasMenu={grid.rowMenu !== undefined}
      />
    );
  };
  return (
    <div
      class="grid-names"
      role="presentation"
      style={{ width: `${placed.pinnedWidth}px`, height: heightOf(lineCount) }}
    >
      {inSlots(props.drawn).map(draw)}
    </div>
  );
}

/** The cells that scroll sideways: as one layer they move without cost, where a pinned cell a row would be a layer a row. */
export function ScrollingRows<R>(props: Props<R>) {
  const { id, lineCount, placed, columns, top } = props;
  return (
    <div
      class="grid-cells"
      role="presentation"
      style={{
        left: `${placed.pinnedWidth}px`,
        top: `${top}px`,
        width: `${placed.scrollingWidth}px`,
        height: heightOf(lineCount),
      }}
    >
      {inSlots(props.drawn).map(({ line, slot }) =>
        at(props, line)?.kind === "group" ? null : (
          <ScrollingCells<R> key={slot} {...partOf(props, line)} id={cellsId(id, slot)} columns={columns} />
        ),
      )}
    </div>
  );
}
