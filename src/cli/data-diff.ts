import { fileChanges } from "../core/datasets/file-changes.js";
import { findVersion } from "../core/datasets/find.js";
import { tableFormatOf } from "../core/datasets/table-format.js";
import type { DiffRow, FileChange, ManifestFile, TableDiff } from "../core/datasets/view.js";
import { readWorking } from "../core/datasets/working-copy.js";
import type { Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { diffLines } from "./diff-lines.js";
import { meantTable, placed, tellingTables, withTables, type MeantTable } from "./find-table.js";
import { bytesText, counted } from "./numbers.js";
import { ownScreen } from "./screen.js";
import { tableLines, type Cell } from "./table.js";

const usage =
  "data diff NAME[@VERSION] [[NAME]@VERSION] [--file FILE] [--key COLUMN … | --no-key] [--tolerance X|P%] [--rows N] [--json]\n" +
  "data diff PATH PATH …";
const usualRows = 20;
const mostRows = 10_000;

export const verb: Verb = {
  summary: "how two versions differ: rows and cells of a table, files of a folder",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      file: { type: "string" },
      key: { type: "string", multiple: true },
      "no-key": { type: "boolean" },
      tolerance: { type: "string", multiple: true },
      rows: { type: "string" },
    });
    const [first, second, extra] = positionals;
    if (first === undefined) throw wrongUsage("Which data set, or which two files?", usage);
    if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
    if (values.key && values["no-key"] === true) throw wrongUsage("Say either --key or --no-key.", usage);
    const keys = values["no-key"] === true ? [] : (values.key ?? null);
    const tolerance = toleranceOf(values.tolerance ?? []);
    const rows = wholeNumber(values.rows ?? String(usualRows));
    return withTables(context, async (bench) => {
      const before = meantTable(bench, first, context, "latest");
      const after = otherSide(bench, before, second, context);
      if (values.file === undefined && [before, after].some(isOfFiles))
        return tellFiles(bench, before, after, context);
      const was = await placed(bench.tables, before, values.file, context.signal);
      const now = await placed(bench.tables, after, values.file, context.signal);
      const comparison = { before: was, after: now, keys, tolerance };
      const { diff, handle } = await tellingTables(context, (tell) =>
        bench.tables.compare(comparison, context.signal, tell),
      );
      const page = { handle, changes: [], from: 0, most: rows };
      const shown = rows === 0 ? { rows: [], total: 0 } : await bench.tables.rows(page, context.signal);
      if (context.json)
        context.out(JSON.stringify(plainDiff([was.table.name, now.table.name], diff, shown.rows)));
      else context.out(diffLines([was.table.name, now.table.name], diff, shown, ownScreen()).join("\n"));
      return 0;
    });
  },
};

/** Whether a side is a folder, or a file that is no table. */
function isOfFiles(side: MeantTable): boolean {
  if (side.kind === "file") return false;
  const { detail, version } = side;
  const { form } = detail.history.find(({ id }) => id === version) ?? detail;
  return form === "folder" || tableFormatOf(detail.path) === undefined;
}

/** `0.01` or `1%`: absolute, and as a part of the greater number. */
function toleranceOf(texts: readonly string[]): { absolute: number; relative: number } {
  const tolerance = { absolute: 0, relative: 0 };
  for (const text of texts) {
    const number = Number(text.replace(/ ?%$/, ""));
    if (text === "" || !Number.isFinite(number) || number < 0)
      throw wrongUsage(`'${text}' is no tolerance such as 0.01 or 1%.`, usage);
    if (text.endsWith("%")) tolerance.relative = number / 100;
    else tolerance.absolute = number;
  }
  return tolerance;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw wrongUsage(`'${text}' is no number of rows.`, usage);
  return Math.min(Number(text), mostRows);
}

/** The second word; without one the working copy of the first. */
function otherSide(
  bench: Workbench,
  before: MeantTable,
  word: string | undefined,
  context: CommandContext,
): MeantTable {
  if (word === undefined) {
    if (before.kind === "file") throw wrongUsage("With which other file?", usage);
    return { kind: "data", detail: before.detail, version: null, name: before.detail.name };
  }
  const whole = word.startsWith("@") && before.kind === "data" ? before.detail.name + word : word;
  return meantTable(bench, whole, context, "latest");
}

const plainDiff = (
  [before, after]: readonly [string, string],
  diff: TableDiff,
  rows: readonly DiffRow[],
): object => {
  const { notes, ...counts } = diff;
  return { before, after, ...counts, notes: notes.map(({ text }) => text), rows };
};

const mostFiles = 1000;
const signs: Record<FileChange["change"], Cell> = {
  added: { text: "+", tone: "green" },
  removed: { text: "−", tone: "red" },
  changed: { text: "~", tone: "yellow" },
  mode: { text: "x", tone: "dim" },
};

async function tellFiles(
  bench: Workbench,
  before: MeantTable,
  after: MeantTable,
  context: CommandContext,
): Promise<number> {
  const changes = [
    ...fileChanges(await filesOf(bench, before, context), await filesOf(bench, after, context)),
  ];
  if (context.json) {
    context.out(JSON.stringify({ before: before.name, after: after.name, files: changes }));
    return 0;
  }
  const size = (side: FileChange["before"]): string => (side ? bytesText(side.size) : "");
  const rows = changes.slice(0, mostFiles).map((one): Cell[] => {
    const file = one.path || before.name.replace(/@[^@]*$/, ""); // below a data set that is one file there is no path
    return [signs[one.change], file, size(one.before), size(one.after)];
  });
  const head = `${before.name} → ${after.name}: ${changes.length === 0 ? "the same files" : `${counted(changes.length, "file")} differ${changes.length === 1 ? "s" : ""}`}`;
  const columns = [
    { title: "", align: "left" },
    { title: "file", align: "left" },
    { title: "before", align: "right" },
    { title: "after", align: "right" },
  ] as const;
  context.out(
    [head, ...(rows.length === 0 ? [] : ["", ...tableLines(columns, rows, ownScreen())])].join("\n"),
  );
  if (changes.length > mostFiles) context.say(`${changes.length - mostFiles} more; --json has all.`);
  const table = changes.find(({ path, change }) => change === "changed" && tableFormatOf(path) !== undefined);
  if (table) context.say(`The rows of a table: add --file ${table.path}`);
  return 0;
}

async function filesOf(
  { datasets, store }: Workbench,
  side: MeantTable,
  { signal }: CommandContext,
): Promise<Iterable<ManifestFile>> {
  if (side.kind === "file") throw wrongUsage("Only data sets can be compared file by file.", usage);
  if (side.version !== null) return datasets.contents.manifest(findVersion(side.detail, side.version, "any"));
  return (await readWorking(store, side.detail, signal))?.files ?? [];
}
