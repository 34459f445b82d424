import type { JsonDouble, RunComparison, RunSummary } from "../../src/protocol/tracking.js";
import type { RowGroup } from "../grid/row-groups.js";
import { bytesText, columnTexts, countText, spanText } from "../numbers.js";
import { isSystemMetric } from "./system-metric.js";
import { compareWords } from "./compare-words.js";

/** What became of a file in each run, against the first one; null where nothing did. */
type FileStates = NonNullable<RunComparison["code"]>[number]["states"];

/** A line of the comparison: one thing, with what each run has of it. */
export type CompareRow = { readonly key: string; readonly name: string } & (
  | { readonly kind: "text"; readonly values: readonly (string | null)[] }
  | {
      readonly kind: "number";
      readonly values: readonly (JsonDouble | null)[];
      /** As they are shown: as many digits as tell them apart. */
      readonly texts: readonly string[];
      /** Which way is better; undefined where its name does not say. */
      readonly better: "more" | "less" | undefined;
    }
  | { readonly kind: "file"; readonly states: FileStates }
  | { readonly kind: "state"; readonly values: readonly RunSummary["state"][] }
);

export interface CompareTable {
  readonly rows: readonly CompareRow[];
  readonly groups: readonly RowGroup[];
  /** Keys of the groups that are closed at first: what is the same. */
  readonly folded: readonly string[];
}

const isDouble = (value: string | number): value is JsonDouble =>
  typeof value === "number" || value === "NaN" || value === "Infinity" || value === "-Infinity";

/** `p2` before `p11`. */
const byName = (a: string, b: string): number => a.localeCompare(b, undefined, { numeric: true });

const isMetric = (section: string): boolean => section === "metrics" || section === "system";

/** Sizes of files as people read them. */
const withUnit = (section: string, value: string): string =>
  section === "data" || section === "artifacts"
    ? value.replace(/^(\d+) bytes\b/, (_, size: string) => bytesText(Number(size)))
    : value;

function valueRow(
  section: string,
  name: string,
  values: readonly (string | number | null)[],
  better?: "more" | "less",
): CompareRow {
  const key = `${section} ${name}`;
  const isSetting = section === "environment";
  const there = values.filter((value) => value !== null);
  if (!isMetric(section) || !there.every(isDouble))
    return {
      key,
      name: isSetting ? (compareWords.settings[name] ?? name) : name,
      kind: "text",
      values: values.map((value) => {
        if (value === null) return null;
        return isSetting && name === "memory" ? bytesText(Number(value)) : withUnit(section, String(value));
      }),
    };
  const texts = columnTexts(there);
  let at = 0;
  return {
    key,
    name,
    kind: "number",
    values: values as readonly (JsonDouble | null)[],
    texts: values.map((value) => (value === null ? "" : (texts[at++] ?? ""))),
    better,
  };
}

/** Names that are the same in all runs, as far as the runs themselves say it. */
function unchanged(comparison: RunComparison, kind: "params" | "metrics"): string[] {
  const differing = new Set(comparison[kind].map(({ name }) => name));
  return Object.keys(comparison.runs[0]?.[kind] ?? {})
    .filter((name) => !differing.has(name))
    .sort(byName);
}

/** How the runs ended and how long they took, where that tells them apart. */
function ofRuns({ runs }: RunComparison): CompareRow[] {
  const spans = runs.map(({ start, end }) => (start === null || end === null ? null : spanText(end - start)));
  const row = (name: string): { readonly key: string; readonly name: string } => ({
    key: `run ${name}`,
    name,
  });
  return [
    ...(new Set(runs.map(({ state }) => state)).size > 1
      ? [{ ...row(compareWords.state), kind: "state", values: runs.map(({ state }) => state) } as const]
      : []),
    ...(new Set(spans).size > 1
      ? [{ ...row(compareWords.duration), kind: "text", values: spans } as const]
      : []),
  ];
}

/** The comparison as lines in groups: each section with what differs, then what does not, folded. */
export function compareTable(comparison: RunComparison): CompareTable {
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
    add(key, compareWords.unchanged[section], countText(count), own);
  };
  const differing = (
    name: "metrics" | "system" | "params" | "data" | "artifacts" | "environment" | "packages",
    differences: RunComparison["metrics"],
  ): void => {
    const own = [...differences]
      .sort((a, b) => byName(a.name, b.name))
      .map((one) => valueRow(name, one.name, one.values, comparison.directions[one.name]));
    if (own.length > 0) add(name, compareWords.sections[name], compareWords.differ(own.length), own);
  };
  const section = (name: "params" | "data" | "artifacts" | "packages"): void => {
    differing(name, comparison[name]);
    fold(name);
  };
  const own = ofRuns(comparison);
  if (own.length > 0) add("run", compareWords.sections.run, "", own);
  differing(
    "metrics",
    comparison.metrics.filter(({ name }) => !isSystemMetric(name)),
  );
  fold("metrics");
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
  section("artifacts");
  differing("environment", comparison.environment);
  section("packages");
  // what the machine did is no outcome of a run: it stands by itself, folded
  const ofSystem = comparison.metrics.filter(({ name }) => isSystemMetric(name));
  if (ofSystem.length > 0) folded.push("system");
  differing("system", ofSystem);
  return { rows, groups, folded };
}
