import type { JsonNumber, VersionPage } from "../../src/protocol/registry.js";
import { asNumber, changeText, columnTexts } from "../numbers.js";
import { modelWords } from "./model-words.js";
import { versionName } from "./names.js";

const { against: said, state } = modelWords;

type Metric = VersionPage["metrics"][number];

/** The metric that tells a version best: one that the champion has too and whose name says what is better. */
export function leadingMetric({ metrics }: VersionPage): Metric | undefined {
  return (
    metrics.find(({ champion, better }) => champion !== null && better !== null) ??
    metrics.find(({ champion }) => champion !== null) ??
    metrics.find(({ better }) => better !== null) ??
    metrics[0]
  );
}

/** How a value of a metric stands to that of the champion. */
export function outcomeOf({
  better,
  value,
  champion,
}: Metric): "better" | "worse" | "same" | "other" | "none" {
  if (champion === null) return "none";
  const [from, to] = [asNumber(champion), asNumber(value)];
  if (from === to) return "same";
  if (better === null || Number.isNaN(from) || Number.isNaN(to)) return "other";
  return to > from === (better === "more") ? "better" : "worse";
}

function metricSentence(shown: VersionPage): string {
  const metric = leadingMetric(shown);
  if (!shown.champion || metric?.champion === null || metric?.champion === undefined) return "";
  const name = versionName(shown.champion.number);
  const values = [metric.champion, metric.value] as readonly JsonNumber[];
  const [from = "", to = ""] = columnTexts(values);
  const outcome = outcomeOf(metric);
  if (outcome === "none") return "";
  if (outcome === "same") return said.equal(metric.name, name, to);
  const change = changeText(...(values.map(asNumber) as [number, number]));
  return change === "" ? "" : said[outcome](metric.name, change, name, from, to);
}

/** How many checks fail, cannot be decided, or that all pass; "" where there are none. */
function gatesSentence(gates: VersionPage["gates"]): string {
  if (gates.length === 0) return "";
  const count = (outcome: string): number => gates.filter((gate) => gate.outcome === outcome).length;
  const [failed, unknown] = [count("failed"), count("unknown")];
  const told = [
    ...(failed > 0 ? [state.failing(failed)] : []),
    ...(unknown > 0 ? [state.unknown(unknown)] : []),
  ];
  return told.length === 0 ? state.passing(gates.length) : told.join(" ");
}

/** The answer to whether a version is better than the champion, and what speaks against it. */
export function versionAnswer(shown: VersionPage): readonly string[] {
  const breaking = shown.signature?.filter(({ breaks }) => breaks).length ?? 0;
  const isChampion = shown.version.aliases.includes("champion");
  return [
    ...(shown.champion || isChampion ? [] : [said.none]),
    metricSentence(shown),
    ...(breaking > 0 ? [said.breaks(breaking)] : []),
    gatesSentence(shown.gates),
  ].filter((told) => told !== "");
}
