import type { Browser } from "playwright-core";
import type { DatasetTab, Subject } from "../../src/protocol/pages.js";
import { openBrowser } from "../tooling/editor.mjs";
import { above, below, type Bench, type Benchmark, type Budget, type Unit } from "./benchmark.js";
import { makeData, type DataShape } from "./make-data.js";
import { servePages, type PageServer } from "./page-server.js";
import { leafedThrough } from "./page-visits.js";
import { interleave } from "./rounds.js";

/** Smaller with LOAM_BENCH_DATA_PAGES=0.1, for a look at it. */
const part = Number(process.env["LOAM_BENCH_DATA_PAGES"] ?? 1);
const shape: DataShape = {
  rows: Math.round(1_000_000 * part),
  columns: Math.round(2000 * part),
  files: Math.round(100_000 * part),
  versions: Math.round(10_000 * part),
  sets: Math.round(1000 * part),
};

interface Shown {
  readonly what: string;
  /** Until the first rows are painted. */
  readonly first: Budget;
  readonly subject: Subject;
  /** The grid or list that is leafed through, and a row of it. */
  readonly list: string;
  readonly row: string;
}

const number = (count: number): string => count.toLocaleString("en");

async function ofPage(bench: Bench, browser: Browser, server: PageServer, shown: Shown): Promise<void> {
  const { what, first, subject, list, row } = shown;
  bench.say(`opening ${what}`);
  const rounds = await interleave(
    [{ name: "loam", round: () => leafedThrough(browser, server, subject, { list, row }) }],
    bench.rounds,
  );
  const { leftOut, steal } = rounds;
  for (const [told, figure, unit, budget] of [
    ["first rows painted", "first", "ms", first],
    ["the last row painted, from the first", "last", "ms", below(1000)],
    ["scrolling, frames that Chromium showed", "shown", "frames/s", above(59)],
    ["memory of the page's objects", "heap", "MB", below(100)],
  ] as const satisfies readonly (readonly [string, string, Unit, Budget])[])
    bench.row({
      ...{ what: `${what}: ${told}`, unit, budget, leftOut, steal },
      ours: rounds.of("loam", figure),
    });
}

async function measure(bench: Bench): Promise<void> {
  const folder = bench.folder();
  const made = await makeData(folder, shape, bench.say);
  const browser = await openBrowser();
  const server = await servePages(folder);
  const tab = (dataset: string, name: DatasetTab): Subject => ({ page: "dataset", dataset, tab: name });
  const grid = { list: ".diff-grid .grid", row: ".diff-grid .grid-row .grid-text" };
  const pages: readonly Shown[] = [
    {
      ...{ what: `${number(shape.rows)} changed rows`, first: below(5000), ...grid },
      subject: tab(made.table, "diff"),
    },
    {
      ...{ what: `changes in ${number(shape.columns)} columns`, first: below(20_000), ...grid },
      subject: tab(made.wide, "diff"),
    },
    {
      ...{ what: `a list of ${number(shape.files)} files`, first: below(1000), ...grid },
      subject: tab(made.folder, "files"),
    },
    {
      ...{ what: `${number(shape.files / 2)} changed files`, first: below(2000), ...grid },
      subject: tab(made.folder, "diff"),
    },
    {
      ...{ what: `${number(shape.versions)} versions`, first: below(1000) },
      ...{ list: ".rail", row: ".rail-item" },
      subject: tab(made.versions, "runs"),
    },
  ];
  try {
    for (const shown of pages)
      try {
        await ofPage(bench, browser, server, shown);
      } catch (error) {
        bench.unmeasured(shown.what, error);
      }
  } finally {
    await server.close();
    await browser.close();
  }
}

export const dataPages: Benchmark = {
  name: "data-pages",
  about: "the page of data sets over a million changed rows, 100,000 files and 10,000 versions",
  measure,
};
