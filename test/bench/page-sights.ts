import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Frame } from "playwright-core";

/** What must stand in a page, and what it says, for a person to see it. */
export interface Sight {
  /** A CSS selector. */
  readonly of: string;
  /** A regular expression that its label or else its text must fit. */
  readonly saying?: string;
}

const patienceMs = 120_000;

/** Runs in the page. As text: what compiles this file would put words of its own into a function. */
const watcher = `
  const left = new Map(Object.entries(SIGHTS));
  const painted = (then) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(null);
    });
  };
  const isSeen = ({ of, saying }) => {
    const pattern = new RegExp(saying ?? "");
    return [...document.querySelectorAll(of)].some((one) =>
      pattern.test(one.getAttribute("aria-label") ?? one.textContent));
  };
  const observer = new MutationObserver(() => {
    for (const [name, sight] of left) {
      if (!isSeen(sight)) continue;
      left.delete(name);
      painted(() => performance.mark("seen " + name));
    }
    if (left.size === 0) observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
`;

/**
 * Lets each page of a context note when sights are first painted, in milliseconds from the start of its navigation:
 * it looks after each change of the page, and notes the time once the next frame is drawn.
 */
export async function noteSights(
  context: BrowserContext,
  sights: Readonly<Record<string, Sight>>,
): Promise<void> {
  await context.addInitScript({ content: `{${watcher.replace("SIGHTS", JSON.stringify(sights))}}` });
}

/** When a sight was first painted in a frame; waits for it. */
export async function whenSeen(frame: Frame, name: string): Promise<number> {
  for (const end = Date.now() + patienceMs; ; await sleep(50)) {
    const times = await frame.evaluate(
      (mark) => performance.getEntriesByName(mark).map(({ startTime }) => startTime),
      `seen ${name}`,
    );
    if (times[0] !== undefined) return times[0];
    if (Date.now() > end) throw new Error(`nothing was seen of '${name}' on ${frame.url()}`);
  }
}
