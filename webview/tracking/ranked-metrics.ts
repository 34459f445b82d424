import type { Column } from "../../src/protocol/tracking.js";

/** Whether a machine writes a name rather than a person. */
export const isInternal = (name: string): boolean => /^(mlflow\.|loam\.|system\/)/.test(name);

/** Metrics, those that matter first. One that few runs have matters little, whatever it is called. */
export function rankedMetrics(columns: readonly Column[]): readonly string[] {
  const metrics = columns.filter(({ kind }) => kind === "metric");
  const most = Math.max(0, ...metrics.map(({ runs }) => runs));
  const isFrequent = ({ runs }: Column): boolean => runs * 4 >= most;
  return metrics
    .sort(
      (a, b) =>
        Number(isInternal(a.name)) - Number(isInternal(b.name)) ||
        Number(isFrequent(b)) - Number(isFrequent(a)) ||
        b.interest - a.interest ||
        b.runs - a.runs ||
        (a.name < b.name ? -1 : 1),
    )
    .map(({ name }) => name);
}
