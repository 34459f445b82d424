import { useEffect, useMemo, useState } from "preact/hooks";
import type { Page } from "../bridge.js";
import type { ListedRun } from "../../src/protocol/tracking.js";
import { plainSettings, type ChartRun, type ChartSettings } from "../chart/chart-settings.js";
import { ChartToolbar } from "../chart/chart-toolbar.js";
import { MetricChart } from "../chart/metric-chart.js";
import { unpackRows } from "../../src/protocol/rows.js";
import { runsWords } from "./runs-words.js";
import { isSystemMetric } from "./system-metric.js";

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
  readonly version: number;
}

/** How many runs are drawn over each other: with more no line can be told from another. */
const mostRuns = 20;
const mostCharts = 60;
/** How many metrics, of those that matter first, are looked at for what the runs have. */
const mostRead = 300;
/** How long a selection must rest before its curves are read. */
const restMs = 120;

/** The curves of the selected runs over each other, one chart a metric. */
export function RunsCharts({ page, share, runs, selected, metrics, metric, version }: Props) {
  const [settings, setSettings] = useState<ChartSettings>(plainSettings);
  const drawn = useResting(runs.slice(0, mostRuns), restMs);
  const known = useRead(page, drawn, metrics, version);
  const told = toldOf(known);
  const charted = useMemo(
    (): readonly ChartRun[] => known.map(({ id, name, start }) => ({ id, name, start })),
    [told],
  );
  const shown = useMemo(() => {
    const here = new Set(known.flatMap((run) => Object.keys(run.metrics)));
    const first = metric === undefined ? [] : [metric];
    return [...new Set([...first, ...metrics])].filter((name) => here.has(name) && !isSystemMetric(name));
  }, [known, metrics, metric]);
  const count = runs.length;
  return (
    <section class="runs-charts" style={{ flexBasis: `${share * 100}%` }} aria-label={runsWords.charts}>
      <div class="runs-charts-head">
        <h2>
          {count === 0
            ? runsWords.charts
            : selected
              ? runsWords.chartsOfSelection(count)
              : runsWords.chartsOfFirst(count)}
        </h2>
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

/** Runs with their values of these metrics; those of the runs before stay until they have come. */
function useRead(
  page: Page,
  ids: readonly string[],
  metrics: readonly string[],
  version: number,
): readonly ListedRun[] {
  const [read, setRead] = useState<readonly ListedRun[]>([]);
  useEffect(() => {
    if (ids.length === 0 || metrics.length === 0) {
      setRead((before) => (before.length === 0 ? before : []));
      return undefined;
    }
    const asking = new AbortController();
    const keys = { metrics: metrics.slice(0, mostRead), params: [], tags: [] };
    page.ask.request("runs/rows", { ids, keys }, asking.signal).then(
      (rows) => {
        if (!asking.signal.aborted) setRead(unpackRows(rows));
      },
      () => undefined, // the list tells in its place what is wrong
    );
    return () => {
      asking.abort();
    };
  }, [page, ids, metrics, version]);
  return read;
}

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
