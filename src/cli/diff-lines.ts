import type { RowsOfDiff } from "../core/datasets/tabular.js";
import type { ColumnChange, DiffRow, TableDiff } from "../core/datasets/view.js";
import { cellText } from "./cell-text.js";
import { counted } from "./numbers.js";
import type { Screen } from "./screen.js";
import { tableLines, type Cell, type Column } from "./table.js";
import { printable } from "./text-width.js";

/** A diff of tables as a terminal shows it: what it comes to, then rows with − + ~ and the cells that differ. */
export function diffLines(
  [before, after]: readonly [string, string],
  diff: TableDiff,
  { rows, total }: RowsOfDiff,
  screen: Screen,
): string[] {
  const alike = diff.changed > 0 ? ", those that are alike together" : "";
  const keys =
    diff.keys.length === 0 ? `rows compared by content${alike}` : `rows matched by ${diff.keys.join(", ")}`;
  const twice = diff.duplicateKeys > 0 ? `, ${counted(diff.duplicateKeys, "key")} repeated` : "";
  const lines = [
    `${printable(before)} → ${printable(after)}: ${sentence(diff)}`,
    `${printable(keys)}${diff.keysFrom === "guessed" && diff.keys.length > 0 ? " (guessed; --key says another)" : ""}${twice}`,
    ...diff.notes.map(({ text }) => printable(text)),
    ...diff.columns.map((change) => printable(columnText(change))),
  ];
  if (diff.changedCells.length > 0)
    lines.push(
      `changed cells: ${printable(diff.changedCells.map(({ column, cells }) => `${column} ${cells.toLocaleString("en-US")}`).join(", "))}`,
    );
  if (rows.length === 0) return lines;
  const columns: Column[] = [
    { title: "", align: "left" },
    ...diff.keys.map((title): Column => ({ title, align: "left", shrinksTo: 8 })),
    { title: "", align: "left", shrinksTo: 20 },
  ];
  const table = tableLines(
    columns,
    rows.map((row) => cellsOf(row, diff)),
    screen,
  );
  lines.push("", ...(diff.keys.length === 0 ? table.slice(1) : table)); // without keys the head is empty
  if (total > rows.length)
    lines.push(`… ${(total - rows.length).toLocaleString("en-US")} more; --rows N shows more`);
  return lines;
}

function sentence({ added, removed, changed, same }: TableDiff): string {
  const parts = [
    added > 0 ? `${added.toLocaleString("en-US")} added` : "",
    removed > 0 ? `${removed.toLocaleString("en-US")} removed` : "",
    changed > 0 ? `${changed.toLocaleString("en-US")} changed` : "",
  ].filter((part) => part !== "");
  return parts.length === 0
    ? `the same ${counted(same, "row")}`
    : `${parts.join(", ")}, ${counted(same, "row")} the same`;
}

function columnText({ change, name, before, after }: ColumnChange): string {
  switch (change) {
    case "added":
      return `+ column ${name} (${after ?? ""})`;
    case "removed":
      return `− column ${name} (${before ?? ""})`;
    case "renamed":
      return `~ column ${before ?? ""} is ${after ?? ""} now`;
    case "retyped":
      return `~ column ${name} was ${before ?? ""} and is ${after ?? ""}`;
    case "moved":
      return `~ column ${name} moved from place ${before ?? ""} to ${after ?? ""}`;
  }
}

const signs: Record<DiffRow["change"], Cell> = {
  added: { text: "+", tone: "green" },
  removed: { text: "−", tone: "red" },
  changed: { text: "~", tone: "yellow" },
};

function cellsOf({ change, before, after, cells }: DiffRow, { shown, keys }: TableDiff): Cell[] {
  const row = after ?? before ?? [];
  const key = keys.map((name) => cellText(row[shown.indexOf(name)] ?? null));
  const rest =
    change === "changed"
      ? cells.map(
          (at) => `${shown[at] ?? ""}: ${cellText(before?.[at] ?? null)} → ${cellText(after?.[at] ?? null)}`,
        )
      : shown.flatMap((name, at) =>
          keys.includes(name) || row[at] === null ? [] : [`${name}: ${cellText(row[at] ?? null)}`],
        );
  return [signs[change], ...key, rest.join(", ")];
}
