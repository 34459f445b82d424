import { useEffect, useState } from "preact/hooks";
import type { RunsModel } from "./runs-model.js";

/** So many metrics are tried in search of one that was logged more than once. */
const mostTried = 8;

/**
 * The metric whose curve stands in the rows and whose chart leads: the one a person chose, else the first that has curves
 * and not just single values. Undefined where none has.
 */
export function useTrend(
  model: RunsModel,
  metrics: readonly string[],
  chosen: string | null,
): string | undefined {
  const [flat, setFlat] = useState<ReadonlySet<string>>(new Set());
  const isChosen = chosen !== null && metrics.includes(chosen);
  const trend = isChosen ? chosen : metrics.slice(0, mostTried).find((metric) => !flat.has(metric));
  useEffect(() => {
    model.showCurveOf(trend);
    if (isChosen || trend === undefined) return undefined;
    return model.curves.listen(() => {
      if (model.curves.isFlat) setFlat((old) => new Set([...old, trend]));
    });
  }, [model, trend, isChosen]);
  const { changes } = model.facts;
  useEffect(() => {
    if (trend === undefined && flat.size > 0) setFlat(new Set()); // a run that goes on may have a curve by now
  }, [changes]);
  return trend;
}
