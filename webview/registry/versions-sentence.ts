import type { JsonNumber, VersionComparison } from "../../src/protocol/registry.js";
import { asNumber, changeText, columnTexts } from "../numbers.js";
import { versionsWords } from "./versions-words.js";

const differs = (values: readonly unknown[]): boolean => new Set(values).size > 1;

/** What came of the difference in the metric that tells most; "" where some version does not have it. */
function outcome({ metrics, versions }: VersionComparison): string {
  const inAll = metrics.filter(({ values }) => values.every((value) => value !== null));
  const metric =
    inAll.find(({ better, values }) => better !== null && differs(values)) ??
    inAll.find(({ values }) => differs(values)) ??
    inAll[0];
  const values = (metric?.values ?? []).filter((value): value is JsonNumber => value !== null);
  const [first, last] = [values[0], values.at(-1)];
  if (!metric || first === undefined || last === undefined) return "";
  const texts = columnTexts(values);
  if (!differs(values))
    return (versions.length === 2 ? versionsWords.equalInBoth : versionsWords.equalInAll)(
      metric.name,
      texts[0] ?? "",
    );
  if (values.length === 2)
    return versionsWords.change(
      metric.name,
      changeText(asNumber(first), asNumber(last)),
      texts[0] ?? "",
      texts[1] ?? "",
    );
  const order = values.map((value, at) => [asNumber(value), texts[at] ?? ""] as const);
  const finite = order.filter(([value]) => Number.isFinite(value)).sort(([a], [b]) => a - b);
  const [least, most] = [finite[0], finite.at(-1)];
  return least && most ? versionsWords.range(metric.name, least[1], most[1]) : "";
}

/** The answer to what differs between versions, in one line. */
export function versionsSentence(comparison: VersionComparison): string {
  const { params, data, environment, signatures } = comparison;
  const came = outcome(comparison);
  const metrics = came === "" ? comparison.metrics.filter(({ values }) => differs(values)).length : 0;
  const changes = signatures.flatMap((one) => one ?? []);
  const breaking = changes.filter(({ breaks }) => breaks).length;
  const counts = [
    ["metrics", metrics],
    ["params", params.filter(({ values }) => differs(values)).length],
    ["data", data.filter(({ values }) => differs(values)).length],
    ["environment", environment.filter(({ values }) => differs(values)).length],
  ] as const;
  const parts = counts.flatMap(([kind, count]) => (count === 0 ? [] : [versionsWords.counts[kind](count)]));
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const told = [
    came,
    breaking > 0
      ? versionsWords.breaking(breaking)
      : changes.length > 0
        ? versionsWords.signatureChanged
        : "",
    parts.length === 0 ? "" : versionsWords.listed(parts, total),
  ].filter((text) => text !== "");
  return told.length === 0 ? versionsWords.nothing : told.join(" ");
}
