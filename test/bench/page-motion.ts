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
  globalThis.frameTimes = [];
  const note = (at) => {
    globalThis.frameTimes.push(at);
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

/** Runs in the page: the time from the key to the frame in which the attribute is another one. */
const answered = `
  globalThis.answered = new Promise((resolve) => {
    const value = () => document.querySelector(SELECTOR)?.getAttribute(ATTRIBUTE);
    const before = value();
    let pressed;
    addEventListener("keydown", ({ timeStamp }) => void (pressed ??= timeStamp), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      const now = value();
      if (now === undefined || now === before) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - pressed);
        port2.postMessage(null);
      });
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
`;

/** Presses a key in a field and gives the ms until the frame is drawn in which the element's attribute has changed. */
export async function keyAnswered(
  frame: Frame,
  field: string,
  key: string,
  element: string,
  attribute: string,
): Promise<number> {
  const script = answered
    .replace("SELECTOR", JSON.stringify(element))
    .replace("ATTRIBUTE", JSON.stringify(attribute));
  await frame.evaluate(`{${script}}`);
  await frame.locator(field).press(key);
  return frame.evaluate<number>("globalThis.answered");
}
