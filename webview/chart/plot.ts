import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartConfiguration,
  type ChartDataset,
} from "chart.js";
import annotationPlugin, { type AnnotationOptions } from "chartjs-plugin-annotation";
import zoomPlugin from "chartjs-plugin-zoom";
import { axisTexts, clockText, numberText, spanText } from "../numbers.js";
import { words } from "../words.js";
import type { AxisRange, ChartAxis, ChartSettings, StyledRun } from "./chart-settings.js";
import { isAlone, shapeOf, type ChartPoint } from "./curve-shape.js";
import type { AskedCurve } from "./curves.js";
import { dotWidth, fitted, labelFont, overlayPlugin, type Overlay } from "./plot-parts.js";
import { themeColors } from "./theme-colors.js";
import { timeStep } from "./time-step.js";

Chart.register(
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Filler,
  zoomPlugin,
  annotationPlugin,
);

/** With more lines than this, labels at their ends would hide each other. */
const mostLabels = 6;
/** Up to so many points a line shows its points. */
const mostMarkers = 25;
const mostOddMarks = 50;
const labelWidth = 160;
/** A time on the axis takes about this much. */
const pixelsPerTime = 90;

export interface PlotEvents {
  /** A person zoomed with the mouse. */
  readonly zoomed: (range: AxisRange) => void;
  /** The mouse stands over a place of the axis; undefined: it left. */
  readonly pointed: (place: number | undefined) => void;
}

export interface PlotContent {
  readonly runs: readonly StyledRun[];
  readonly curves: readonly AskedCurve[];
  readonly settings: ChartSettings;
  readonly range: AxisRange | undefined;
}

/** A value of the horizontal axis as text. */
export function axisText(axis: ChartAxis, value: number): string {
  if (axis === "step" || value === 0) return numberText(value);
  return axis === "elapsed" ? spanText(value) : clockText(value);
}

type LineChart = Chart<"line", ChartPoint[]>;

/** One chart of chart.js over a canvas; all that is drawn is given by `show`. */
export class Plot {
  readonly #chart: LineChart;
  readonly #overlay: Overlay = { crosshair: undefined, labels: [] };
  #content: PlotContent | undefined;

  constructor(canvas: HTMLCanvasElement, events: PlotEvents) {
    this.#chart = new Chart(canvas, this.#configuration(canvas, events));
    canvas.addEventListener("mousemove", ({ offsetX }) => {
      const { chartArea, scales } = this.#chart;
      const inside = offsetX >= chartArea.left && offsetX <= chartArea.right;
      events.pointed(inside ? scales["x"]?.getValueForPixel(offsetX) : undefined);
    });
    canvas.addEventListener("mouseleave", () => {
      events.pointed(undefined);
    });
  }

  #configuration(canvas: HTMLCanvasElement, events: PlotEvents): ChartConfiguration<"line", ChartPoint[]> {
    const zoomed = ({ chart }: { chart: Chart }): void => {
      const { min, max } = chart.scales["x"] ?? {};
      if (min !== undefined && max !== undefined) events.zoomed({ from: min, to: max });
    };
    return {
      type: "line",
      data: { datasets: [] },
      plugins: [overlayPlugin(this.#overlay)],
      options: {
        parsing: false,
        normalized: true,
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        events: ["mousemove", "mouseout", "touchstart", "touchmove"],
        elements: { line: { borderWidth: 1.5, tension: 0 }, point: { hitRadius: 0, hoverRadius: 0 } },
        plugins: {
          zoom: {
            zoom: {
              mode: "x",
              // Without Control the wheel scrolls the page, also over a chart.
              wheel: { enabled: true, modifierKey: "ctrl", speed: 0.2 },
              drag: { enabled: true, threshold: 6, backgroundColor: "rgb(128 128 128 / 25%)" },
              onZoomComplete: zoomed,
            },
          },
          annotation: { animations: {}, clip: false, annotations: {} },
        },
        scales: {
          x: { type: "linear" },
          y: { type: "linear" },
        },
        // The canvas is as wide as its box, which is known before the chart is.
        devicePixelRatio: Math.max(1, canvas.ownerDocument.defaultView?.devicePixelRatio ?? 1),
      },
    };
  }

  show(content: PlotContent): void {
    this.#content = content;
    const { curves, runs, settings, range } = content;
    const colors = themeColors();
    const byRun = new Map(curves.map((curve) => [curve.run, curve]));
    const datasets: ChartDataset<"line", ChartPoint[]>[] = [];
    const labels: Overlay["labels"][number][] = [];
    const odd: { readonly x: number; readonly color: string }[] = [];
    for (const { id, name, style } of runs) {
      const curve = byRun.get(id);
      if (!curve || curve.x.length === 0) continue;
      const color = colors.series[style.color - 1] ?? colors.text;
      const shape = shapeOf(curve, settings.smoothing);
      if (shape.band) {
        const hidden = { borderWidth: 0, pointRadius: 0, backgroundColor: faint(color) };
        datasets.push({ ...hidden, data: [...shape.band.low], fill: false });
        datasets.push({ ...hidden, data: [...shape.band.high], fill: "-1" });
      }
      const usual = curve.x.length <= mostMarkers ? 1.5 : 0;
      const radii = shape.line.map((_, at) => (isAlone(shape.line, at) ? 3 : usual));
      const last = Array.from(curve.y).findLast((value) => Number.isFinite(value));
      labels.push(
        runs.length === 1
          ? { text: numberText(last ?? "NaN"), dot: undefined, dataset: datasets.length }
          : { text: name, dot: color, dataset: datasets.length },
      );
      datasets.push({
        data: [...shape.line],
        borderColor: color,
        backgroundColor: color,
        borderDash: [...style.dash],
        pointStyle: style.marker,
        // A list gives each point options of its own, and taking in a curve then costs seven times as much.
        pointRadius: radii.some((radius) => radius !== usual) ? radii : usual,
        pointBorderWidth: style.marker === "cross" || style.marker === "star" ? 1 : 0,
      });
      odd.push(...shape.odd.slice(0, mostOddMarks).map((x) => ({ x, color })));
    }
    this.#overlay.labels = labels.length <= mostLabels ? labels : [];
    this.#chart.data.datasets = datasets;
    this.#setOptions(settings, range, odd);
    this.#chart.update("none");
  }

  #setOptions(
    { axis, logX, logY }: ChartSettings,
    range: AxisRange | undefined,
    odd: readonly { readonly x: number; readonly color: string }[],
  ): void {
    const { options, ctx } = this.#chart;
    const colors = themeColors();
    ctx.font = labelFont();
    const widest = Math.max(
      0,
      ...this.#overlay.labels.map(({ text }) => ctx.measureText(fitted(ctx, text, labelWidth)).width),
    );
    const dot = this.#overlay.labels.some((label) => label.dot !== undefined) ? dotWidth : 0;
    options.layout = { padding: { right: Math.min(widest + dot, this.#chart.width / 3) + 10, top: 6 } };
    const font = { size: 11, family: colors.font };
    const shared = {
      border: { display: false },
      grid: { color: colors.grid, tickLength: 0 },
      title: { display: false },
    };
    options.scales = {
      x: {
        ...shared,
        type: logX ? "logarithmic" : "linear",
        grid: { ...shared.grid, display: false },
        ticks: {
          color: colors.muted,
          font,
          padding: 4,
          maxRotation: 0,
          autoSkipPadding: 24,
          includeBounds: false,
          ...(axis === "step" ? { precision: 0 } : { stepSize: this.#timeStep(range) }),
          callback: (value) => axisText(axis, Number(value)),
        },
        ...(range ? { min: range.from, max: range.to } : {}),
      },
      y: {
        ...shared,
        type: logY ? "logarithmic" : "linear",
        ...(logY ? {} : this.#flatRange()),
        ticks: {
          color: colors.muted,
          font,
          padding: 4,
          maxTicksLimit: 6,
          includeBounds: false,
          callback: (value, at, ticks) =>
            logY ? numberText(Number(value)) : (axisTexts(ticks.map((tick) => tick.value))[at] ?? ""),
        },
      },
    };
    const annotations: Record<string, AnnotationOptions> = {};
    for (const [at, { x, color }] of odd.entries())
      annotations[String(at)] = {
        type: "point",
        xValue: x,
        yValue: ({ chart }) => chart.scales["y"]?.min ?? 0,
        pointStyle: "crossRot",
        backgroundColor: color,
        radius: 4,
        borderColor: color,
        borderWidth: 1.5,
      };
    if (options.plugins?.annotation) options.plugins.annotation.annotations = annotations;
  }

  /** A flat line of what is not below zero stands over zero, a share within one: not among hundredths of itself. */
  #flatRange(): { readonly min?: number; readonly suggestedMax?: number } {
    const values = (this.#content?.curves ?? []).flatMap(({ y }) => Array.from(y).filter(Number.isFinite));
    const [first] = values;
    if (first === undefined || first < 0 || values.some((value) => value !== first)) return {};
    return { min: 0, suggestedMax: first <= 1 ? 1 : 2 * first };
  }

  /** The distance of marks on an axis of time. */
  #timeStep(range: AxisRange | undefined): number {
    const places = (this.#content?.curves ?? []).flatMap(({ x }) => [x[0] ?? 0, x[x.length - 1] ?? 0]);
    const span = range ? range.to - range.from : Math.max(...places) - Math.min(...places);
    return timeStep(span / Math.max(2, this.#chart.width / pixelsPerTime));
  }

  /** Draws what is shown once more, after the theme changed. */
  restyle(): void {
    if (this.#content) this.show(this.#content);
  }

  /** Puts the crosshair on a place of the axis, or takes it away. */
  point(place: number | undefined): void {
    if (this.#overlay.crosshair === place) return;
    this.#overlay.crosshair = place;
    this.#chart.draw();
  }

  /** What of the horizontal axis is seen. */
  get seen(): AxisRange | undefined {
    const { min, max } = this.#chart.scales["x"] ?? {};
    return min === undefined || max === undefined ? undefined : { from: min, to: max };
  }

  /** The pixel of a place, from the left of the canvas. */
  pixelOf(place: number): number {
    return this.#chart.scales["x"]?.getPixelForValue(place) ?? 0;
  }

  destroy(): void {
    this.#chart.destroy();
  }
}

/** The same colour, as a surface behind lines. */
const faint = (color: string): string => (/^#[0-9a-f]{6}$/i.test(color) ? `${color}33` : "transparent");

/** The axis with its unit. */
export const axisName = (axis: ChartAxis): string => words.chart[axis];
