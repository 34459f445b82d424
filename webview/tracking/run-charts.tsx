import type { ComponentChildren, VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { plainSettings, type ChartAxis, type ChartSettings } from "../chart/chart-settings.js";
import { ChartToolbar } from "../chart/chart-toolbar.js";
import { MetricChart } from "../chart/metric-chart.js";
import { TextField } from "../controls.js";
import { Notice } from "../notice.js";
import { countText, numberText } from "../numbers.js";
import { chartSections } from "./chart-sections.js";
import { runWords } from "./run-words.js";
import { isSystemMetric, systemTitle } from "./system-metric.js";

/** From so many metrics on, a person wants to filter them. */
const fewMetrics = 7;

interface RunChartsProps {
  readonly page: Page;
  readonly run: RunDetail;
  readonly series: RunDetail["series"];
  /** The metric that most likely matters stands first. */
  readonly headline: string | undefined;
  readonly version: number;
  readonly axis: ChartAxis;
  /** What is said where there are no metrics. */
  readonly empty: string;
}

/** A chart for each metric that has a course; values that were logged once stand above them. */
export function RunCharts({ page, run, series, headline, version, axis, empty }: RunChartsProps): VNode {
  const [settings, setSettings] = useState<ChartSettings>({ ...plainSettings, axis });
  const [filter, setFilter] = useState("");
  const { id, name, start } = run;
  const runs = useMemo(() => [{ id, name, start }], [id, name, start]);
  const [leading] = useState(headline); // charts keep their places, also where another metric comes to lead
  const names = useMemo(() => namesOf(series, leading), [series, leading]);
  if (names.length === 0) return <Notice>{empty}</Notice>;
  const wanted = filter.trim().toLowerCase();
  const shown = names.filter(({ name: own }) =>
    [own, titleOf(own)].some((text) => text.toLowerCase().includes(wanted)),
  );
  const [courses, values] = [shown.filter(({ count }) => count > 1), shown.filter(({ count }) => count <= 1)];
  const sections = chartSections(courses, leading); // one alone, as of the machine, needs no title
  return (
    <>
      <div class="toolbar" role="group" aria-label={runWords.charts.settings}>
        {names.length >= fewMetrics && (
          <TextField label={runWords.charts.filter} value={filter} onInput={setFilter} />
        )}
        {names.some(({ count }) => count > 1) && <ChartToolbar settings={settings} onChange={setSettings} />}
      </div>
      {shown.length === 0 && <Notice>{runWords.charts.noneMatch(filter)}</Notice>}
      {values.length > 0 && (
        <dl class="values">
          {values.map((one) => (
            <div key={one.name} class="value">
              <dt title={one.name}>{titleOf(one.name)}</dt>
              <dd class="number">{numberText(one.last)}</dd>
            </div>
          ))}
        </dl>
      )}
      {sections.map(({ title, charts }) => (
        <Section key={title} title={sections.length === 1 ? "" : title} count={charts.length}>
          {charts.map((one) => (
            <MetricChart
              key={one.name}
              page={page}
              metric={one.name}
              title={titleOf(one.name)}
              runs={runs}
              settings={settings}
              version={version}
            />
          ))}
        </Section>
      ))}
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count: number;
  readonly children: ComponentChildren;
}

/** Charts below a title that folds them; without a title just the charts. */
function Section({ title, count, children }: SectionProps): VNode {
  if (title === "") return <div class="charts">{children}</div>;
  return (
    <details class="chart-section" open>
      <summary>
        {title} <span class="muted">{countText(count)}</span>
      </summary>
      <div class="charts">{children}</div>
    </details>
  );
}

const titleOf = (name: string): string => (isSystemMetric(name) ? systemTitle(name) : name);

type Series = RunDetail["series"][number];

/** The series of a run, one a name: the one that matters first, then those of one prefix together. */
function namesOf(series: readonly Series[], headline: string | undefined): Series[] {
  const byName = new Map<string, Series>();
  for (const one of series) {
    const before = byName.get(one.name);
    if (!before || before.count < one.count) byName.set(one.name, one);
  }
  return [...byName.values()].sort(
    (a, b) =>
      Number(b.name === headline) - Number(a.name === headline) ||
      a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}
