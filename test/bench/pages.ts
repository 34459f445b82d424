import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import type { Subject } from "../../src/protocol/pages.js";
import { openBrowser } from "../tooling/editor.mjs";
import { above, below, type Bench, type Benchmark, type Budget, type Unit } from "./benchmark.js";
import { exportRuns } from "./export-runs.js";
import { startLoam } from "./loam-server.js";
import { usualShape, type StoreShape } from "./make-store.js";
import { fillMlflow, findMlflow, startMlflow } from "./mlflow-peer.js";
import { scrolled } from "./page-motion.js";
import { servePages, type PageServer } from "./page-server.js";
import { noteSights, whenSeen, type Sight } from "./page-sights.js";
import { RawClient } from "./raw-client.js";
import { interleave, type Contender, type Rounds, type Sample } from "./rounds.js";
import { storeOf, tenThousand } from "./stores.js";

/** Ten thousand runs with 200 metrics and params, of which each lacks some, and names as frameworks write them. */
const wide: StoreShape = {
  ...usualShape,
  runs: 10_000,
  metrics: 100,
  params: 100,
  points: 2,
  missing: 0.15,
  longNames: true,
};

const ourSights: Readonly<Record<string, Sight>> = {
  rows: { of: ".grid-row .grid-text", saying: "^run-" },
  chart: { of: ".chart-plot canvas, canvas.chart-plot, .chart canvas" },
  differences: { of: ".grid-row .grid-text", saying: "." },
};

const theirSights: Readonly<Record<string, Sight>> = {
  rows: { of: "a[href*='/runs/']", saying: "run-" },
};

const view = { viewport: { width: 1600, height: 1000 } };

interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly frame: Frame;
}

async function openPage(browser: Browser, server: PageServer, subject: Subject): Promise<Opened> {
  const context = await browser.newContext(view);
  await noteSights(context, ourSights);
  const page = await context.newPage();
  await page.goto(server.url(subject));
  for (;;) {
    const frame = page.frames()[1];
    if (frame && frame.url() !== "about:blank") return { context, page, frame };
    await sleep(10);
  }
}

/** Opens a page, waits for sights, and gives when each was first painted. */
async function firstSeen(
  browser: Browser,
  server: PageServer,
  subject: Subject,
  names: readonly string[],
): Promise<Sample> {
  const { context, frame } = await openPage(browser, server, subject);
  const seen: Record<string, number> = {};
  for (const name of names) seen[name] = await whenSeen(frame, name);
  await context.close();
  return seen;
}

async function caughtUp(server: PageServer): Promise<readonly string[]> {
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

/** Scrolls the grid with all columns. */
async function moved(browser: Browser, server: PageServer): Promise<Sample> {
  const { context, page, frame } = await openPage(browser, server, { page: "runs", filter: "" });
  await whenSeen(frame, "rows");
  await frame.getByRole("button", { name: "Columns" }).click();
  await frame.getByRole("button", { name: "Show all" }).click();
  await page.keyboard.press("Escape");
  await sleep(2000); // what was begun by opening the page is no part of what is measured
  const down = await scrolled(context, page, frame, ".grid", { y: 12_000 });
  const aside = await scrolled(context, page, frame, ".grid", { x: 9000 });
  await context.close();
  return {
    down: down.framesPerSecond,
    downLongest: down.longest,
    aside: aside.framesPerSecond,
    asideLongest: aside.longest,
  };
}

function row(bench: Bench, rounds: Rounds, what: string, figure: string, unit: Unit, budget?: Budget): void {
  const ours = rounds.of("loam", figure);
  bench.row({ what, unit, ours, budget, leftOut: rounds.leftOut, steal: rounds.steal });
}

async function ofWideStore(bench: Bench, browser: Browser): Promise<void> {
  const store = await storeOf(wide, bench.say);
  const server = await servePages(store);
  try {
    bench.say("indexing 10,000 runs of 200 columns");
    const ids = await caughtUp(server);
    const [first = ""] = ids;
    bench.say("opening pages of 10,000 runs of 200 columns");
    const opening = await interleave(
      [
        {
          name: "loam",
          round: async () => {
            const runs = await firstSeen(browser, server, { page: "runs", filter: "" }, ["rows"]);
            const run = await firstSeen(browser, server, { page: "run", run: first }, ["chart"]);
            const compare = await firstSeen(browser, server, { page: "compare", runs: ids }, ["differences"]);
            return { runs: runs["rows"] ?? 0, run: run["chart"] ?? 0, compare: compare["differences"] ?? 0 };
          },
        },
      ],
      bench.rounds,
    );
    const of = "10,000 runs × 200 columns";
    row(bench, opening, `${of}: Runs page, first rows painted`, "runs", "ms", below(1000));
    row(bench, opening, `${of}: Run page, first chart painted`, "run", "ms", below(1000));
    row(bench, opening, `${of}: Compare of ten, first rows painted`, "compare", "ms", below(1000));
    bench.say("scrolling");
    const moving = await interleave([{ name: "loam", round: () => moved(browser, server) }], bench.rounds);
    row(bench, moving, `${of}: scrolling down, all columns shown`, "down", "frames/s", above(59));
    row(bench, moving, `${of}: the longest without a frame`, "downLongest", "ms");
    row(bench, moving, `${of}: scrolling sideways`, "aside", "frames/s", above(59));
    row(bench, moving, `${of}: the longest without a frame`, "asideLongest", "ms");
  } finally {
    await server.close();
  }
}

/** Our page and MLflow's, of the same ten thousand runs, in the same browser in turns. */
async function besideMlflow(bench: Bench, browser: Browser): Promise<void> {
  const store = await storeOf(tenThousand, bench.say);
  const folder = bench.folder();
  const documents = path.join(folder, "runs.jsonl");
  const loam = await startLoam(store);
  const client = await RawClient.open(loam.url, loam.token);
  await exportRuns(client, documents);
  client.close();
  await loam.stop();
  const environment = findMlflow();
  bench.say("starting mlflow server with the same runs");
  const mlflow = await startMlflow(environment, folder);
  const server = await servePages(store);
  try {
    await fillMlflow(environment, mlflow, documents);
    await caughtUp(server);
    const theirs: Contender = {
      name: "mlflow's page",
      round: async () => {
        const context = await browser.newContext(view);
        await noteSights(context, theirSights);
        const page = await context.newPage();
        await page.goto(new URL("/#/experiments/0/runs", mlflow.url).href);
        const rows = await whenSeen(page.mainFrame(), "rows");
        await context.close();
        return { rows };
      },
    };
    const ours: Contender = {
      name: "loam",
      round: () => firstSeen(browser, server, { page: "runs", filter: "" }, ["rows"]),
    };
    bench.say("opening the list of 10,000 runs, ours and MLflow's");
    const rounds = await interleave([ours, theirs], bench.rounds);
    bench.row({
      what: "10,000 runs × 20 columns: list of runs, first rows painted",
      unit: "ms",
      ours: rounds.of("loam", "rows"),
      peer: rounds.of("mlflow's page", "rows"),
      budget: below(1000),
      leftOut: rounds.leftOut,
      steal: rounds.steal,
    });
  } finally {
    await server.close();
    await mlflow.stop();
  }
}

async function measure(bench: Bench): Promise<void> {
  const browser = await openBrowser();
  try {
    for (const [what, work] of [
      ["pages of 10,000 runs of 200 columns", ofWideStore],
      ["the list of runs beside MLflow's", besideMlflow],
    ] as const) {
      try {
        await work(bench, browser);
      } catch (error) {
        bench.unmeasured(what, error);
      }
    }
  } finally {
    await browser.close();
  }
}

export const pages: Benchmark = {
  name: "pages",
  about: "first rows and scrolling on pages, beside MLflow's",
  measure,
};
