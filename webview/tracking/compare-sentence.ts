import type { Comparison, JsonDouble, RunComparison } from "../../src/protocol/tracking.js";
import { asNumber, changeText, columnTexts } from "../numbers.js";
import { compareWords } from "./compare-words.js";
import { isSystemMetric } from "./system-metric.js";

/** What came of the difference in one metric; "" where some run does not have it. */
function outcome(comparison: Comparison, metric: string | undefined): string {
  if (metric === undefined) return "";
  const values = comparison.runs.map(({ metrics }) => metrics[metric]);
  const known = values.filter((value): value is JsonDouble => value !== undefined);
  const [first, last] = [known[0], known.at(-1)];
  if (known.length < values.length || first === undefined || last === undefined) return "";
  const texts = columnTexts(known);
  if (new Set(known).size === 1) {
    const told = known.length === 2 ? compareWords.equalInBoth : compareWords.equalInAll;
    return told(metric, texts[0] ?? "");
  }
  if (known.length === 2) {
    const change = changeText(asNumber(first), asNumber(last));
    return compareWords.change(metric, change, texts[0] ?? "", texts[1] ?? "");
  }
  const order = known.map((value, at) => [asNumber(value), texts[at] ?? ""] as const);
  const finite = order.filter(([value]) => Number.isFinite(value)).sort(([a], [b]) => a - b);
  const [least, most] = [finite[0], finite.at(-1)];
  return least && most ? compareWords.range(metric, least[1], most[1]) : "";
}

/** Whether runs differ in the metric that matters. */
const differsIn = ({ metrics }: Comparison, metric: string | undefined): boolean =>
  metrics.some(({ name }) => name === metric);

/**
 * How many of each kind differ, as the page counts them in its sentence. Metrics are what came of it, not why: they are
 * counted only where the one that matters does not tell it.
 */
function causes(comparison: Comparison, metric: string | undefined): string {
  const { params, code, data, artifacts, environment, packages } = comparison;
  const others = comparison.metrics.filter(({ name }) => !isSystemMetric(name));
  const counts = [
    ["metrics", differsIn(comparison, metric) ? 0 : others.length],
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

/** The metric that tells what came of it: the one given, else the first that all have and whose name says what is better. */
export function leadingMetric(comparison: RunComparison, metric: string | undefined): string | undefined {
  const { runs, directions } = comparison;
  const haveAll = (name: string): boolean => runs.every(({ metrics }) => name in metrics);
  if (metric !== undefined && haveAll(metric)) return metric;
  return Object.keys(runs[0]?.metrics ?? {}).find((name) => name in directions && haveAll(name)) ?? metric;
}

/** Which runs came to no good end; "" where all or none did. */
function endings({ runs }: Comparison): string {
  const bad = runs.flatMap(({ name, state }) =>
    state === "failed" || state === "killed" || state === "lost" ? [{ name, state }] : [],
  );
  const [only] = bad;
  if (!only || bad.length === runs.length) return "";
  return bad.length === 1
    ? compareWords.ended[only.state](only.name)
    : compareWords.unfinished(bad.length, runs.length);
}

/** The answer to what differs between runs, in one line. `metric`: the one that matters. */
export function comparisonSentence(comparison: Comparison, metric: string | undefined): string {
  const came = [endings(comparison), outcome(comparison, metric)].filter((told) => told !== "");
  const why = causes(comparison, metric);
  if (why !== "") return [...came, why].join(" ");
  return came.length === 0 ? compareWords.nothing : [...came, compareWords.nothingElse].join(" ");
}
