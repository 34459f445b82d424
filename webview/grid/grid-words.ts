/** What the grid itself says. */
export const gridWords = {
  row: "Row",
  more: "More (.)",
  rows: (count: number): string => `${count.toLocaleString()} ${count === 1 ? "row" : "rows"}`,
  sortAscending: "Sort ascending",
  sortDescending: "Sort descending",
  sortNot: "Do not sort",
  fit: "Fit width",
  moveLeft: "Move left",
  moveRight: "Move right",
  pin: "Pin",
  unpin: "Unpin",
  hide: "Hide",
};
