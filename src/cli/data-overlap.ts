import type { Overlap } from "../core/datasets/view.js";
import { cellText } from "./cell-text.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { meantTable, placed, tellingTables, withTables } from "./find-table.js";
import { counted } from "./numbers.js";
import { ownScreen, type Screen } from "./screen.js";
import { tableLines, type Cell, type Column } from "./table.js";

const usage =
  "data overlap A[@VERSION] B[@VERSION] [--column COLUMN …] [--file-a FILE] [--file-b FILE] [--json]";

export const verb: Verb = {
  summary: "rows that stand in two tables, as of a test set in the training set",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      column: { type: "string", multiple: true },
      "file-a": { type: "string" },
      "file-b": { type: "string" },
    });
    const [first, second, extra] = positionals;
    if (first === undefined || second === undefined) throw wrongUsage("Which two data sets?", usage);
    if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
    return withTables(context, async (bench) => {
      const { signal } = context;
      const a = await placed(
        bench.tables,
        meantTable(bench, first, context, "latest"),
        values["file-a"],
        signal,
      );
      const b = await placed(
        bench.tables,
        meantTable(bench, second, context, "latest"),
        values["file-b"],
        signal,
      );
      const overlap = await tellingTables(context, (tell) =>
        bench.tables.overlap({ a, b, columns: values.column ?? null }, signal, tell),
      );
      const names = [a.table.name, b.table.name] as const;
      if (context.json) context.out(JSON.stringify({ a: names[0], b: names[1], ...overlap }));
      else context.out(overlapLines(names, overlap, ownScreen()).join("\n"));
      return 0;
    });
  },
};

const mostShown = 10;

function overlapLines([a, b]: readonly [string, string], overlap: Overlap, screen: Screen): string[] {
  const { exact, normalised, rowsB, columns, shared, sample } = overlap;
  const part = rowsB === 0 ? 0 : (normalised / rowsB) * 100;
  const head =
    normalised === 0
      ? `No row of ${b} stands in ${a}.`
      : `${normalised.toLocaleString("en-US")} of ${counted(rowsB, "row")} of ${b} (${Number(part.toPrecision(2))} %) stand in ${a}: ` +
        `${exact.toLocaleString("en-US")} exactly, ${(normalised - exact).toLocaleString("en-US")} but for spaces, case and the form of numbers.`;
  const by =
    columns.length === shared.length
      ? `Compared by all ${counted(shared.length, "column")} that both have; --column picks some.`
      : `Compared by ${columns.join(", ")}.`;
  if (sample.length === 0) return [head, by];
  const heads: Column[] = [
    { title: "", align: "left" },
    ...columns.map((title): Column => ({ title, align: "left", shrinksTo: 6 })),
  ];
  const rows = sample
    .slice(0, mostShown)
    .map(({ kind, cells }): Cell[] => [kind === "exact" ? "=" : "≈", ...cells.map(cellText)]);
  return [head, by, "", ...tableLines(heads, rows, screen)];
}
