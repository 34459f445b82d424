import type { Comparison, JsonDouble } from "../../src/protocol/tracking.js";
import { asNumber, changeText, columnTexts } from "../numbers.js";
import { compareWords } from "./compare-words.js";

/** What came of the difference in one metric; "" where some run does not have it. */
function outcome(comparison: Comparison, metric: string | undefined): string {
  if (metric === undefined) return "";
  const values = comparison.runs.map(({ metrics }) => metrics[metric]);
  const known = values.filter((value): value is JsonDouble => value !== undefined);
  const [first, last] = [known[0], known.at(-1)];
  if (known.length < values.length || first === undefined || last === undefined) return "";
  const texts = columnTexts(known);
  if (new Set(known).size === 1) return compareWords.equal(metric, texts[0] ?? "");
  if (known.length === 2) {
    const change = changeText(asNumber(first), asNumber(last));
    return compareWords.change(metric, change, texts[0] ?? "", texts[1] ?? "");
  }
  const order = known.map((value, at) => [asNumber(value), texts[at] ?? ""] as const);
  const finite = order.filter(([value]) => Number.isFinite(value)).sort(([a], [b]) => a - b);
  const [least, most] = [finite[0], finite.at(-1)];
  return least && most ? compareWords.range(metric, least[1], most[1]) : "";
}

/** How many of each kind differ, as the page counts them in its sentence. Metrics are what came of it, not why. */
function causes({ params, code, data, artifacts, environment, packages }: Comparison): string {
  const counts = [
    ["params", params.length],
    ["code", code?.length ?? 0],
    ["data", data.length],
    ["environment", environment.length],
    ["packages", packages.length],
    ["artifacts", artifacts.length],
  ] as const;
  const parts = counts.flatMap(([kind, count]) => (count === 0 ? [] : [compareWords.counts[kind](count)]));
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return parts.length === 0 ? "" : compareWords.listed(parts, total);
}

/** The answer to what differs between runs, in one line. `metric`: the one that matters. */
export function comparisonSentence(comparison: Comparison, metric: string | undefined): string {
  const [came, why] = [outcome(comparison, metric), causes(comparison)];
  if (why !== "") return came === "" ? why : `${came} ${why}`;
  if (came !== "") return `${came} ${compareWords.nothingElse}`;
  const { length } = comparison.metrics;
  return length === 0
    ? compareWords.nothing
    : compareWords.listed([compareWords.counts.metrics(length)], length);
}
