/** Where the focus stands: `row` -1 is the header. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page has. */
  readonly page: number;
}

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** Where a key takes the focus; undefined where it is not a key that moves. */
export function moved(
  place: Place,
  { key, ctrlKey, metaKey, altKey }: Press,
  extent: Extent,
): Place | undefined {
  if (altKey) return undefined;
  const far = ctrlKey || metaKey;
  const to = (row: number, column: number): Place => ({
    row: within(row, -1, extent.rows - 1),
    column: within(column, 0, Math.max(0, extent.columns - 1)),
  });
  const { row, column } = place;
  const lastRow = extent.rows - 1;
  const lastColumn = extent.columns - 1;
  switch (key) {
    case "ArrowUp":
      return far ? to(Math.min(0, lastRow), column) : to(row - 1, column);
    case "ArrowDown":
      return to(far ? lastRow : row + 1, column);
    case "ArrowLeft":
      return to(row, far ? 0 : column - 1);
    case "ArrowRight":
      return to(row, far ? lastColumn : column + 1);
    case "Home":
      return to(far ? Math.min(0, lastRow) : row, 0);
    case "End":
      return to(far ? lastRow : row, lastColumn);
    case "PageUp":
      return to(row < 0 ? row : Math.max(0, row - extent.page), column);
    case "PageDown":
      return to(row + extent.page, column);
    default:
      return undefined;
  }
}
