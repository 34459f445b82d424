import { useEffect, useMemo, useState } from "preact/hooks";
import type { Page } from "../bridge.js";
import type { ListedRun } from "../../src/protocol/tracking.js";
import { plainSettings, type ChartRun, type ChartSettings } from "../chart/chart-settings.js";
import { ChartToolbar } from "../chart/chart-toolbar.js";
import { MetricChart } from "../chart/metric-chart.js";
import type { RowStore } from "../grid/row-store.js";
import { runsWords } from "./runs-words.js";

interface Props {
  readonly page: Page;
  /** The share of the page that the curves have. */
  readonly share: number;
  /** Runs that are drawn, in the order of the list. */
  readonly runs: readonly string[];
  /** Whether a person chose them. */
  readonly selected: boolean;
  /** Metrics, those that matter first. */
  readonly metrics: readonly string[];
  /** The metric that is drawn first. */
  readonly metric: string | undefined;
  readonly rows: RowStore<ListedRun>;
  readonly version: number;
}

/** How many runs are drawn over each other: with more no line can be told from another. */
const mostRuns = 20;
const mostCharts = 60;
/** How long a selection must rest before its curves are read. */
const restMs = 120;

/** The curves of the selected runs over each other, one chart a metric. */
export function RunsCharts({ page, share, runs, selected, metrics, metric, rows, version }: Props) {
  const [settings, setSettings] = useState<ChartSettings>(plainSettings);
  const [, drawAgain] = useState(0);
  const drawn = useResting(runs.slice(0, mostRuns), restMs);
  const known = drawn.flatMap((id) => rows.byKey(id) ?? []);
  const told = toldOf(known);
  useEffect(
    () =>
      rows.listen(() => {
        // rows may come after the list that names them
        if (toldOf(drawn.flatMap((id) => rows.byKey(id) ?? [])) !== told) drawAgain((count) => count + 1);
      }),
    [rows, drawn, told],
  );
  const charted = useMemo(
    (): readonly ChartRun[] => known.map(({ id, name, start }) => ({ id, name, start })),
    [told],
  );
  const shown = useMemo(() => {
    const here = new Set(known.flatMap((run) => Object.keys(run.metrics)));
    const first = metric === undefined ? [] : [metric];
    return [...new Set([...first, ...metrics])].filter(
      (name) => here.has(name) && !name.startsWith("system/"),
    );
  }, [told, metrics, metric]);
  const count = runs.length;
  return (
    <section class="runs-charts" style={{ flexBasis: `${share * 100}%` }} aria-label={runsWords.charts}>
      <div class="runs-charts-head">
        <h2>{selected ? runsWords.chartsOfSelection(count) : runsWords.chartsOfFirst(count)}</h2>
        {count > mostRuns ? <span class="muted">{runsWords.chartsLeftOut(mostRuns)}</span> : null}
        <ChartToolbar settings={settings} onChange={setSettings} />
      </div>
      <div class="charts">
        {shown.slice(0, mostCharts).map((name) => (
          <MetricChart key={name} {...{ page, settings, version }} metric={name} runs={charted} />
        ))}
      </div>
    </section>
  );
}

/** What the curves show of runs beside their points. */
const toldOf = (runs: readonly ListedRun[]): string =>
  runs.map(({ id, name, start }) => `${id} ${name} ${String(start)}`).join("\n");

/** A list of ids once it has not changed for some time: walking through rows reads no curves. */
function useResting(ids: readonly string[], ms: number): readonly string[] {
  const [resting, setResting] = useState(ids);
  const text = ids.join(" ");
  useEffect(() => {
    if (resting.length === 0) {
      setResting(ids);
      return undefined;
    }
    const patience = setTimeout(() => {
      setResting(ids);
    }, ms);
    return () => {
      clearTimeout(patience);
    };
  }, [text]);
  return resting;
}
