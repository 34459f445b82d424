import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import type { Subject } from "../../src/protocol/pages.js";
import { framesShown } from "./page-frames.js";
import { keyAnswered } from "./page-keys.js";
import { scrolled, type Motion } from "./page-motion.js";
import type { PageServer } from "./page-server.js";
import { noteSights, whenSeen, type Sight } from "./page-sights.js";
import type { Sample } from "./rounds.js";

// What a person does on our pages, with the times that it takes.

export const view = { viewport: { width: 1600, height: 1000 } };

const ourSights: Readonly<Record<string, Sight>> = {
  rows: { of: ".grid-row .grid-text", saying: "^run-" },
  chart: { of: ".chart-plot:not(:has(.chart-waiting)) canvas:not(.chart-unseen)" },
  differences: { of: ".grid-row .grid-text", saying: "." },
};

/** What begins with a page is no part of what is measured on it later. */
const restMs = 2000;

interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly frame: Frame;
}

async function openPage(
  browser: Browser,
  server: PageServer,
  subject: Subject,
  sights = ourSights,
): Promise<Opened> {
  const context = await browser.newContext(view);
  await noteSights(context, sights);
  const page = await context.newPage();
  await page.goto(server.url(subject));
  for (;;) {
    const frame = page.frames()[1];
    if (frame && frame.url() !== "about:blank") return { context, page, frame };
    await sleep(10);
  }
}

/** Opens a page, and gives when a sight was first painted. */
export async function firstSeen(
  browser: Browser,
  server: PageServer,
  subject: Subject,
  sight: "rows" | "chart" | "differences",
): Promise<number> {
  const { context, frame } = await openPage(browser, server, subject);
  const seen = await whenSeen(frame, sight);
  await context.close();
  return seen;
}

/** Waits until the engine has read the whole folder; the newest ten runs. */
export async function caughtUp(server: PageServer): Promise<readonly string[]> {
  for (;;) {
    const { ids, complete } = await server.engine.request("runs/find", {
      filter: "",
      stage: "active",
      most: 10,
    });
    if (complete) return ids;
    await sleep(200);
  }
}

/** Shows all columns of the page of all runs, scrolls its grid down and sideways, then types a query. */
export async function fluency(browser: Browser, server: PageServer): Promise<Sample> {
  const { context, page, frame } = await openPage(browser, server, { page: "runs", filter: "" });
  await whenSeen(frame, "rows");
  await frame.getByRole("button", { name: "Columns" }).click();
  await frame.getByRole("button", { name: "Show all" }).click();
  await page.keyboard.press("Escape");
  await sleep(restMs);
  const moved = async (distance: { readonly x?: number; readonly y?: number }) => {
    let motion: Motion | undefined;
    const shown = await framesShown(browser, async () => {
      motion = await scrolled(context, page, frame, ".grid", distance);
    });
    return { shown, drawn: motion?.framesPerSecond ?? 0, longest: motion?.longest ?? 0 };
  };
  const down = await moved({ y: 12_000 });
  const aside = await moved({ x: 9000 });
  const query = frame.locator(".query input");
  await query.fill("metrics.f1 > 0.");
  await sleep(restMs);
  let key = 0;
  for (const pressed of ["9", "5", "Backspace"]) {
    key = Math.max(key, await keyAnswered(frame, query, pressed));
    await sleep(restMs / 4);
  }
  await context.close();
  return {
    down: down.drawn,
    downShown: down.shown,
    downLongest: down.longest,
    aside: aside.drawn,
    asideShown: aside.shown,
    asideLongest: aside.longest,
    key,
  };
}

/** Opens a page with a long list and a field that filters it, and types there. Gives the ms of the slowest key. */
export async function typedInto(
  browser: Browser,
  server: PageServer,
  subject: Subject,
  { row, keys }: { readonly row: string; readonly keys: readonly string[] },
): Promise<number> {
  const { context, frame } = await openPage(browser, server, subject, { row: { of: row, saying: "." } });
  await whenSeen(frame, "row");
  await sleep(restMs);
  const field = frame.getByRole("textbox").first();
  let slowest = 0;
  for (const key of keys) {
    slowest = Math.max(slowest, await keyAnswered(frame, field, key));
    await sleep(restMs / 4);
  }
  await context.close();
  return slowest;
}

/** Opens a page with a long list, scrolls down in it, and jumps to its end. */
export async function leafedThrough(
  browser: Browser,
  server: PageServer,
  subject: Subject,
  { list, row }: { readonly list: string; readonly row: string },
): Promise<Sample> {
  const { context, page, frame } = await openPage(browser, server, subject, {
    row: { of: row, saying: "." },
  });
  const first = await whenSeen(frame, "row");
  await sleep(restMs);
  const shown = await framesShown(browser, async () => {
    await scrolled(context, page, frame, list, { y: 12_000 });
  });
  const begun = performance.now();
  await frame
    .locator(list)
    .first()
    .evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
  await frame.waitForFunction(
    ([of = ""]) => {
      const box = document.querySelector(of);
      if (!box || box.querySelector(".grid-row[aria-busy]")) return false;
      const count = Number(box.querySelector("[role=grid]")?.getAttribute("aria-rowcount"));
      const [item] = [...box.querySelectorAll(".rail-item")].slice(-1);
      return item
        ? item.getAttribute("aria-posinset") === item.getAttribute("aria-setsize")
        : box.querySelector(`.grid-row[aria-rowindex="${count}"]`) !== null;
    },
    [list],
  );
  const last = performance.now() - begun;
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN) / 1e6;
  await context.close();
  return { first, shown, last, heap };
}
