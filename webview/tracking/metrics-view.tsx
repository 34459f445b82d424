import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RunSummary } from "../../src/protocol/tracking.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { plainSettings, type ChartSettings } from "../chart/chart-settings.js";
import { ChartToolbar } from "../chart/chart-toolbar.js";
import { MetricChart } from "../chart/metric-chart.js";
import { useNow } from "../clock.js";
import { Button } from "../controls.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { columnTexts, spanText } from "../numbers.js";
import { words } from "../words.js";
import { seriesColor } from "../../src/protocol/series-colors.js";
import { seriesVariable } from "../series-colors.js";
import { isTrusted } from "../trust.js";
import { isSystemMetric } from "./system-metric.js";
import { useRunVersion } from "../run-version.js";
import { runWords } from "./run-words.js";
import { StateMark } from "../state-mark.js";

const said = runWords.metrics;
/** So many runs of a file are drawn: more hide each other. */
const mostRuns = 6;
const mostColumns = 8;
const mostCharts = 60;

interface MetricsViewProps {
  readonly page: Page;
  /** Absolute path; null: none is open. */
  readonly file: string | null;
}

/** The runs of the file that is edited: their last values, and their metrics as they come. */
export function MetricsView({ page, file }: MetricsViewProps): VNode {
  if (file === null)
    return (
      <main class="metrics">
        <h1 class="spoken">{runWords.overview.metrics}</h1>
        <Notice>{said.noFile}</Notice>
      </main>
    );
  return <FileMetrics key={file} page={page} file={file} />;
}

function FileMetrics({ page, file }: { readonly page: Page; readonly file: string }): VNode {
  const version = useRunVersion(page, undefined);
  const state = useAnswer(page, "store/state", null, version);
  const { result, failure, again } = useAnswer(page, "runs/ofFile", { file, most: mostRuns }, version);
  const [settings, setSettings] = useState<ChartSettings>(plainSettings);
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  const runs = result?.runs ?? [];
  const key = runs.map(({ id, name: title, start }) => `${id} ${title} ${start}`).join("\n");
  const chartRuns = useMemo(
    () => runs.map(({ id, name: title, start }) => ({ id, name: title, start })),
    [key],
  );
  const metrics = useMemo(() => metricsOf(runs), [result]);
  // What was logged once is told by its value in the table; one point is no course.
  const drawn = metrics.filter((metric, at) => at >= mostColumns || result?.courses.includes(metric));
  const isEmpty = state.result?.state === "none" || result?.runs.length === 0;
  if (isEmpty)
    return (
      <main class="metrics">
        <h1 class="spoken">{runWords.overview.metrics}</h1>
        <Notice>
          <p>{said.noRuns(name)}</p>
          {isTrusted && name.endsWith(".py") && (
            <Button icon="play" onClick={() => void page.ask.request("host/runFile", { file })}>
              {words.runPython}
            </Button>
          )}
        </Notice>
      </main>
    );
  if (!result)
    return (
      <main class="metrics">
        <h1 class="spoken">{runWords.overview.metrics}</h1>
        {failure === undefined ? (
          <Skeleton lines={5} />
        ) : (
          <Failed what={said.failed} failure={failure} onAgain={again} />
        )}
      </main>
    );
  return (
    <main class="metrics" aria-label={said.runsOf(name)}>
      <div class="toolbar">
        <h1 class="metrics-file">{name}</h1>
        <span class="muted">{said.count(runs.length, result.total)}</span>
        {drawn.length > 0 && <ChartToolbar settings={settings} onChange={setSettings} />}
      </div>
      <LastValues page={page} runs={runs} metrics={metrics} />
      <div class="charts">
        {drawn.slice(0, mostCharts).map((metric) => (
          <MetricChart
            key={metric}
            page={page}
            metric={metric}
            runs={chartRuns}
            settings={settings}
            version={version}
          />
        ))}
      </div>
    </main>
  );
}

interface LastValuesProps {
  readonly page: Page;
  readonly runs: readonly RunSummary[];
  readonly metrics: readonly string[];
}

function LastValues({ page, runs, metrics }: LastValuesProps): VNode {
  const now = useNow(runs.some(({ state }) => state === "running"));
  const columns = metrics.slice(0, mostColumns).map((metric) => ({
    metric,
    texts: columnTexts(runs.map((run) => run.metrics[metric] ?? "NaN")),
  }));
  return (
    <div class="scroll-x" tabIndex={0} role="group" aria-label={said.mostly}>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{said.run}</th>
            <th scope="col">{said.state}</th>
            <th scope="col" class="number">
              {said.duration}
            </th>
            {columns.map(({ metric }) => (
              <th key={metric} scope="col" class="number">
                {metric}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run, row) => (
            <tr key={run.id}>
              <th scope="row">
                <span
                  class="series-dot"
                  style={{ "--series": seriesVariable(seriesColor(run.id)) }}
                  aria-hidden="true"
                />{" "}
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    void page.ask.request("host/command", { command: "loam.runs.open", runs: [run.id] });
                  }}
                >
                  {run.name}
                </button>
              </th>
              <td>
                <StateMark state={run.state} />
              </td>
              <td class="number">
                {run.start === null || (run.end === null && run.state !== "running")
                  ? ""
                  : spanText((run.end ?? now) - run.start)}
              </td>
              {columns.map(({ metric, texts }) => (
                <td key={metric} class="number">
                  {metric in run.metrics ? texts[row] : ""}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Names of the metrics that the runs have, those of most runs first; the machine's own are not the file's. */
function metricsOf(runs: readonly RunSummary[]): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of runs)
    for (const name of Object.keys(metrics))
      if (!isSystemMetric(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, inA], [b, inB]) => inB - inA || a.localeCompare(b)).map(([name]) => name);
}
