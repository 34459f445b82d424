import { setTimeout as sleep } from "node:timers/promises";

import type { Frame, Page } from "playwright-core";

/** How many points a chart had when it was painted, and when, in milliseconds since the epoch. */
export interface Painted {
  readonly points: number;
  readonly at: number;
}

/** Runs in a page: after each change of a chart's label, which says how many points it shows, it waits for the frame. */
const watcher = `
  const chart = document.querySelector(SELECTOR);
  const seen = (globalThis.paintedPoints = []);
  const digits = (text) => Number(text.slice(text.lastIndexOf(", ") + 2).replaceAll(/[^0-9]/g, ""));
  new MutationObserver(() => {
    const points = digits(chart.getAttribute("aria-label"));
    if (points === seen.at(-1)?.points) return;
    const one = { points, at: undefined };
    seen.push(one);
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (one.at = performance.timeOrigin + performance.now());
      port2.postMessage(null);
    });
  }).observe(chart, { attributes: true, attributeFilter: ["aria-label"] });
`;

/** The frame of the editor in which Loam shows a page; waits for a chart of the metric in it. */
export async function pageFrame(page: Page, main: "run" | "metrics", metric: string): Promise<Frame> {
  const chart = `main.${main} ${chartOf(metric)}`;
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) {
    for (const frame of page.frames()) {
      const there = await frame
        .locator(chart)
        .count()
        .catch(() => 0); // a frame may go meanwhile
      if (there > 0) return frame;
    }
  }
  throw new Error(`no page shows ${metric} in ${main}`);
}

const chartOf = (metric: string): string => `.chart-plot[aria-label^="${metric} over"]`;

/** Begins to note when the chart of a metric is painted with more points. */
export async function notePainted(frame: Frame, metric: string): Promise<void> {
  await frame.evaluate(`{${watcher.replace("SELECTOR", JSON.stringify(chartOf(metric)))}}`);
}

export async function allPainted(frame: Frame): Promise<readonly Painted[]> {
  const all = await frame.evaluate<readonly { points: number; at?: number }[]>("globalThis.paintedPoints");
  return all.flatMap(({ points, at }) => (at === undefined ? [] : [{ points, at }]));
}

/**
 * How long each point took from its acknowledgement until it was painted, in ms. `written`: when the points of the
 * chart were acknowledged, in their order. What was painted when the noting began does not count, nor do the points
 * after the last painting.
 */
export function delays(written: readonly number[], painted: readonly Painted[]): number[] {
  let from = painted[0]?.points ?? 0;
  return painted.slice(1).flatMap(({ points, at }) => {
    const drawn = written.slice(from, points);
    from = Math.max(from, points);
    return drawn.map((time) => at - time);
  });
}
