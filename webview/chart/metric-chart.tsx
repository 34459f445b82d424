import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Page } from "../bridge.js";
import { Button, IconButton } from "../controls.js";
import { clockText, columnTexts, numberText } from "../numbers.js";
import { seriesStyles, seriesVariable } from "../series-colors.js";
import { words } from "../words.js";
import { ChartTable } from "./chart-table.js";
import type { AxisRange, ChartRun, ChartSettings, StyledRun } from "./chart-settings.js";
import { nearest, placesOf, valueAt } from "./curve-shape.js";
import { useCurves, type AskedCurve } from "./curves.js";
import { axisName, axisText, Plot } from "./plot.js";
import { onThemeChange } from "./theme-colors.js";
import { areSingle, ValueBars } from "./value-bars.js";

/** Widths are rounded up to this, so that a chart whose box moves by a pixel does not ask for its points anew. */
const widthStep = 100;

export interface MetricChartProps {
  readonly page: Page;
  readonly metric: string;
  /** What stands above the chart; default: the metric's name. */
  readonly title?: string;
  readonly runs: readonly ChartRun[];
  readonly settings: ChartSettings;
  /** Another number asks for the points anew; zoom and crosshair stay. */
  readonly version: number;
}

/** A metric's curves over its axis: zoom by drag, by the wheel with Control and by keys, crosshair, a table behind T. */
export function MetricChart(props: MetricChartProps): VNode {
  const box = useRef<HTMLElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        setNear(entries.some(({ isIntersecting }) => isIntersecting));
      },
      { rootMargin: "400px" },
    );
    if (box.current) observer.observe(box.current);
    return () => {
      observer.disconnect();
    };
  }, []);
  const [range, setRange] = useState<AxisRange | undefined>(undefined);
  const { axis, logX } = props.settings;
  useEffect(() => {
    setRange(undefined); // a range of steps is none of times
  }, [axis, logX]);
  // Of hundreds of charts only those that are seen cost anything.
  return (
    <figure class="chart" ref={box}>
      {near ? (
        <NearChart {...props} range={range} onRange={setRange} />
      ) : (
        <figcaption class="chart-head">
          <h2>{props.title ?? props.metric}</h2>
        </figcaption>
      )}
    </figure>
  );
}

type NearChartProps = MetricChartProps & {
  readonly range: AxisRange | undefined;
  readonly onRange: (range: AxisRange | undefined) => void;
};

function NearChart({ page, metric, title, runs, settings, version, range, onRange }: NearChartProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const body = useRef<HTMLDivElement>(null);
  const [pixels, setPixels] = useState(0);
  const [place, setPlace] = useState<number | undefined>(undefined);
  const [asTable, setAsTable] = useState(false);
  const [toggled, setToggled] = useState(false);
  const ids = runs.map(({ id }) => id).join(" ");
  const styled = useMemo((): readonly StyledRun[] => {
    const styles = seriesStyles(runs.map(({ id }) => id));
    // Runs of one name, as a script gives them each time, are told apart by when they started.
    const isAlone = ({ name }: ChartRun): boolean => runs.filter((run) => run.name === name).length === 1;
    return runs.flatMap((run) => {
      const style = styles.get(run.id);
      if (!style) return [];
      const { name, start } = run;
      return [
        { ...run, name: start === null || isAlone(run) ? name : `${name} · ${clockText(start)}`, style },
      ];
    });
  }, [ids, runs]);
  const { curves, failure, again } = useCurves(
    page.ask,
    { runs, metric, axis: settings.axis, pixels, range },
    version,
  );
  const places = useMemo(() => placesOf(curves ?? []), [curves]);

  useEffect(() => {
    const element = canvas.current;
    const around = element?.parentElement;
    if (!element || !around) return undefined;
    const events = {
      zoomed: onRange,
      pointed: (at: number | undefined) => {
        setPlace(at);
      },
    };
    const made = new Plot(element, events);
    plot.current = made;
    const measure = new ResizeObserver(() => {
      setPixels(Math.ceil(around.clientWidth / widthStep) * widthStep);
    });
    measure.observe(around);
    const unheard = onThemeChange(() => {
      made.restyle();
    });
    return () => {
      unheard();
      measure.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [asTable]);
  useEffect(() => {
    plot.current?.show({ runs: styled, curves: curves ?? [], settings, range });
  }, [styled, curves, settings, range, asTable]);

  const at = place === undefined ? undefined : places[nearest(places, place)];
  useEffect(() => {
    plot.current?.point(at);
  }, [at, asTable]);

  useLayoutEffect(() => {
    if (toggled) body.current?.querySelector<HTMLElement>("[tabindex]")?.focus(); // what had the focus is gone
  }, [asTable, toggled]);

  const walk = (key: string): boolean => {
    const here = at === undefined ? -1 : nearest(places, at);
    const last = places.length - 1;
    const next = { ArrowRight: here + 1, ArrowLeft: here < 0 ? last : here - 1, Home: 0, End: last }[key];
    if (next === undefined) return false;
    setPlace(places[Math.max(0, Math.min(last, next))]);
    return true;
  };
  const zoom = (factor: number): void => {
    const [first, last] = [places[0], places.at(-1)];
    if (first === undefined || last === undefined) return;
    const seen = range ?? plot.current?.seen ?? { from: first, to: last }; // just made, it shows nothing yet
    const middle = at ?? (seen.from + seen.to) / 2;
    onRange({ from: middle - (middle - seen.from) * factor, to: middle + (seen.to - middle) * factor });
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (walk(key)) event.preventDefault();
    else if (key === "+" || key === "=") zoom(0.5);
    else if (key === "-") zoom(2);
    else if (key === "0") onRange(undefined);
    else if (key === "t" || key === "T") {
      setAsTable(!asTable);
      setToggled(true);
    } else if (key === "Escape") setPlace(undefined);
    else return;
    event.stopPropagation();
  };

  const name = title ?? metric;
  const count = (curves ?? []).reduce((sum, { points }) => sum + points, 0);
  const isSingle = range === undefined && areSingle(curves ?? []);
  const hasAxes = count > 0 && !isSingle;
  const label = words.chart.label(name, axisName(settings.axis), words.points(count));
  return (
    <>
      <figcaption class="chart-head">
        <h2 title={metric}>{name}</h2>
        {range && (
          <IconButton
            icon="zoom-out"
            label={words.chart.reset}
            onClick={() => {
              onRange(undefined);
            }}
          />
        )}
        <IconButton
          icon="table"
          label={asTable ? words.chart.chart : words.chart.table}
          pressed={asTable}
          onClick={() => {
            setAsTable(!asTable);
          }}
        />
      </figcaption>
      <div class="chart-body" ref={body} onKeyDown={press}>
        {asTable ? (
          <ChartTable title={name} axis={settings.axis} runs={styled} curves={curves ?? []} />
        ) : (
          <div
            class="chart-plot"
            tabIndex={0}
            role="application"
            aria-label={label}
            aria-description={words.chart.keys}
            onBlur={() => {
              setPlace(undefined);
            }}
          >
            {/* Axes of nothing would tell numbers that nobody logged. */}
            <canvas ref={canvas} class={hasAxes ? "" : "chart-unseen"} aria-hidden="true" />
            {!curves && failure === undefined && <div class="skeleton chart-waiting" />}
            {isSingle && <ValueBars runs={styled} curves={curves ?? []} />}
            {at !== undefined && curves && hasAxes && (
              <Crosshair
                at={at}
                runs={styled}
                curves={curves}
                settings={settings}
                left={plot.current?.pixelOf(at) ?? 0}
              />
            )}
            {failure === undefined ? (
              <EmptyChart curves={curves} settings={settings} />
            ) : (
              <div class="chart-notice">
                <p>
                  {words.chart.failed} {failure}
                </p>
                <Button onClick={again}>{words.tryAgain}</Button>
              </div>
            )}
          </div>
        )}
      </div>
      <p class={`chart-axis muted ${asTable || !hasAxes ? "chart-unseen" : ""}`}>{axisName(settings.axis)}</p>
      <p class="spoken" aria-live="polite">
        {at !== undefined && curves ? spokenAt(at, styled, curves, settings) : ""}
      </p>
    </>
  );
}

interface AtPlace {
  readonly at: number;
  readonly runs: readonly StyledRun[];
  readonly curves: readonly AskedCurve[];
  readonly settings: ChartSettings;
}

function EmptyChart({
  curves,
  settings,
}: {
  readonly curves: readonly AskedCurve[] | undefined;
  readonly settings: ChartSettings;
}): VNode | null {
  if (!curves) return null;
  if (curves.every(({ x }) => x.length === 0))
    return <p class="chart-notice muted">{words.chart.noPoints}</p>;
  const isShown = ({ y }: AskedCurve): boolean => Array.from(y).some((value) => value > 0);
  if (settings.logY && !curves.some(isShown))
    return <p class="chart-notice muted">{words.chart.noneShowInLog}</p>;
  return null;
}

function valuesAt({ at, runs, curves }: AtPlace): { run: StyledRun; value: number }[] {
  return runs.flatMap((run) => {
    const curve = curves.find((one) => one.run === run.id);
    const value = curve ? valueAt(curve, at) : undefined;
    return value === undefined ? [] : [{ run, value }];
  });
}

/** The values of all lines where the crosshair stands, the greatest first. */
function Crosshair(props: AtPlace & { readonly left: number }): VNode {
  const { at, settings, left, runs } = props;
  const rows = valuesAt(props).sort((a, b) => b.value - a.value);
  const texts = columnTexts(rows.map(({ value }) => value));
  return (
    <div class="crosshair" style={{ "--left": `${left}px` }} aria-hidden="true">
      <p class="muted">{words.chart.at[settings.axis](axisText(settings.axis, at))}</p>
      <table>
        <tbody>
          {rows.slice(0, 12).map(({ run }, row) => (
            <tr key={run.id}>
              <td>
                <span class="series-dot" style={{ "--series": seriesVariable(run.style.color) }} />
              </td>
              {runs.length > 1 && <td class="crosshair-name">{run.name}</td>}
              <td class="number">{texts[row]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > 12 && <p class="muted">{words.more(rows.length - 12)}</p>}
    </div>
  );
}

function spokenAt(
  at: number,
  runs: readonly StyledRun[],
  curves: readonly AskedCurve[],
  settings: ChartSettings,
): string {
  const values = valuesAt({ at, runs, curves, settings })
    .slice(0, 6)
    .map(({ run, value }) => (runs.length === 1 ? numberText(value) : `${run.name} ${numberText(value)}`));
  const where = words.chart.at[settings.axis](axisText(settings.axis, at));
  return `${where}: ${values.length === 0 ? words.chart.missing : values.join(", ")}`;
}
