import type { ColumnProfile, TableProfile } from "../core/datasets/view.js";
import { blockBars, cellText, statisticText } from "./cell-text.js";
import { readWords, type Verb } from "./command.js";
import { oneWord } from "./find-data.js";
import { meantTable, placed, tellingTables, withTables } from "./find-table.js";
import { counted } from "./numbers.js";
import { ownScreen, type Screen } from "./screen.js";
import { tableLines, type Cell, type Column } from "./table.js";
import { printable } from "./text-width.js";

const usage = "data profile NAME[@VERSION]|PATH [--file FILE] [--working] [--json]";

export const verb: Verb = {
  summary: "what stands in a table: types, missing values, distributions",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      file: { type: "string" },
      working: { type: "boolean" },
    });
    const word = oneWord(positionals, usage);
    return withTables(context, async (bench) => {
      const meant = meantTable(bench, word, context, values.working === true ? "working" : "latest");
      const table = await placed(bench.tables, meant, values.file, context.signal);
      const profile = await tellingTables(context, (tell) =>
        bench.tables.profile(table, context.signal, tell),
      );
      if (context.json) context.out(JSON.stringify(plainProfile(table.table.name, profile)));
      else context.out(profileLines(table.table.name, profile, ownScreen()).join("\n"));
      return 0;
    });
  },
};

/** As it is told to programs: notes as plain text. */
const plainProfile = (name: string, profile: TableProfile): object => ({
  table: name,
  ...profile,
  notes: profile.notes.map(({ text }) => text),
});

const columns: readonly Column[] = [
  { title: "column", align: "left", shrinksTo: 10 },
  { title: "type", align: "left" },
  { title: "missing", align: "right" },
  { title: "distinct", align: "right" },
  { title: "least", align: "right" },
  { title: "median", align: "right" },
  { title: "most", align: "right" },
  { title: "distribution", align: "left", shrinksTo: 12 },
];

function profileLines(name: string, profile: TableProfile, screen: Screen): string[] {
  const { rows, duplicates, notes } = profile;
  const head = `${printable(name)}: ${counted(rows, "row")}, ${counted(profile.columns.length, "column")}, ${profile.format}`;
  return [
    duplicates === null || duplicates === 0 ? head : `${head}, ${counted(duplicates, "row")} repeated`,
    ...notes.map(({ text }) => printable(text)),
    ...profile.columns.flatMap(({ name: column, numbers }) =>
      numbers && numbers.nonFinite > 0
        ? [
            `${printable(column)}: ${counted(numbers.nonFinite, "value")} NaN or infinite, beside its statistics.`,
          ]
        : [],
    ),
    ...(profile.columns.length === 0
      ? []
      : [
          "",
          ...tableLines(
            columns,
            profile.columns.map((column) => cellsOf(column, rows)),
            screen,
          ),
        ]),
  ];
}

function cellsOf(column: ColumnProfile, rows: number): Cell[] {
  const { numbers } = column;
  const missing = column.missing === 0 ? "" : percentText(column.missing / rows);
  return [
    column.name,
    column.type,
    column.missing > 0 ? { text: missing, tone: "yellow" } : "",
    `${column.distinctIsExact ? "" : "~"}${column.distinct.toLocaleString("en-US")}`,
    statisticText(column, numbers?.min),
    statisticText(column, numbers?.quantiles[3]),
    statisticText(column, numbers?.max),
    numbers ? blockBars(numbers.histogram.counts) : topText(column),
  ];
}

const mostTop = 3;
function topText({ top, count, distinct }: ColumnProfile): string {
  if (count > 1 && distinct === count) return "all different";
  return top
    .slice(0, mostTop)
    .map((one) => `${cellText(one.value)} ${percentText(one.count / count)}`)
    .join(", ");
}

function percentText(part: number): string {
  const percent = part * 100;
  return percent > 0 && percent < 0.1 ? "<0.1 %" : `${Number(percent.toPrecision(2))} %`;
}
