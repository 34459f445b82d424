import type { words } from "../words.js";

/** A column of a grid: what it is called and how it is told. Its values come from the grid's `cell`. */
export interface GridColumn {
  /** Unique in the grid; saved layouts name columns by it. */
  readonly id: string;
  readonly title: string;
  /** What kind of thing it is: told to screen readers and in the title's hover. */
  readonly kind?: keyof typeof words.kinds;
  /** Numbers stand at the right with tabular figures. */
  readonly numeric?: boolean;
  /** In pixels, until a person drags it. */
  readonly width: number;
  readonly sortable?: boolean;
  /** CSS colour of a dot before the title. */
  readonly dot?: string;
  /** The first column names the row and stays; it can be neither hidden nor moved. */
  readonly fixed?: boolean;
  /** Not shown until a person asks for it. */
  readonly aside?: boolean;
}

/** What a person made of the columns; fit to be saved. Columns that came since follow their own place. */
export interface ColumnLayout {
  readonly widths: Readonly<Record<string, number>>;
  readonly hidden: readonly string[];
  /** Of the columns that stand aside, those that a person asked for. */
  readonly shown: readonly string[];
  readonly pinned: readonly string[];
  /** Ids in the order in which they were put; columns that are not named stand behind the one before them. */
  readonly order: readonly string[];
}

export const usualLayout: ColumnLayout = { widths: {}, hidden: [], shown: [], pinned: [], order: [] };

/** A column where it stands: `left` counts from the start of its part, pinned or scrolling. */
export interface PlacedColumn extends GridColumn {
  readonly left: number;
  readonly width: number;
  /** From 0, over both parts: what `aria-colindex` counts. */
  readonly index: number;
  readonly pinned: boolean;
}

export interface PlacedColumns {
  readonly pinned: readonly PlacedColumn[];
  readonly scrolling: readonly PlacedColumn[];
  readonly pinnedWidth: number;
  readonly scrollingWidth: number;
}

const leastWidth = 40;
const mostWidth = 1200;

const inRange = (width: number): number => Math.min(mostWidth, Math.max(leastWidth, Math.round(width)));

/** The columns in the order of the layout: a column that it does not name stands behind its own neighbour. */
export function ordered(
  columns: readonly GridColumn[],
  { order }: Pick<ColumnLayout, "order">,
): readonly GridColumn[] {
  if (order.length === 0) return columns;
  const byId = new Map(columns.map((column) => [column.id, column]));
  const named = new Set(order.filter((id) => byId.has(id)));
  const result = [...named].map((id) => byId.get(id)).filter((column) => column !== undefined);
  const followers = new Map<string | undefined, GridColumn[]>();
  let anchor: string | undefined;
  for (const column of columns) {
    if (named.has(column.id)) anchor = column.id;
    else followers.set(anchor, [...(followers.get(anchor) ?? []), column]);
  }
  return [
    ...(followers.get(undefined) ?? []),
    ...result.flatMap((column) => [column, ...(followers.get(column.id) ?? [])]),
  ];
}

/** Whether a layout shows a column. */
export function shownBy(layout: ColumnLayout): (column: GridColumn) => boolean {
  const [hidden, shown] = [new Set(layout.hidden), new Set(layout.shown)];
  return ({ id, fixed, aside }) => fixed === true || (aside === true ? shown.has(id) : !hidden.has(id));
}

/** Where each visible column stands. Fixed columns come first, then the pinned ones, then those that scroll. */
export function placeColumns(columns: readonly GridColumn[], layout: ColumnLayout): PlacedColumns {
  const isShown = shownBy(layout);
  const pins = new Set(layout.pinned);
  const visible = ordered(columns, layout).filter(isShown);
  const isPinned = (column: GridColumn): boolean => column.fixed === true || pins.has(column.id);
  const first = [
    ...visible.filter(({ fixed }) => fixed === true),
    ...visible.filter((column) => column.fixed !== true && pins.has(column.id)),
  ];
  const pinned = place(first, layout, 0, true);
  const scrolling = place(
    visible.filter((column) => !isPinned(column)),
    layout,
    pinned.placed.length,
    false,
  );
  return {
    pinned: pinned.placed,
    scrolling: scrolling.placed,
    pinnedWidth: pinned.width,
    scrollingWidth: scrolling.width,
  };
}

function place(
  columns: readonly GridColumn[],
  { widths }: ColumnLayout,
  from: number,
  pinned: boolean,
): { readonly placed: readonly PlacedColumn[]; readonly width: number } {
  let left = 0;
  const placed = columns.map((column, at) => {
    const width = inRange(widths[column.id] ?? column.width);
    const one = { ...column, left, width, index: from + at, pinned };
    left += width;
    return one;
  });
  return { placed, width: left };
}

export const withWidth = (layout: ColumnLayout, id: string, width: number): ColumnLayout => ({
  ...layout,
  widths: { ...layout.widths, [id]: inRange(width) },
});

const without = (ids: readonly string[], id: string): string[] => ids.filter((one) => one !== id);

export const withHidden = (layout: ColumnLayout, id: string, hidden: boolean): ColumnLayout => ({
  ...layout,
  hidden: hidden ? [...without(layout.hidden, id), id] : without(layout.hidden, id),
  shown: hidden ? without(layout.shown, id) : [...without(layout.shown, id), id],
});

export const withPinned = (layout: ColumnLayout, id: string, pinned: boolean): ColumnLayout => ({
  ...layout,
  pinned: pinned ? [...without(layout.pinned, id), id] : without(layout.pinned, id),
});

/** Moves a column to the place of another one: before it when it comes from the right, behind it from the left. */
export function withMoved(
  columns: readonly GridColumn[],
  layout: ColumnLayout,
  id: string,
  to: string,
): ColumnLayout {
  const ids = ordered(columns, layout).map((column) => column.id);
  const [from, target] = [ids.indexOf(id), ids.indexOf(to)];
  const fixed = columns.some((column) => column.fixed === true && (column.id === id || column.id === to));
  if (from < 0 || target < 0 || from === target || fixed) return layout;
  ids.splice(from, 1);
  ids.splice(target, 0, id);
  return { ...layout, order: ids };
}

/** Moves a column by one among the visible ones of its part; `by` is -1 or 1. */
export function withStepped(
  columns: readonly GridColumn[],
  layout: ColumnLayout,
  id: string,
  by: -1 | 1,
): ColumnLayout {
  const { pinned, scrolling } = placeColumns(columns, layout);
  for (const part of [pinned, scrolling]) {
    const at = part.findIndex((column) => column.id === id);
    const neighbour = part[at + by];
    if (at < 0 || !neighbour) continue;
    const moved = withMoved(columns, layout, id, neighbour.id);
    if (part === scrolling || moved === layout) return moved;
    return {
      ...moved,
      pinned: ordered(columns, moved)
        .map((c) => c.id)
        .filter((c) => layout.pinned.includes(c)),
    };
  }
  return layout;
}

/** A layout as it was saved by some version, or nothing of it where it is not one. */
export function readLayout(saved: unknown): ColumnLayout {
  if (typeof saved !== "object" || saved === null) return usualLayout;
  const { widths, hidden, shown, pinned, order } = saved as Record<string, unknown>;
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  const numbers =
    typeof widths === "object" && widths !== null
      ? Object.entries(widths).filter((entry): entry is [string, number] => Number.isFinite(entry[1]))
      : [];
  return {
    widths: Object.fromEntries(numbers.map(([id, width]) => [id, inRange(width)])),
    hidden: texts(hidden),
    shown: texts(shown),
    pinned: texts(pinned),
    order: texts(order),
  };
}
