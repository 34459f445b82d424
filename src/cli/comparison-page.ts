import type { Comparison, Difference } from "../core/tracking/view.js";
import { isMoreBetter, metricsThatMatter } from "../core/tracking/metrics-that-matter.js";
import { changeText, columnTexts, counted } from "./numbers.js";
import { isSystemMetric } from "../core/tracking/run-summary.js";
import { toned, type Screen } from "./screen.js";
import { tableLines, type Cell, type Column } from "./table.js";
import { printable } from "./text-width.js";

const absent = "–";

/** Whether a change of a metric is for the better, as a word; "" where its name does not say. */
function verdict(name: string, from: number, to: number): string {
  const more = isMoreBetter(name);
  if (more === undefined || !(from < to || from > to)) return "";
  return from < to === more ? "better" : "worse";
}

const valuesOf = ({ values }: Difference<string | number>): number[] =>
  values.filter((value) => value !== null).map(Number);

/** The one sentence that answers: how the metric that matters most moved, and how much else is not the same. */
export function sentence(comparison: Comparison): string {
  const { runs, params, code, data, artifacts, packages, environment } = comparison;
  const metrics = comparison.metrics.filter(
    (one) => !isSystemMetric(one.name) && one.values.every((value) => value !== null),
  );
  const [best] = metricsThatMatter(
    [{ metrics: Object.fromEntries(metrics.map(({ name }) => [name, 0])) }],
    [],
    1,
  );
  const main = metrics.find(({ name }) => name === best);
  const counts = [
    { count: params.length, one: "param" },
    { count: code?.length ?? 0, one: "file" },
    { count: data.length, one: "data set" },
    { count: packages.length, one: "package" },
    { count: artifacts.length, one: "artifact" },
    { count: environment.length, one: "thing of the environment", many: "things of the environment" },
  ].filter(({ count }) => count > 0);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const list = counts.map(({ count, one, many }) => counted(count, one, many)).join(", ");
  const rest =
    counts.length > 0
      ? `${list} ${total === 1 ? "differs" : "differ"}.`
      : main || comparison.metrics.length > 0
        ? "Nothing else that was recorded differs."
        : "Nothing that was recorded differs.";
  if (!main) return rest;
  const numbers = valuesOf(main);
  const texts = columnTexts(numbers);
  const [from = NaN, to = NaN] = numbers;
  if (runs.length === 2) {
    const word = verdict(main.name, from, to);
    const change = changeText(from, to);
    const moved = `${texts[0] ?? ""} → ${texts[1] ?? ""}`;
    return `${main.name} ${change === "" ? moved : `${change} (${moved})`}${word === "" ? "" : `, ${word}`}. ${rest}`;
  }
  const order = numbers.map((_, at) => at).sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0));
  const [low = 0, high = 0] = [order[0], order.at(-1)];
  const told = (at: number): string => `${texts[at] ?? ""} (${runs[at]?.name ?? ""})`;
  return `${main.name} from ${told(low)} to ${told(high)}. ${rest}`;
}

interface Drawing {
  readonly screen: Screen;
  readonly shortId: (id: string) => string;
}

const indent = "  ";

/** What stands above a run's column: its name, or its id where two have one name. */
function titles({ runs }: Comparison, shortId: Drawing["shortId"]): string[] {
  const names = runs.map(({ name }) => name);
  return runs.map(({ id, name }) =>
    name === "" || names.filter((other) => other === name).length > 1 ? shortId(id) : name,
  );
}

function section(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  align: "left" | "right",
  { screen }: Drawing,
): string[] {
  if (rows.length === 0) return [];
  const columns: Column[] = [
    { title, align: "left", shrinksTo: 16 },
    ...heads.map((head): Column => ({ title: head, align, shrinksTo: 10 })),
  ];
  return ["", ...tableLines(columns, rows, screen)];
}

const textRows = (differences: readonly Difference[]): string[][] =>
  differences.map(({ name, values }) => [name, ...values.map((value) => value ?? absent)]);

function metricRows({ metrics, runs }: Comparison): Cell[][] {
  return metrics
    .filter(({ name }) => !isSystemMetric(name))
    .map((one) => {
      const texts = columnTexts(valuesOf(one));
      const cells = one.values.map((value) => (value === null ? absent : (texts.shift() ?? "")));
      if (runs.length !== 2) return [one.name, ...cells];
      const [from = null, to = null] = one.values;
      if (from === null || to === null) return [one.name, ...cells, ""];
      const word = verdict(one.name, Number(from), Number(to));
      const change = `${changeText(Number(from), Number(to))}${word === "" ? "" : ` ${word}`}`;
      const tone = word === "better" ? "green" : "red";
      return [one.name, ...cells, word === "" ? change : { text: change, tone }];
    });
}

function sameLine(comparison: Comparison): string[] {
  const { same } = comparison;
  const counts = [
    same.params > 0 ? counted(same.params, "param") : "",
    same.metrics > 0 ? counted(same.metrics, "metric") : "",
    same.data > 0 ? counted(same.data, "data set") : "",
    same.artifacts > 0 ? counted(same.artifacts, "artifact") : "",
    same.packages > 0 ? counted(same.packages, "package") : "",
    comparison.code?.length === 0 ? "the code" : "",
  ].filter((text) => text !== "");
  return counts.length === 0 ? [] : ["", `The same: ${counts.join(", ")}.`];
}

/** The sentence, then only what differs, in groups. */
export function comparisonLines(comparison: Comparison, drawing: Drawing): string[] {
  const heads = titles(comparison, drawing.shortId);
  const { code } = comparison;
  const files = (code ?? []).map(({ path, states }) => [
    path,
    ...states.slice(1).map((state) => state ?? "same"),
  ]);
  const metricHeads = heads.length === 2 ? [...heads, "change"] : heads;
  const hidden = comparison.metrics.filter(({ name }) => isSystemMetric(name)).length;
  return [
    toned(printable(sentence(comparison)), "bold", drawing.screen),
    ...section("metrics", metricHeads, metricRows(comparison), "right", drawing),
    ...(hidden > 0 ? [`${indent}${counted(hidden, "system metric")} differ too; --json has them.`] : []),
    ...section("params", heads, textRows(comparison.params), "left", drawing),
    ...section(`code against ${heads[0] ?? ""}`, heads.slice(1), files, "left", drawing),
    ...(code === null ? ["", "The code of at least one of them is not known here."] : []),
    ...section("data", heads, textRows(comparison.data), "left", drawing),
    ...section("artifacts", heads, textRows(comparison.artifacts), "left", drawing),
    ...section("environment", heads, textRows(comparison.environment), "left", drawing),
    ...section("packages", heads, textRows(comparison.packages), "left", drawing),
    ...sameLine(comparison),
  ];
}
