import type { DatasetTab, Subject } from "../../src/protocol/pages.js";
import { openBrowser } from "../tooling/editor.mjs";
import { below, type Bench, type Benchmark } from "./benchmark.js";
import { ofPage, type LeafedPage } from "./leafed-page.js";
import { makeData, type DataShape } from "./make-data.js";
import { servePages } from "./page-server.js";

/** Smaller with LOAM_BENCH_DATA_PAGES=0.1, for a look at it. */
const part = Number(process.env["LOAM_BENCH_DATA_PAGES"] ?? 1);
const shape: DataShape = {
  rows: Math.round(1_000_000 * part),
  columns: Math.round(2000 * part),
  files: Math.round(100_000 * part),
  versions: Math.round(10_000 * part),
  sets: Math.round(1000 * part),
};

const number = (count: number): string => count.toLocaleString("en");

async function measure(bench: Bench): Promise<void> {
  const folder = bench.folder();
  const made = await makeData(folder, shape, bench.say);
  const browser = await openBrowser();
  const server = await servePages(folder);
  const tab = (dataset: string, name: DatasetTab): Subject => ({ page: "dataset", dataset, tab: name });
  const grid = { list: ".diff-grid .grid", row: ".diff-grid .grid-row .grid-text" };
  const pages: readonly LeafedPage[] = [
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
