import { columnItems } from "./column-menu.js";
import { withStepped, withWidth, type PlacedColumn, type PlacedColumns } from "./columns.js";
import type { GridProps } from "./grid-props.js";
import { gridWords } from "./grid-words.js";
import type { OpenMenu } from "./menu.js";
import { moved, type Place } from "./moves.js";
import type { Lines } from "./row-groups.js";
import { only, ranged, toggled, type Selection } from "./selection.js";
import { rowHeight, scrolledTo } from "./window.js";

interface Given<R> {
  readonly props: GridProps<R>;
  readonly lines: Lines;
  readonly placed: PlacedColumns;
  readonly place: Place;
  readonly focusedColumn: number;
  /** What is seen of the rows, and of the columns that scroll. */
  readonly bodyHeight: number;
  readonly bodyWidth: number;
  readonly scroller: HTMLElement | null;
  readonly cellAt: (place: Place) => HTMLElement | null;
  readonly setMenu: (menu: OpenMenu) => void;
  /** Puts the focus somewhere; `key` names the row there. */
  readonly focus: (place: Place, key: string | undefined) => void;
}

export interface Gestures {
  readonly keyDown: (event: KeyboardEvent) => void;
  readonly pointerDown: (event: PointerEvent) => void;
  readonly click: (event: MouseEvent) => void;
  readonly doubleClick: (event: MouseEvent) => void;
  readonly contextMenu: (event: MouseEvent) => void;
  readonly sort: (column: PlacedColumn, add: boolean) => void;
  readonly fit: (column: PlacedColumn) => void;
  /** Selects all rows; none where all are. */
  readonly selectAll: () => void;
  readonly openColumnMenu: (column: PlacedColumn, x: number, y: number) => void;
}

/** What keys and the pointer do in a grid as it stands now. */
export function gestures<R>(given: Given<R>): Gestures {
  const { props, lines, placed, place, focusedColumn, bodyHeight, bodyWidth, scroller, cellAt, setMenu } =
    given;
  const { source, layout, onLayout, selection } = props;
  const count = source?.count ?? 0;
  const columnCount = placed.pinned.length + placed.scrolling.length;

  const keyAt = (line: number): string | undefined => {
    const found = lines.at(line);
    return source && found?.kind === "row" ? source.keyAt(found.row) : undefined;
  };
  const goTo = (to: Place): void => {
    if (!scroller) return;
    const [start, end] = [to.row * rowHeight, (to.row + 1) * rowHeight];
    if (to.row >= 0) scroller.scrollTop = scrolledTo(scroller.scrollTop, bodyHeight, start, end);
    const column = placed.scrolling[to.column - placed.pinned.length];
    if (column && lines.at(to.row)?.kind !== "group")
      scroller.scrollLeft = scrolledTo(
        scroller.scrollLeft,
        bodyWidth,
        column.left,
        column.left + column.width,
      );
    given.focus(to, keyAt(to.row));
  };
  const columnAt = (index: number): PlacedColumn | undefined =>
    placed.pinned[index] ?? placed.scrolling[index - placed.pinned.length];
  const allKeys = (): string[] => Array.from({ length: count }, (_, row) => source?.keyAt(row) ?? "");
  const select = (next: Selection): void => props.onSelection?.(next);
  const selectAll = (): void => {
    if (!selection) return;
    const isAll = selection.keys.size >= count;
    select({ keys: new Set(isAll ? [] : allKeys()), anchor: isAll ? null : selection.anchor });
  };
  const openGroup = (line: number, open: boolean): void => {
    const found = lines.at(line);
    if (found?.kind !== "group") return;
    const closed = new Set(props.closed);
    if (open) closed.delete(found.group.key);
    else closed.add(found.group.key);
    props.onClosed?.(closed);
  };
  const openRowMenu = (line: number, x: number, y: number): void => {
    const key = keyAt(line);
    if (key === undefined || !props.rowMenu) return;
    const keys = selection?.keys.has(key) === true ? [...selection.keys] : [key];
    const items = props.rowMenu(keys);
    if (items.length > 0) setMenu({ label: gridWords.row, x, y, items });
  };
  const openColumnMenu = (column: PlacedColumn, x: number, y: number): void => {
    const { onSort } = props;
    const items = columnItems(column, {
      columns: props.columns,
      layout,
      onLayout,
      onFit: fit,
      ...(onSort
        ? {
            sort: (direction: "asc" | "desc" | null) => {
              onSort(column.id, direction, false);
            },
          }
        : {}),
      sorted: props.sorted.find(({ column: id }) => id === column.id)?.direction,
    });
    setMenu({ label: column.title, x, y, items: [...items, ...(props.columnMenu?.(column) ?? [])] });
  };
  const sort = (column: PlacedColumn, add: boolean): void => {
    if (column.sortable !== true) return;
    const now = props.sorted.find(({ column: id }) => id === column.id)?.direction;
    const first = column.numeric === true ? "desc" : "asc";
    const second = first === "desc" ? "asc" : "desc";
    props.onSort?.(column.id, now === undefined ? first : now === first ? second : null, add);
  };
  const fit = (column: PlacedColumn): void => {
    const cells = scroller?.querySelectorAll<HTMLElement>(`[aria-colindex="${column.index + 1}"]`) ?? [];
    let width = 0;
    for (const cell of cells) {
      if (cell.classList.contains("grid-group-cell")) continue;
      const text = cell.querySelector<HTMLElement>(".grid-text");
      const rest = text ? text.offsetLeft + text.scrollWidth : cell.scrollWidth;
      width = Math.max(width, rest + (cell.role === "columnheader" ? 28 : 12));
    }
    if (width > 0) onLayout(withWidth(layout, column.id, width));
  };

  const onHeaderKey = (event: KeyboardEvent, column: PlacedColumn): boolean => {
    const sideways = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : undefined;
    if (sideways !== undefined && event.altKey) {
      const next = withStepped(props.columns, layout, column.id, sideways);
      if (next !== layout) goTo({ row: -1, column: place.column + sideways });
      onLayout(next);
    } else if (sideways !== undefined && event.shiftKey)
      onLayout(withWidth(layout, column.id, column.width + sideways * 16));
    else if (event.key === "Enter" || event.key === " ") sort(column, event.shiftKey);
    else return false;
    return true;
  };
  const onRowKey = (event: KeyboardEvent): boolean => {
    const line = lines.at(place.row);
    const key = keyAt(place.row);
    if (line?.kind === "group") {
      if (event.key === "ArrowLeft" && line.open) openGroup(place.row, false);
      else if (event.key === "ArrowRight" && !line.open) openGroup(place.row, true);
      else if (event.key === "Enter" || event.key === " ") openGroup(place.row, !line.open);
      else return false;
      return true;
    }
    if (key === undefined) return false;
    if (event.key === "Enter" && props.onPick) props.onPick(key);
    else if (event.key === "Enter") props.onOpen?.(key, columnAt(focusedColumn)?.id ?? "");
    else if (event.key === " " && selection)
      select(event.shiftKey ? ranged(selection, key, allKeys()) : toggled(selection, key));
    else return false;
    return true;
  };
  const keyDown = (event: KeyboardEvent): void => {
    const column = columnAt(focusedColumn);
    const isMenuKey =
      event.key === "." || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (isMenuKey) {
      const box = cellAt(place)?.getBoundingClientRect();
      const [x, y] = [(box?.left ?? 0) + 8, box?.bottom ?? 0];
      if (place.row >= 0) openRowMenu(place.row, x, y);
      else if (column) openColumnMenu(column, x, y);
    } else if (place.row < 0 && column && onHeaderKey(event, column)) {
      // done
    } else if (place.row >= 0 && onRowKey(event)) {
      // done
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey) && selection)
      select({ keys: new Set(allKeys()), anchor: selection.anchor });
    else if (event.key === "Escape" && selection && selection.keys.size > 0)
      select({ keys: new Set(), anchor: null });
    else {
      const page = Math.max(1, Math.floor(bodyHeight / rowHeight) - 1);
      const to = moved(place, event, { rows: lines.count, columns: columnCount, page });
      if (!to) return;
      goTo(to);
      if (event.shiftKey && selection && to.row >= 0 && to.row !== place.row) {
        const [from, key] = [keyAt(place.row), keyAt(to.row)];
        const start = selection.anchor === null && from !== undefined ? only(from) : selection;
        if (key !== undefined) select(ranged(start, key, allKeys()));
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const lineOf = (event: Event): { line: number; target: HTMLElement } | undefined => {
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    const row = target?.closest<HTMLElement>("[data-line]");
    const line = Number(row?.dataset["line"] ?? Number.NaN);
    return target && Number.isInteger(line) ? { line, target } : undefined;
  };
  const pointerDown = (event: PointerEvent): void => {
    const at = lineOf(event);
    const index = at?.target.closest("[aria-colindex]")?.getAttribute("aria-colindex");
    if (!at || index === null || index === undefined) return;
    if (event.target instanceof HTMLElement && event.target.classList.contains("grid-edge")) return;
    given.focus({ row: at.line, column: Number(index) - 1 }, keyAt(at.line));
  };
  const click = (event: MouseEvent): void => {
    const at = lineOf(event);
    if (!at || at.line < 0) return;
    const found = lines.at(at.line);
    const key = keyAt(at.line);
    if (found?.kind === "group") openGroup(at.line, !found.open);
    else if (at.target.classList.contains("grid-more")) {
      const box = at.target.getBoundingClientRect();
      openRowMenu(at.line, box.left, box.bottom);
    } else if (key !== undefined && props.onPick) props.onPick(key);
    else if (key === undefined || !selection) return;
    else if (event.shiftKey) select(ranged(selection, key, allKeys()));
    else if (event.ctrlKey || event.metaKey || at.target.classList.contains("grid-check"))
      select(toggled(selection, key));
    else select(only(key));
  };
  const doubleClick = (event: MouseEvent): void => {
    const at = lineOf(event);
    const key = at && !at.target.classList.contains("grid-check") ? keyAt(at.line) : undefined;
    if (key !== undefined) props.onOpen?.(key, columnAt(focusedColumn)?.id ?? "");
  };
  const contextMenu = (event: MouseEvent): void => {
    const at = lineOf(event);
    if (!at || at.line < 0) return;
    event.preventDefault();
    openRowMenu(at.line, event.clientX, event.clientY);
  };
  return { keyDown, pointerDown, click, doubleClick, contextMenu, sort, fit, selectAll, openColumnMenu };
}
