import { compareVersions } from "../core/registry/compare-versions.js";
import type { SignatureChange, VersionComparison } from "../core/registry/view.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findModelVersion } from "./find-model.js";
import { bytesText, columnTexts, counted, numberText } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen, toned, type Screen } from "./screen.js";
import { tableLines, type Cell, type Column } from "./table.js";

const usage = "models compare VERSION VERSION … [--json]      (a version: NAME/N or NAME@ALIAS)";
const absent = "–";

export const verb: Verb = {
  summary: "what differs between versions: metrics, params, signature, data, environment, speed",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    if (positionals.length < 2) throw wrongUsage("To compare takes at least two versions.", usage);
    return inFolder(context, (bench) => {
      const versions = positionals.map((word) => findModelVersion(bench, word));
      const twice = versions.find(({ id }, at) => versions.findIndex((one) => one.id === id) < at);
      if (twice) throw wrongUsage(`${twice.name}/${twice.number} is named twice.`, usage);
      const comparison = compareVersions(bench.store, versions);
      if (context.json) context.out(JSON.stringify(comparison));
      else context.out(comparisonLines(comparison, ownScreen()).join("\n"));
      return Promise.resolve(0);
    });
  },
};

/** The comparison as sections of tables, those with nothing to say left out. */
function comparisonLines(comparison: VersionComparison, screen: Screen): string[] {
  const heads = comparison.versions.map(({ name, number }) => `${name}/${number}`);
  const section = (title: string, rows: readonly (readonly Cell[])[], align: "left" | "right"): string[] => {
    if (rows.length === 0) return [];
    const columns: Column[] = [
      { title, align: "left", shrinksTo: 12 },
      ...heads.map((head): Column => ({ title: head, align, shrinksTo: 8 })),
    ];
    return [...tableLines(columns, rows, screen), ""];
  };
  const texts = (rows: VersionComparison["params"]): readonly (readonly Cell[])[] =>
    rows.map(({ name, values }) => [name, ...values.map((value) => value ?? absent)]);
  const { same } = comparison;
  return [
    ...section("metrics", metricRows(comparison), "right"),
    ...signatureLines(comparison, heads, screen),
    ...section("params", texts(comparison.params), "left"),
    ...section("data", texts(comparison.data), "left"),
    ...section("environment", texts(comparison.environment), "left"),
    ...section("files", fileRows(comparison), "right"),
    `The same: ${counted(same.metrics, "metric")}, ${counted(same.params, "param")}, ${counted(same.environment, "thing of the environment", "things of the environment")}.`,
  ];
}

function metricRows({ metrics }: VersionComparison): readonly (readonly Cell[])[] {
  return metrics.map(({ name, better, values }) => {
    const numbers = values.map((value) => (value === null ? Number.NaN : Number(value)));
    const known = columnTexts(numbers.filter((value) => Number.isFinite(value)));
    const best = better === "more" ? Math.max(...finite(numbers)) : Math.min(...finite(numbers));
    const differ = new Set(numbers).size > 1;
    let at = 0;
    const cells = numbers.map((value, place): Cell => {
      if (!Number.isFinite(value)) return values[place] === null ? absent : String(values[place]);
      const text = known[at++] ?? "";
      return better !== null && differ && value === best ? { text: `${text} ✓`, tone: "green" } : text;
    });
    return [name, ...cells];
  });
}

const finite = (values: readonly number[]): readonly number[] =>
  values.filter((value) => Number.isFinite(value));

/** What callers of the first version notice of each other one. */
function signatureLines(
  { signatures }: VersionComparison,
  heads: readonly string[],
  screen: Screen,
): readonly string[] {
  const lines: string[] = [];
  for (const [at, changes] of signatures.entries()) {
    if (at === 0 || changes?.length === 0) continue;
    lines.push(toned(`signature of ${heads[at] ?? ""}, for callers of ${heads[0] ?? ""}`, "bold", screen));
    if (!changes) lines.push("  not known of both");
    for (const change of changes ?? []) {
      const text = `  ${change.breaks ? "breaks: " : ""}${changeWords(change)}`;
      lines.push(change.breaks ? toned(text, "red", screen) : text);
    }
    lines.push("");
  }
  return lines;
}

function changeWords({ where, name, change, before, after }: SignatureChange): string {
  const what = `${where} ${name === "" ? "without a name" : name}`;
  if (change === "added") return `${what} added (${after ?? ""})`;
  if (change === "removed") return `${what} removed (${before ?? ""})`;
  return `${what} ${change} (${before ?? absent} → ${after ?? absent})`;
}

function fileRows({ sizes, measured }: VersionComparison): readonly (readonly Cell[])[] {
  const rows: (readonly Cell[])[] = [
    ["size", ...sizes.map((size) => (size === null ? absent : bytesText(size)))],
  ];
  if (measured.every((one) => one === null)) return rows;
  const row = (name: string, of: "load" | "median" | "slowest"): readonly Cell[] => [
    name,
    ...measured.map((one) => (one ? `${numberText(one[of])} ms` : absent)),
  ];
  return [...rows, row("load", "load"), row("one row", "median"), row("slowest", "slowest")];
}
