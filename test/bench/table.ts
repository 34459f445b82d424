import {
  bestOf,
  keeps,
  ratioOf,
  worstOf,
  type Budget,
  type Row,
  type Series,
  type Unit,
} from "./benchmark.js";

function number(value: number): string {
  if (value >= 10_000) return value.toLocaleString("en", { maximumFractionDigits: 0 });
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

const spread = (series: Series, unit: Unit): string =>
  `${number(bestOf(series, unit))} … ${number(worstOf(series, unit))}`;

function budgetText(budget: Budget | undefined, unit: Unit): string {
  switch (budget?.kind) {
    case undefined:
      return "";
    case "below":
      return `< ${number(budget.value)} ${unit}`;
    case "above":
      return `> ${number(budget.value)} ${unit}`;
    case "times":
      return `≥ ${budget.value} ×`;
    case "within":
      return `≤ ${budget.value} × peer`;
  }
}

function verdict(row: Row): string {
  const kept = keeps(row);
  return kept === undefined ? "" : kept ? "kept" : "MISSED";
}

const heads = ["", "budget", "", "best … worst", "beside", "best … worst", "times better", "steal"];

function cells(row: Row): string[] {
  const ratio = ratioOf(row);
  const out = row.leftOut === 0 ? "" : `, ${row.leftOut} rounds left out`;
  return [
    row.what,
    budgetText(row.budget, row.unit),
    verdict(row),
    `${spread(row.ours, row.unit)} ${row.unit}`,
    row.peer?.name ?? "",
    row.peer ? spread(row.peer, row.unit) : "",
    ratio === undefined ? "" : `${number(ratio)} ×`,
    `${(row.steal * 100).toFixed(1)} %${out}`,
  ];
}

/** Rows as lines of text, columns aligned. */
export function table(rows: readonly Row[]): string {
  const all = [heads, ...rows.map(cells)];
  const widths = heads.map((_, n) => Math.max(...all.map((line) => line[n]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A row as JSON shows it: all rounds, not only the best. */
export function plainRow(row: Row): Readonly<Record<string, unknown>> {
  const { what, unit, ours, peer, budget, leftOut, steal } = row;
  return {
    what,
    unit,
    best: bestOf(ours, unit),
    values: ours.values,
    ...(peer ? { peer: { name: peer.name, best: bestOf(peer, unit), values: peer.values } } : {}),
    ...(peer ? { timesBetter: ratioOf(row) } : {}),
    ...(budget ? { budget, kept: keeps(row) } : {}),
    leftOut,
    steal,
  };
}
