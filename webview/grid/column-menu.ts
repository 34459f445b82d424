import {
  withHidden,
  withPinned,
  withStepped,
  type ColumnLayout,
  type GridColumn,
  type PlacedColumn,
} from "./columns.js";
import { gridWords } from "./grid-words.js";
import type { MenuItem } from "./menu.js";

interface Given {
  readonly columns: readonly GridColumn[];
  readonly layout: ColumnLayout;
  readonly onLayout: (layout: ColumnLayout) => void;
  readonly onFit: (column: PlacedColumn) => void;
  readonly sort?: (direction: "asc" | "desc" | null) => void;
  readonly sorted: "asc" | "desc" | undefined;
}

/** What can be done with any column. */
export function columnItems(column: PlacedColumn, given: Given): readonly MenuItem[] {
  const { columns, layout, onLayout, sort, sorted } = given;
  const items: MenuItem[] = [];
  if (sort && column.sortable === true)
    items.push(
      { label: gridWords.sortAscending, icon: "arrow-up", run: () => void sort("asc") },
      { label: gridWords.sortDescending, icon: "arrow-down", run: () => void sort("desc") },
      ...(sorted === undefined ? [] : [{ label: gridWords.sortNot, run: () => void sort(null) }]),
      "line",
    );
  items.push({
    label: gridWords.fit,
    run: () => {
      given.onFit(column);
    },
  });
  if (column.fixed === true) return items;
  const step = (by: -1 | 1) => () => {
    onLayout(withStepped(columns, layout, column.id, by));
  };
  items.push(
    { label: gridWords.moveLeft, icon: "arrow-left", keys: gridWords.moveLeftKeys, run: step(-1) },
    { label: gridWords.moveRight, icon: "arrow-right", keys: gridWords.moveRightKeys, run: step(1) },
    {
      label: column.pinned ? gridWords.unpin : gridWords.pin,
      icon: column.pinned ? "pinned" : "pin",
      run: () => {
        onLayout(withPinned(layout, column.id, !column.pinned));
      },
    },
    {
      label: gridWords.hide,
      icon: "eye-closed",
      run: () => {
        onLayout(withHidden(layout, column.id, true));
      },
    },
  );
  return items;
}
