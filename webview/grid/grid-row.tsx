import { Component, type VNode } from "preact";
import type { Cell } from "./cell.js";
import type { PlacedColumn } from "./columns.js";
import { gridWords } from "./grid-words.js";
import type { RowGroup } from "./row-groups.js";
import { rowHeight } from "./window.js";

interface Shared {
  readonly id: string;
  readonly line: number;
  /** The column that has the grid's tab stop, where it is in this row. */
  readonly focused: number | undefined;
}

interface PartProps<R> extends Shared {
  readonly row: R | undefined;
  readonly columns: readonly PlacedColumn[];
  readonly selected: boolean;
  readonly cell: (row: R, column: PlacedColumn) => Cell | undefined;
}

interface RowProps<R> extends PartProps<R> {
  /** Id of the part with the cells that scroll. */
  readonly owns: string;
  readonly selectable: boolean;
  readonly pickable: boolean;
  readonly hasMenu: boolean;
}

/** Drawn again only when something of it changed: a scroll draws no row that was there before. */
abstract class Part<R, P extends PartProps<R>> extends Component<P> {
  override shouldComponentUpdate(next: Readonly<P>): boolean {
    const before = this.props;
    for (const name in next) if (next[name] !== before[name]) return true;
    return false;
  }
}

/** One row with its pinned cells, those that scroll elsewhere and belong to it. */
export class GridRow<R> extends Part<R, RowProps<R>> {
  override render({ line, columns, selected, row, ...props }: Readonly<RowProps<R>>) {
    return (
      <div
        id={props.id}
        class={selected ? "grid-row selected" : "grid-row"}
        role="row"
        aria-rowindex={line + 2}
        aria-selected={props.selectable || props.pickable ? selected : undefined}
        aria-busy={row === undefined ? true : undefined}
        aria-owns={props.owns}
        data-line={line}
        style={topOf(line)}
      >
        {columns.map((column, at) => {
          const value = row === undefined ? undefined : props.cell(row, column);
          const focused = props.focused === column.index;
          if (at > 0) return drawCell(column, value, focused);
          return (
            <div
              key={column.id}
              {...cellProps(column, value, focused, false)}
              role={value === undefined ? "gridcell" : "rowheader"} // one that says nothing heads nothing
            >
              {props.selectable ? (
                <span
                  class={selected ? "grid-check codicon codicon-check" : "grid-check"}
                  aria-hidden="true"
                />
              ) : null}
              {drawParts(value)}
              {props.hasMenu ? (
                <span class="grid-more codicon codicon-ellipsis" title={gridWords.more} aria-hidden="true" />
              ) : null}
            </div>
          );
        })}
      </div>
    );
  }
}

/**
 * The cells of a row that scroll sideways. They lie in a layer of their own: one for all rows moves without cost. What
 * has not come yet has no cell, so that rows which are only passed by cost next to nothing.
 */
export class ScrollingCells<R> extends Part<R, PartProps<R>> {
  /** Cells as they were last drawn: those of which nothing changed are not even compared. */
  #drawn: ReadonlyMap<PlacedColumn, DrawnCell> = new Map();
  /** Whether cells may read otherwise than when they were drawn. */
  #isOld = false;

  override componentWillReceiveProps({ row, cell, focused }: Readonly<PartProps<R>>): void {
    const now = this.props;
    this.#isOld ||= row !== now.row || cell !== now.cell || focused !== now.focused;
  }

  #draw(column: PlacedColumn): DrawnCell | undefined {
    const { row, cell, focused } = this.props;
    const before = this.#drawn.get(column);
    if (before && !this.#isOld) return before;
    const value = row === undefined ? undefined : cell(row, column);
    const isFocused = focused === column.index;
    if (before && before.isFocused === isFocused && isSameCell(before.value, value)) return before;
    if (!value && !isFocused) return undefined;
    return { value, isFocused, node: drawCell(column, value, isFocused) };
  }

  override render({ id, line, columns, selected, row }: Readonly<PartProps<R>>) {
    const drawn = new Map<PlacedColumn, DrawnCell>();
    for (const column of columns) {
      const one = this.#draw(column);
      if (one) drawn.set(column, one);
    }
    this.#drawn = drawn;
    this.#isOld = false;
    const classes = row === undefined ? "grid-line waiting" : "grid-line";
    return (
      <div
        id={id}
        class={selected ? `${classes} selected` : classes}
        role="presentation"
        data-line={line}
        style={topOf(line)}
      >
        {Array.from(drawn.values(), ({ node }) => node)}
      </div>
    );
  }
}

interface DrawnCell {
  readonly value: Cell | undefined;
  readonly isFocused: boolean;
  readonly node: VNode;
}

/** Whether two cells look the same, as far as that is known without drawing them. */
const isSameCell = (a: Cell | undefined, b: Cell | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.drawn === b.drawn &&
    a.text === b.text &&
    a.title === b.title &&
    a.missing === b.missing &&
    a.icon === b.icon &&
    a.tone === b.tone &&
    a.dot === b.dot);

const topOf = (line: number): { readonly top: string } => ({ top: `${line * rowHeight}px` });

/** Text alone stands in the cell itself: most cells are nothing else. */
const isPlain = (value: Cell | undefined): value is Cell =>
  value !== undefined && value.drawn === undefined && value.dot === undefined && value.icon === undefined;

function cellProps(column: PlacedColumn, value: Cell | undefined, focused: boolean, plain: boolean) {
  let classes = plain ? "grid-cell" : "grid-cell parts";
  if (column.numeric === true) classes += " numeric";
  if (value?.missing === true) classes += " missing";
  if (value?.tone) classes += ` tone-${value.tone}`;
  return {
    class: classes,
    role: "gridcell" as const,
    "aria-colindex": column.index + 1,
    tabIndex: focused ? 0 : -1,
    title: value?.title,
    "aria-label": value && spokenOf(value),
    style: placeOf(column),
  };
}

type Place = Readonly<Record<"left" | "width", string>>;

const places = new WeakMap<PlacedColumn, Place>();

/** The same object for a column each time: what did not change is not compared part by part. */
function placeOf(column: PlacedColumn): Place {
  let place = places.get(column);
  if (!place) {
    place = { left: `${column.left}px`, width: `${column.width}px` };
    places.set(column, place);
  }
  return place;
}

/** What is read out where it is not what stands there. */
function spokenOf({ missing, title, text, drawn }: Cell): string | undefined {
  if (missing === true) return title ?? text;
  return drawn !== undefined && text !== "" ? text : undefined;
}

const drawCell = (column: PlacedColumn, value: Cell | undefined, focused: boolean) => {
  const plain = isPlain(value);
  return (
    <div key={column.id} {...cellProps(column, value, focused, plain)}>
      {plain ? value.text : drawParts(value)}
    </div>
  );
};

function drawParts(value: Cell | undefined) {
  if (value === undefined) return <span class="grid-skeleton" aria-hidden="true" />;
  const { dot, icon, drawn, text } = value;
  return (
    <>
      {dot === undefined ? null : <span class="series-dot" style={{ background: dot }} aria-hidden="true" />}
      {icon === undefined ? null : <span class={`grid-icon codicon codicon-${icon}`} aria-hidden="true" />}
      {drawn ?? <span class="grid-text">{text}</span>}
    </>
  );
}

interface GroupProps extends Shared {
  readonly group: RowGroup;
  readonly open: boolean;
  readonly columns: number;
  readonly width: number;
}

/** The heading of a group: its name and how many rows it has. */
export function GroupRow({ id, line, focused, group, open, columns, width }: GroupProps) {
  return (
    <div
      id={id}
      class="grid-row grid-group"
      role="row"
      aria-rowindex={line + 2}
      data-line={line}
      style={{ ...topOf(line), width: `${width}px` }}
    >
      <div
        class="grid-cell parts grid-group-cell"
        role="gridcell"
        aria-colindex={1}
        aria-colspan={columns}
        aria-expanded={open}
        tabIndex={focused === undefined ? -1 : 0}
      >
        <span
          class={`grid-icon codicon ${group.count === 0 ? "grid-no-rows" : `codicon-chevron-${open ? "down" : "right"}`}`}
          aria-hidden="true"
        />
        <span class="grid-text">{group.label}</span>
        <span class="grid-count" title={group.told}>
          {group.told ?? gridWords.rows(group.count)}
        </span>
      </div>
    </div>
  );
}
