import { Component } from "preact";
import type { Cell } from "./cell.js";
import type { PlacedColumn } from "./columns.js";
import { gridWords } from "./grid-words.js";
import type { RowGroup } from "./row-groups.js";

interface Shared {
  readonly line: number;
  readonly top: number;
  /** The column that has the grid's tab stop, where it is in this row. */
  readonly focused: number | undefined;
}

interface RowProps<R> extends Shared {
  readonly row: R | undefined;
  readonly pinned: readonly PlacedColumn[];
  /** The scrolling columns that are drawn. */
  readonly columns: readonly PlacedColumn[];
  readonly pinnedWidth: number;
  readonly selected: boolean;
  readonly selectable: boolean;
  readonly hasMenu: boolean;
  readonly cell: (row: R, column: PlacedColumn) => Cell;
}

/** One row. Drawn again only when something of it changed: a scroll draws no row that was there before. */
export class GridRow<R> extends Component<RowProps<R>> {
  override shouldComponentUpdate(next: Readonly<RowProps<R>>): boolean {
    const before = this.props;
    return (Object.keys(next) as (keyof RowProps<R>)[]).some((name) => next[name] !== before[name]);
  }

  override render({ line, top, pinned, columns, pinnedWidth, selected, row }: Readonly<RowProps<R>>) {
    return (
      <div
        class={selected ? "grid-row selected" : "grid-row"}
        role="row"
        aria-rowindex={line + 2}
        aria-selected={this.props.selectable ? selected : undefined}
        aria-busy={row === undefined ? true : undefined}
        data-line={line}
        style={{ top: `${top}px` }}
      >
        <div class="grid-pinned" role="presentation" style={{ width: `${pinnedWidth}px` }}>
          {pinned.map((column, at) => this.#cell(column, 0, at === 0))}
        </div>
        {columns.map((column) => this.#cell(column, pinnedWidth, false))}
      </div>
    );
  }

  #cell(column: PlacedColumn, from: number, first: boolean) {
    const { row, cell, focused, selectable, selected, hasMenu } = this.props;
    const value = row === undefined ? undefined : cell(row, column);
    const classes = ["grid-cell"];
    if (column.numeric === true) classes.push("numeric");
    if (value?.missing === true) classes.push("missing");
    if (value?.tone) classes.push(`tone-${value.tone}`);
    return (
      <div
        key={column.id}
        class={classes.join(" ")}
        role={first ? "rowheader" : "gridcell"}
        aria-colindex={column.index + 1}
        tabIndex={focused === column.index ? 0 : -1}
        title={value?.title}
        aria-label={
          value &&
          (value.missing === true
            ? (value.title ?? value.text)
            : value.drawn !== undefined && value.text !== ""
              ? value.text
              : undefined)
        }
        style={{ left: `${from + column.left}px`, width: `${column.width}px` }}
      >
        {first && selectable ? (
          <span class={selected ? "grid-check codicon codicon-check" : "grid-check"} aria-hidden="true" />
        ) : null}
        {value === undefined ? (
          <span class="grid-skeleton" aria-hidden="true" />
        ) : (
          <>
            {value.dot === undefined ? null : (
              <span class="series-dot" style={{ background: value.dot }} aria-hidden="true" />
            )}
            {value.icon === undefined ? null : (
              <span class={`grid-icon codicon codicon-${value.icon}`} aria-hidden="true" />
            )}
            {value.drawn ?? <span class="grid-text">{value.text}</span>}
          </>
        )}
        {first && hasMenu ? (
          <span class="grid-more codicon codicon-ellipsis" title={gridWords.more} aria-hidden="true" />
        ) : null}
      </div>
    );
  }
}

interface GroupProps extends Shared {
  readonly group: RowGroup;
  readonly open: boolean;
  readonly columns: number;
  readonly width: number;
}

/** The heading of a group: its name and how many rows it has. */
export function GroupRow({ line, top, focused, group, open, columns, width }: GroupProps) {
  return (
    <div
      class="grid-row grid-group"
      role="row"
      aria-rowindex={line + 2}
      data-line={line}
      style={{ top: `${top}px` }}
    >
      <div
        class="grid-cell grid-group-cell"
        role="gridcell"
        aria-colindex={1}
        aria-colspan={columns}
        aria-expanded={open}
        tabIndex={focused === undefined ? -1 : 0}
        style={{ width: `${width}px` }}
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
