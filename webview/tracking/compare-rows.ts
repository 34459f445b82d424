import type { Comparison, JsonDouble } from "../../src/protocol/tracking.js";
import type { RowGroup } from "../grid/row-groups.js";
import { columnTexts } from "../numbers.js";
import { compareWords } from "./compare-words.js";

/** What became of a file in each run, against the first one; null where nothing did. */
type FileStates = NonNullable<Comparison["code"]>[number]["states"];

/** A line of the comparison: one thing, with what each run has of it. */
export type CompareRow = { readonly key: string; readonly name: string } & (
  | { readonly kind: "text"; readonly values: readonly (string | null)[] }
  | {
      readonly kind: "number";
      readonly values: readonly (JsonDouble | null)[];
      /** As they are shown: as many digits as tell them apart. */
      readonly texts: readonly string[];
    }
  | { readonly kind: "file"; readonly states: FileStates }
);

export interface CompareTable {
  readonly rows: readonly CompareRow[];
  readonly groups: readonly RowGroup[];
  /** Keys of the groups that are closed at first: what is the same. */
  readonly folded: readonly string[];
}

const isDouble = (value: string | number): value is JsonDouble =>
  typeof value === "number" || value === "NaN" || value === "Infinity" || value === "-Infinity";

function valueRow(section: string, name: string, values: readonly (string | number | null)[]): CompareRow {
  const key = `${section} ${name}`;
  const there = values.filter((value) => value !== null);
  if (section !== "metrics" || !there.every(isDouble))
    return {
      key,
      name,
      kind: "text",
      values: values.map((value) => (value === null ? null : String(value))),
    };
  const texts = columnTexts(there);
  let at = 0;
  return {
    key,
    name,
    kind: "number",
    values: values as readonly (JsonDouble | null)[],
    texts: values.map((value) => (value === null ? "" : (texts[at++] ?? ""))),
  };
}

/** Names that are the same in all runs, as far as the runs themselves say it. */
function unchanged(comparison: Comparison, kind: "params" | "metrics"): string[] {
  const differing = new Set(comparison[kind].map(({ name }) => name));
  return Object.keys(comparison.runs[0]?.[kind] ?? {})
    .filter((name) => !differing.has(name))
    .sort();
}

/** The comparison as lines in groups: each section with what differs, then what does not, folded. */
export function compareTable(comparison: Comparison): CompareTable {
  const rows: CompareRow[] = [];
  const groups: RowGroup[] = [];
  const folded: string[] = [];
  const add = (key: string, label: string, told: string, own: readonly CompareRow[]): void => {
    groups.push({ key, label, told, from: rows.length, count: own.length });
    rows.push(...own);
  };
  const fold = (section: keyof typeof compareWords.unchanged): void => {
    const count = comparison.same[section];
    if (count === 0) return;
    const key = `same ${section}`;
    const named = section === "params" || section === "metrics" ? unchanged(comparison, section) : [];
    const own = named.map((name) => {
      const values = comparison.runs.map((run) =>
        section === "params" ? (run.params[name] ?? null) : (run.metrics[name] ?? null),
      );
      return valueRow(section, name, values);
    });
    folded.push(key);
    add(key, compareWords.unchanged[section], count.toLocaleString(), own);
  };
  const section = (name: "metrics" | "params" | "data" | "environment" | "packages"): void => {
    const differences: Comparison["metrics"] = comparison[name];
    const own = differences.map((one) => valueRow(name, one.name, one.values));
    if (own.length > 0) add(name, compareWords.sections[name], compareWords.differ(own.length), own);
    if (name !== "environment") fold(name);
  };
  section("metrics");
  section("params");
  const { code } = comparison;
  if (code === null) add("code", compareWords.sections.code, compareWords.codeUnknown, []);
  else {
    const files = code.map(({ path, states }): CompareRow => ({
      key: `code ${path}`,
      name: path,
      kind: "file",
      states,
    }));
    if (files.length > 0) add("code", compareWords.sections.code, compareWords.differ(files.length), files);
  }
  section("data");
  section("environment");
  section("packages");
  return { rows, groups, folded };
}
