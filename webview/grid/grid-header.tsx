import { useRef, useState } from "preact/hooks";
import { words } from "../words.js";
import type { PlacedColumn } from "./columns.js";
import type { Sorted } from "./grid-props.js";
import { gridWords } from "./grid-words.js";

interface Props {
  readonly pinned: readonly PlacedColumn[];
  readonly columns: readonly PlacedColumn[];
  readonly pinnedWidth: number;
  readonly sorted: readonly Sorted[];
  /** The column that has the grid's tab stop, where it is in the header. */
  readonly focused: number | undefined;
  /** Which rows are selected; undefined where none can be. */
  readonly selected: "none" | "some" | "all" | undefined;
  readonly onSelectAll: () => void;
  readonly onSort: (column: PlacedColumn, add: boolean) => void;
  readonly onMenu: (column: PlacedColumn, x: number, y: number) => void;
  readonly onWidth: (column: PlacedColumn, width: number) => void;
  readonly onFit: (column: PlacedColumn) => void;
  readonly onMove: (column: string, to: string) => void;
}

const marks = { none: "", some: "codicon-remove", all: "codicon-check" } as const;

/** How far a title is dragged before it is a move and no click. */
const dragFrom = 6;

/** The titles: a click sorts, a drag moves, the edge resizes, the other button opens the column's menu. */
export function GridHeader(props: Props) {
  const { pinned, columns, pinnedWidth } = props;
  const [drop, setDrop] = useState<string>();
  const dragged = useRef<{ readonly id: string; readonly x: number; moving: boolean } | undefined>(undefined);

  const title = (column: PlacedColumn, from: number) => {
    const at = props.sorted.findIndex(({ column: id }) => id === column.id);
    const sort = props.sorted[at];
    const hover = column.kind === undefined ? column.title : `${column.title} · ${words.kinds[column.kind]}`;
    return (
      <div
        key={column.id}
        class={`grid-title${column.numeric === true ? " numeric" : ""}${drop === column.id ? " drop" : ""}`}
        role="columnheader"
        aria-colindex={column.index + 1}
        aria-sort={sort ? (sort.direction === "asc" ? "ascending" : "descending") : undefined}
        tabIndex={props.focused === column.index ? 0 : -1}
        title={hover}
        aria-label={column.title}
        data-column={column.id}
        style={{ left: `${from + column.left}px`, width: `${column.width}px` }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          dragged.current = { id: column.id, x: event.clientX, moving: false };
        }}
        onPointerMove={(event) => {
          const drag = dragged.current;
          if (!drag || event.buttons === 0) return;
          if (!drag.moving && Math.abs(event.clientX - drag.x) < dragFrom) return;
          if (!drag.moving) event.currentTarget.setPointerCapture(event.pointerId);
          drag.moving = true;
          setDrop(columnBelow(event.clientX, event.clientY));
        }}
        onPointerUp={(event) => {
          const drag = dragged.current;
          if (drag?.moving === true) {
            const to = columnBelow(event.clientX, event.clientY);
            if (to !== undefined && to !== drag.id) props.onMove(drag.id, to);
          }
          setDrop(undefined);
        }}
        onClick={(event) => {
          const wasDrag = dragged.current?.moving === true;
          dragged.current = undefined;
          if (!wasDrag) props.onSort(column, event.shiftKey);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          props.onMenu(column, event.clientX, event.clientY);
        }}
      >
        {column.fixed === true && props.selected !== undefined ? (
          <span
            class={`grid-check codicon ${marks[props.selected]}`}
            title={gridWords.selectAll}
            aria-hidden="true"
            onPointerDown={(event) => {
              event.stopPropagation();
            }}
            onClick={(event) => {
              event.stopPropagation();
              props.onSelectAll();
            }}
          />
        ) : null}
        {column.dot === undefined ? null : (
          <span class="series-dot" style={{ background: column.dot }} aria-hidden="true" />
        )}
        <Title text={column.title} />
        {sort ? (
          <span
            class={`grid-sort codicon codicon-arrow-${sort.direction === "asc" ? "up" : "down"}`}
            aria-hidden="true"
          />
        ) : null}
        {sort && props.sorted.length > 1 ? <span class="grid-sort-place">{at + 1}</span> : null}
        <Edge column={column} onWidth={props.onWidth} onFit={props.onFit} />
      </div>
    );
  };

  return (
    <div class="grid-header" role="row" aria-rowindex={1} data-line={-1}>
      <div class="grid-pinned" role="presentation" style={{ width: `${pinnedWidth}px` }}>
        {pinned.map((column) => title(column, 0))}
      </div>
      {columns.map((column) => title(column, pinnedWidth))}
    </div>
  );
}

function columnBelow(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest<HTMLElement>(".grid-title")?.dataset["column"];
    if (id !== undefined) return id;
  }
  return undefined;
}

interface EdgeProps {
  readonly column: PlacedColumn;
  readonly onWidth: (column: PlacedColumn, width: number) => void;
  readonly onFit: (column: PlacedColumn) => void;
}

/** A title. Of `validation/f1` the group before the slash gives way first: it is the same in many columns. */
function Title({ text }: { readonly text: string }) {
  const slash = text.indexOf("/");
  if (slash <= 0) return <span class="grid-text">{text}</span>;
  return (
    <span class="grid-text grid-text-parted">
      <span class="grid-text-group">{text.slice(0, slash)}</span>
      <span class="grid-text-rest">{text.slice(slash)}</span>
    </span>
  );
}

/** The edge of a title that is dragged to resize; a double click fits the column to what is seen. */
function Edge({ column, onWidth, onFit }: EdgeProps) {
  const from = useRef<{ readonly x: number; readonly width: number } | undefined>(undefined);
  return (
    <span
      class="grid-edge"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width: column.width };
      }}
      onPointerMove={(event) => {
        if (!from.current) return;
        event.stopPropagation();
        onWidth(column, from.current.width + event.clientX - from.current.x);
      }}
      onPointerUp={(event) => {
        event.stopPropagation();
        from.current = undefined;
      }}
      onClick={(event) => {
        event.stopPropagation();
      }}
      onDblClick={(event) => {
        event.stopPropagation();
        onFit(column);
      }}
    />
  );
}
