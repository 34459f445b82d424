import * as path from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser } from "../tooling/editor.mjs";
import { above, below, type Bench, type Benchmark, type Budget, type Unit } from "./benchmark.js";
import { exportRuns } from "./export-runs.js";
import { startLoam } from "./loam-server.js";
import { usualShape, type StoreShape } from "./make-store.js";
import { fillMlflow, findMlflow, logCurves, startMlflow, type MlflowServer } from "./mlflow-peer.js";
import { servePages } from "./page-server.js";
import { noteSights, whenSeen, type Sight } from "./page-sights.js";
import { caughtUp, firstSeen, fluency, view } from "./page-visits.js";
import { RawClient } from "./raw-client.js";
import { interleave, type Rounds } from "./rounds.js";
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
/** As many runs, with 500 of them. */
const widest: StoreShape = { ...wide, metrics: 250, params: 250 };

function row(bench: Bench, rounds: Rounds, what: string, figure: string, unit: Unit, budget?: Budget): void {
  const ours = rounds.of("loam", figure);
  bench.row({ what, unit, ours, budget, leftOut: rounds.leftOut, steal: rounds.steal });
}

/** How soon our pages of a store stand, and how they move. */
async function ofStore(bench: Bench, browser: Browser, shape: StoreShape): Promise<void> {
  const of = `10,000 runs × ${shape.metrics + shape.params} columns`;
  const store = await storeOf(shape, bench.say);
  const server = await servePages(store);
  try {
    bench.say(`indexing ${of}`);
    const runs = await caughtUp(server);
    const [run = ""] = runs;
    bench.say(`opening pages of ${of}`);
    const opening = await interleave(
      [
        {
          name: "loam",
          round: async () => ({
            runs: await firstSeen(browser, server, { page: "runs", filter: "" }, "rows"),
            run: await firstSeen(browser, server, { page: "run", run }, "chart"),
            compare: await firstSeen(browser, server, { page: "compare", runs }, "differences"),
          }),
        },
      ],
      bench.rounds,
    );
    row(bench, opening, `${of}: Runs page, first rows painted`, "runs", "ms", below(1000));
    row(bench, opening, `${of}: Run page, first chart painted`, "run", "ms", below(1000));
    row(bench, opening, `${of}: Compare of ten, first rows painted`, "compare", "ms", below(1000));
    bench.say(`scrolling and typing over ${of}`);
    const using = await interleave([{ name: "loam", round: () => fluency(browser, server) }], bench.rounds);
    const scrolling = (way: string, figure: string): void => {
      const what = `${of}, all shown: scrolling ${way}`;
      row(bench, using, `${what}, frames that Chromium showed`, `${figure}Shown`, "frames/s", above(59));
      row(bench, using, `${what}, frames that the page drew`, figure, "frames/s", above(59));
      row(bench, using, `${what}, the longest without one`, `${figure}Longest`, "ms");
    };
    scrolling("down", "down");
    scrolling("sideways", "aside");
    row(bench, using, `${of}: the slowest of three keys in the query, rows painted`, "key", "ms", below(100));
  } finally {
    await server.close();
  }
}

const theirSights: Readonly<Record<string, Sight>> = {
  rows: { of: "a[href*='/runs/']", saying: "run-" },
  chart: { of: ".js-plotly-plot .scatterlayer path" },
};

/** Opens a page of MLflow, and gives when a sight was first painted. */
async function theirsSeen(
  browser: Browser,
  { url }: MlflowServer,
  place: string,
  sight: "rows" | "chart",
): Promise<number> {
  const context = await browser.newContext(view);
  await noteSights(context, theirSights);
  const page = await context.newPage();
  await page.goto(new URL(`/#/experiments/0/runs${place}`, url).href);
  const seen = await whenSeen(page.mainFrame(), sight);
  await context.close();
  return seen;
}

/** Our pages and MLflow's, of the same ten thousand runs, in the same browser in turns. */
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
    const [run = ""] = await caughtUp(server);
    await logCurves(mlflow, run, server.engine);
    bench.say("opening the list of 10,000 runs and one of them, ours and MLflow's");
    const rounds = await interleave(
      [
        {
          name: "loam",
          round: async () => ({
            rows: await firstSeen(browser, server, { page: "runs", filter: "" }, "rows"),
            chart: await firstSeen(browser, server, { page: "run", run }, "chart"),
          }),
        },
        {
          name: "mlflow's page",
          round: async () => ({
            rows: await theirsSeen(browser, mlflow, "", "rows"),
            chart: await theirsSeen(browser, mlflow, `/${run}/model-metrics`, "chart"),
          }),
        },
      ],
      bench.rounds,
    );
    const both = (what: string, figure: string): void => {
      bench.row({
        what: `10,000 runs × 20 columns: ${what}`,
        unit: "ms",
        ours: rounds.of("loam", figure),
        peer: rounds.of("mlflow's page", figure),
        budget: below(1000),
        leftOut: rounds.leftOut,
        steal: rounds.steal,
      });
    };
    both("list of runs, first rows painted", "rows");
    both("page of a run, first chart painted", "chart");
  } finally {
    await server.close();
    await mlflow.stop();
  }
}

async function measure(bench: Bench): Promise<void> {
  const browser = await openBrowser();
  try {
    for (const [what, work] of [
      ["pages of 10,000 runs of 200 columns", () => ofStore(bench, browser, wide)],
      ["pages of 10,000 runs of 500 columns", () => ofStore(bench, browser, widest)],
      ["pages beside MLflow's", () => besideMlflow(bench, browser)],
    ] as const) {
      try {
        await work();
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
  about: "first rows and charts, scrolling and typing on pages, beside MLflow's",
  measure,
};
