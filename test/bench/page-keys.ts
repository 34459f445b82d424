import type { Frame, Locator } from "playwright-core";

/**
 * Runs in the page: `keyAnswered` becomes a promise of the time from the next key's event to the frame that paints the
 * grid with another count of rows, each of them there. A function, so that nobody who evaluates this waits for it.
 */
const watcher = `(() => {
  const grid = () => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") ?? null;
  const before = grid();
  let pressed;
  addEventListener("keydown", ({ timeStamp }) => void (pressed ??= timeStamp), { capture: true, once: true });
  globalThis.keyAnswered = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      const now = grid();
      if (pressed === undefined || now === null || now === before) return;
      if (document.querySelector(".grid-row[aria-busy]") !== null) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - pressed);
        port2.postMessage(null);
      });
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
  return before;
})()`;

/** Presses a key in a field that filters the grid. Gives the ms until the rows that it leaves are painted. */
export async function keyAnswered(frame: Frame, field: Locator, key: string): Promise<number> {
  await frame.evaluate(watcher);
  await field.press(key);
  return frame.evaluate<number>("globalThis.keyAnswered");
}
