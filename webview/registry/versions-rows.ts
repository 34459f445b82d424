import type {
  JsonNumber,
  ModelVersionSummary,
  SignatureChange,
  VersionComparison,
} from "../../src/protocol/registry.js";
import type { RowGroup } from "../grid/row-groups.js";
import { asNumber, bytesText, columnTexts, countText } from "../numbers.js";
import { modelWords } from "./model-words.js";
import { formatName } from "./names.js";
import { versionsWords } from "./versions-words.js";

/** A line of the comparison: one thing, with what each version has of it. */
export type VersionRow = { readonly key: string; readonly name: string } & (
  | { readonly kind: "text"; readonly values: readonly (string | null)[] }
  | {
      readonly kind: "number";
      readonly values: readonly (JsonNumber | null)[];
      /** As they are shown, with their unit. */
      readonly texts: readonly string[];
      readonly better: "more" | "less" | null;
    }
  /** Of the first version what it has; of the others what whoever calls would notice. */
  | {
      readonly kind: "signature";
      readonly first: string | null;
      readonly changes: readonly (readonly SignatureChange[] | null)[];
    }
  /** Not measured yet in any version: opening it measures. */
  | { readonly kind: "unmeasured"; readonly onnx: readonly ModelVersionSummary["onnx"][] }
);

export interface VersionsTable {
  readonly rows: readonly VersionRow[];
  readonly groups: readonly RowGroup[];
  /** Keys of the groups that are closed at first: what is the same. */
  readonly folded: readonly string[];
}

/** `p2` before `p11`. */
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name.localeCompare(b.name, undefined, { numeric: true });

const differs = (values: readonly unknown[]): boolean => new Set(values).size > 1;

function numberRow(
  section: string,
  name: string,
  values: readonly (JsonNumber | null)[],
  better: "more" | "less" | null,
  write: (values: readonly JsonNumber[]) => readonly string[] = columnTexts,
): VersionRow {
  const known = values.filter((value) => value !== null);
  const texts = write(known);
  let at = 0;
  return {
    key: `${section} ${name}`,
    name,
    kind: "number",
    values,
    texts: values.map((value) => (value === null ? "" : (texts[at++] ?? ""))),
    better,
  };
}

const textRow = (section: string, name: string, values: readonly (string | null)[]): VersionRow => ({
  key: `${section} ${name}`,
  name,
  kind: "text",
  values,
});

/** The comparison as lines in groups: each section with what differs, then what does not, folded. */
export function versionsTable(comparison: VersionComparison): VersionsTable {
  const rows: VersionRow[] = [];
  const groups: RowGroup[] = [];
  const folded: string[] = [];
  const add = (key: string, label: string, told: string, own: readonly VersionRow[]): void => {
    if (own.length === 0) return;
    groups.push({ key, label, told, from: rows.length, count: own.length });
    rows.push(...own);
  };
  const fold = (section: keyof typeof versionsWords.unchanged, own: readonly VersionRow[]): void => {
    const count = comparison.same[section];
    if (count === 0) return;
    const key = `same ${section}`;
    folded.push(key);
    groups.push({
      key,
      label: versionsWords.unchanged[section],
      told: countText(count),
      from: rows.length,
      count: own.length,
    });
    rows.push(...own);
  };
  const { sections } = versionsWords;
  const metrics = comparison.metrics
    .filter(({ values }) => differs(values))
    .map(({ name, values, better }) => numberRow("metrics", name, values, better))
    .sort(byName);
  add("metrics", sections.metrics, versionsWords.differ(metrics.length), metrics);
  fold("metrics", unchangedMetrics(comparison));
  add("signature", sections.signature, signatureTold(comparison), signatureRows(comparison));
  for (const section of ["params", "data", "environment"] as const) {
    const own = comparison[section]
      .filter(({ values }) => differs(values))
      .map(({ name, values }) => textRow(section, name, values))
      .sort(byName);
    add(section, sections[section], versionsWords.differ(own.length), own);
    if (section !== "data") fold(section, []);
  }
  add("files", sections.files, "", fileRows(comparison));
  add("speed", sections.speed, "", speedRows(comparison));
  return { rows, groups, folded };
}

/** Metrics that are the same in all versions, as far as the versions themselves say it. */
function unchangedMetrics({ metrics, versions }: VersionComparison): readonly VersionRow[] {
  const differing = new Set(metrics.filter(({ values }) => differs(values)).map(({ name }) => name));
  return Object.keys(versions[0]?.metrics ?? {})
    .filter((name) => !differing.has(name))
    .map((name) =>
      numberRow(
        "metrics",
        name,
        versions.map((version) => version.metrics[name] ?? null),
        null,
      ),
    )
    .sort(byName);
}

const breaking = (comparison: VersionComparison): number =>
  comparison.signatures.reduce(
    (count, changes) => count + (changes?.filter(({ breaks }) => breaks).length ?? 0),
    0,
  );

function signatureTold(comparison: VersionComparison): string {
  const count = breaking(comparison);
  return count > 0 ? versionsWords.breaking(count) : "";
}

/** A line a column, tensor or parameter that differs in some version from the first. */
function signatureRows({ signatures }: VersionComparison): readonly VersionRow[] {
  const keys = new Map<string, SignatureChange>();
  for (const changes of signatures)
    for (const change of changes ?? []) {
      const key = `${change.where} ${change.name}`;
      if (!keys.has(key)) keys.set(key, change);
    }
  const names = { input: versionsWords.inputs, output: versionsWords.outputs, param: versionsWords.params };
  return [...keys].map(([key, { where, name, before }]) => ({
    key: `signature ${key}`,
    name: names[where](name === "" ? modelWords.signature.unnamed : name),
    kind: "signature",
    first: before,
    changes: signatures.map(
      (changes) => changes?.filter((change) => change.where === where && change.name === name) ?? null,
    ),
  }));
}

function fileRows({ versions, sizes }: VersionComparison): readonly VersionRow[] {
  const of = (pick: (version: ModelVersionSummary) => string): readonly string[] => versions.map(pick);
  const formats = of(({ flavor }) => formatName(flavor));
  const approvals = of(({ approval }) => modelWords.approval[approval]);
  return [
    ...(differs(approvals) ? [textRow("files", versionsWords.approval, approvals)] : []),
    ...(differs(formats) ? [textRow("files", versionsWords.format, formats)] : []),
    numberRow("files", versionsWords.size, sizes, null, (values) =>
      values.map((value) => bytesText(asNumber(value))),
    ),
  ];
}

function speedRows({ measured, versions }: VersionComparison): readonly VersionRow[] {
  if (measured.every((one) => one === null))
    return [
      {
        key: "speed none",
        name: versionsWords.notMeasured,
        kind: "unmeasured",
        onnx: versions.map(({ onnx }) => onnx),
      },
    ];
  const inMs = (values: readonly JsonNumber[]): readonly string[] =>
    columnTexts(values).map(versionsWords.milliseconds);
  const row = (name: string, of: "load" | "median" | "slowest"): VersionRow =>
    numberRow(
      "speed",
      name,
      measured.map((one) => one?.[of] ?? null),
      "less",
      inMs,
    );
  const runtimes = measured.map((one) => one?.runtime ?? null);
  const files = measured.map((one, at) =>
    one ? (versions[at]?.onnx === "own" ? versionsWords.ownFile : versionsWords.convertedFile) : null,
  );
  return [
    row(versionsWords.load, "load"),
    row(versionsWords.median, "median"),
    row(versionsWords.slowest, "slowest"),
    textRow("speed", versionsWords.runtime, runtimes),
    ...(versions.some(({ onnx }, at) => onnx === "converted" && measured[at])
      ? [textRow("speed", versionsWords.measuredFile, files)]
      : []),
  ];
}
