import type { BrowserContext, Frame, Page } from "playwright-core";

/** What a page did while it was scrolled. */
export interface Motion {
  /** Frames that its main thread drew in a second. */
  readonly framesPerSecond: number;
  /** The longest time without one, in ms. */
  readonly longest: number;
}

/** How fast a person's wheel goes, in CSS pixels a second. */
const speed = 3000;

/** Runs in the page: keeps the times of its frames until it is asked for them. */
const begin = `
  const times = [];
  globalThis.frameTimes = times;
  const note = (at) => {
    if (globalThis.frameTimes !== times) return; // the next scroll is counted
    times.push(at);
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
`;

/** Scrolls what is under the middle of the element by the wheel, and counts the frames. Distances in CSS pixels. */
export async function scrolled(
  context: BrowserContext,
  page: Page,
  frame: Frame,
  of: string,
  distance: { readonly x?: number; readonly y?: number },
): Promise<Motion> {
  const box = await frame.locator(of).first().boundingBox();
  if (!box) throw new Error(`there is no ${of} to scroll`);
  const session = await context.newCDPSession(page);
  await frame.evaluate(`{${begin}}`);
  await session.send("Input.synthesizeScrollGesture", {
    x: Math.round(box.x + box.width / 2),
    y: Math.round(box.y + box.height / 2),
    xDistance: -(distance.x ?? 0),
    yDistance: -(distance.y ?? 0),
    gestureSourceType: "mouse",
    preventFling: true,
    speed,
  });
  const times = await frame.evaluate<readonly number[]>("globalThis.frameTimes");
  await session.detach();
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return { framesPerSecond: (gaps.length / took) * 1000, longest: Math.max(...gaps) };
}
