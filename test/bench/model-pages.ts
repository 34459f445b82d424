import type { Subject } from "../../src/protocol/pages.js";
import { openBrowser } from "../tooling/editor.mjs";
import { below, type Bench, type Benchmark, type Budget } from "./benchmark.js";
import { ofPage, type LeafedPage } from "./leafed-page.js";
import { makeRegistry } from "./make-registry.js";
import { servePages } from "./page-server.js";
import { typedInto } from "./page-visits.js";
import { interleave } from "./rounds.js";

interface FilteredPage extends LeafedPage {
  /** Typed into its filter, one after the other: each leaves another count of rows. */
  readonly keys: readonly string[];
  /** ms from a key to the rows that it leaves. */
  readonly key: Budget;
}

async function measure(bench: Bench): Promise<void> {
  const folder = bench.folder();
  bench.say("making 1,000 models, and one of 10,000 versions");
  makeRegistry(folder, { models: 1000, versions: 1, called: "small" });
  makeRegistry(folder, { models: 1, versions: 10_000, called: "big" });
  const browser = await openBrowser();
  const server = await servePages(folder);
  try {
    const models = await server.engine.request("models/list", { filter: "name = 'big-0'" });
    const model = models[0]?.id ?? "";
    const pages: readonly FilteredPage[] = [
      {
        ...{ what: "a model of 10,000 versions", first: below(1000), key: below(50) },
        ...{ subject: { page: "model", model } satisfies Subject, keys: ["9", "8", "Backspace"] },
        ...{ list: ".grid", row: ".grid-row .grid-text" },
      },
      {
        // the engine looks through it, as through runs
        ...{ what: "an audit of 43,000 facts", first: below(1000), key: below(100) },
        ...{ subject: { page: "audit", model: null } satisfies Subject, keys: ["9", "8", "Backspace"] },
        ...{ list: ".grid", row: ".grid-row .grid-text" },
      },
    ];
    for (const page of pages)
      try {
        await ofPage(bench, browser, server, page);
        const { subject, row, keys, what, key } = page;
        const typing = await interleave(
          [
            {
              name: "loam",
              round: async () => ({ key: await typedInto(browser, server, subject, { row, keys }) }),
            },
          ],
          bench.rounds,
        );
        const { leftOut, steal } = typing;
        bench.row({
          ...{ what: `${what}: the slowest key in its filter, rows painted`, unit: "ms", budget: key },
          ...{ ours: typing.of("loam", "key"), leftOut, steal },
        });
      } catch (error) {
        bench.unmeasured(page.what, error);
      }
    const memory = await interleave(
      [{ name: "loam", round: async () => ({ memory: await server.memory() }) }],
      bench.rounds,
    );
    bench.row({
      ...{ what: "memory of the engine with them all", unit: "MB", budget: below(300) },
      ...{ ours: memory.of("loam", "memory"), leftOut: memory.leftOut, steal: memory.steal },
    });
  } finally {
    await server.close();
    await browser.close();
  }
}

export const modelPages: Benchmark = {
  name: "model-pages",
  about: "pages of a model of 10,000 versions and of the audit of a thousand models",
  measure,
};
