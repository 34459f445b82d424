import type { Browser } from "playwright-core";
import type { Subject } from "../../src/protocol/pages.js";
import { above, below, type Bench, type Budget, type Unit } from "./benchmark.js";
import type { PageServer } from "./page-server.js";
import { leafedThrough } from "./page-visits.js";
import { interleave } from "./rounds.js";

/** A page with a long list. */
export interface LeafedPage {
  readonly what: string;
  /** Until the first rows are painted. */
  readonly first: Budget;
  readonly subject: Subject;
  /** The grid or list that is leafed through, and a row of it. */
  readonly list: string;
  readonly row: string;
}

/** Opens it and leafs through it, as often as there are rounds. */
export async function ofPage(
  bench: Bench,
  browser: Browser,
  server: PageServer,
  shown: LeafedPage,
): Promise<void> {
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
