import type { Chart, Plugin } from "chart.js";
import { themeColors } from "./theme-colors.js";

/** What is drawn over the lines of a chart, kept beside it so that moving the mouse redraws and computes nothing. */
export interface Overlay {
  /** Where the crosshair stands on the axis. */
  crosshair: number | undefined;
  /** A label at the end of each line, in the order of the lines; none: too many lines. */
  labels: readonly {
    readonly text: string;
    /** The colour of its line, where there are several. */
    readonly dot: string | undefined;
    readonly dataset: number;
  }[];
}

const labelHeight = 13;
const labelGap = 6;
const dotRadius = 3;
/** What a dot takes before the text of its label. */
export const dotWidth = 10;
export const labelFont = (): string => `11px ${themeColors().font}`;

/** Text that fits into so many pixels. What stands behind a dot stays: it tells runs of one name apart. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const dot = text.lastIndexOf(" · ");
  const end = dot === -1 ? "" : text.slice(dot);
  let length = text.length - end.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…${end}`).width > width) length--;
  return `${text.slice(0, length)}…${end}`;
}

/** A plugin of one chart that draws the crosshair and the labels at line ends. */
export const overlayPlugin = (overlay: Overlay): Plugin<"line"> => ({
  id: "loamOverlay",
  afterDatasetsDraw: (chart) => {
    drawCrosshair(chart, overlay);
    drawLabels(chart, overlay);
  },
});

function drawCrosshair({ ctx, chartArea, scales }: Chart<"line">, { crosshair }: Overlay): void {
  const at = crosshair === undefined ? undefined : scales["x"]?.getPixelForValue(crosshair);
  if (at === undefined || at < chartArea.left || at > chartArea.right) return;
  ctx.save();
  ctx.strokeStyle = themeColors().muted;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(Math.round(at) + 0.5, chartArea.top);
  ctx.lineTo(Math.round(at) + 0.5, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}

function drawLabels(chart: Chart<"line">, { labels }: Overlay): void {
  const { ctx, chartArea } = chart;
  const places = labels.flatMap(({ text, dot, dataset }) => {
    const points = chart.getDatasetMeta(dataset).data;
    const last = points.findLast(
      (point) => Number.isFinite(point.y) && point.x <= chartArea.right + 1 && point.x >= chartArea.left,
    );
    return last ? [{ text, dot, x: last.x + labelGap, y: last.y }] : [];
  });
  places.sort((a, b) => a.y - b.y);
  // Labels that would lie over each other are pushed apart, first down, then back up from the bottom.
  for (let at = 1; at < places.length; at++) {
    const [before, here] = [places[at - 1], places[at]];
    if (before && here) here.y = Math.max(here.y, before.y + labelHeight);
  }
  for (let at = places.length - 1, most = chartArea.bottom; at >= 0; at--, most -= labelHeight) {
    const here = places[at];
    if (here) here.y = Math.min(here.y, most);
  }
  ctx.save();
  ctx.font = labelFont();
  ctx.textBaseline = "middle";
  for (const { text, dot, x, y } of places) {
    // Small text in the colour of a line would be too faint to read; the dot tells whose it is.
    if (dot !== undefined) {
      ctx.fillStyle = dot;
      ctx.beginPath();
      ctx.arc(x + dotRadius, y, dotRadius, 0, 2 * Math.PI);
      ctx.fill();
    }
    const start = dot === undefined ? x : x + dotWidth;
    ctx.fillStyle = themeColors().text;
    ctx.fillText(fitted(ctx, text, chart.width - start - 2), start, y);
  }
  ctx.restore();
}
