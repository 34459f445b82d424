import type { Browser } from "playwright-core";

/** The part of Chromium's trace that tells what became of each frame. */
const category = "disabled-by-default-devtools.timeline.frame";

interface TraceEvent {
  readonly name: string;
  /** In microseconds. */
  readonly ts: number;
  readonly args: {
    readonly frame_reporter?: {
      readonly state: string;
      readonly scroll_state: string;
      readonly frame_sequence: number;
    };
  };
}

/** Frames a second that Chromium showed while something was scrolled, as its trace has them. Runs `scroll` once. */
export async function framesShown(browser: Browser, scroll: () => Promise<void>): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    for (const event of value as unknown as TraceEvent[])
      if (event.name === "PipelineReporter" && event.args.frame_reporter) events.push(event);
  });
  const complete = new Promise<void>((resolve) => {
    session.once("Tracing.tracingComplete", () => {
      resolve();
    });
  });
  await session.send("Tracing.start", { traceConfig: { includedCategories: [category] } });
  await scroll();
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const scrolling = events.filter(({ args }) => args.frame_reporter?.scroll_state !== "SCROLL_NONE");
  const times = scrolling.map(({ ts }) => ts);
  const shown = new Set(
    scrolling.flatMap(({ args: { frame_reporter: frame } }) =>
      frame?.state.startsWith("STATE_PRESENTED") === true ? [frame.frame_sequence] : [],
    ),
  );
  return (shown.size - 1) / ((Math.max(...times) - Math.min(...times)) / 1e6);
}
