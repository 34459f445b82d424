/** A table's cells as text; the first row holds the names of its columns. */
export interface TableText {
  readonly rows: readonly (readonly string[])[];
  /** True where there is more text than rows were read. */
  readonly cut: boolean;
}

/** Reads rows of comma- or tab-separated text, quotes as in RFC 4180. */
export function readTable(text: string, separator: string, mostRows: number): TableText {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === separator) {
      row.push(cell);
      cell = "";
    } else if (char === "\n") {
      row.push(cell.replace(/\r$/, ""));
      rows.push(row);
      [row, cell] = [[], ""];
      if (rows.length === mostRows + 1) return { rows, cut: at + 1 < text.length };
    } else cell += char;
  }
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return { rows, cut: false };
}
