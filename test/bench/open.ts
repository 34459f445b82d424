import * as fs from "node:fs";
import { below, type Bench, type Benchmark, type Budget } from "./benchmark.js";
import { probe } from "./probes.js";
import { interleave, type Contender, type Rounds } from "./rounds.js";
import { canEmptyPageCache, dropIndex, emptyPageCache, imageOf, storeOf, tenThousand } from "./stores.js";

interface Opened {
  readonly firstRows: number;
  readonly caughtUp: number;
  readonly p99: number;
  readonly longest: number;
  readonly memory: number;
}

function opener(name: string, store: string, prepare: () => Promise<void>): Contender {
  return {
    name,
    round: async () => {
      await prepare();
      return { ...(await probe<Opened>("open", store)) };
    },
  };
}

function rows(
  bench: Bench,
  rounds: Rounds,
  name: string,
  budgets: Partial<Record<keyof Opened, Budget>>,
  words: Readonly<Partial<Record<keyof Opened, string>>>,
): void {
  for (const [figure, what] of Object.entries(words) as [keyof Opened, string][]) {
    const ours = rounds.of(name, figure);
    bench.row({
      what: `${name}: ${what}`,
      unit: figure === "memory" ? "MB" : "ms",
      ours: { ...ours, name: "loam" },
      budget: budgets[figure],
      leftOut: rounds.leftOut,
      steal: rounds.steal,
    });
  }
}

const words = {
  firstRows: "first 100 rows",
  caughtUp: "caught up",
  p99: "slices, 99 of 100",
  longest: "longest slice",
  memory: "memory",
} as const;

async function measure(bench: Bench): Promise<void> {
  const store = await storeOf(tenThousand, bench.say);
  bench.say("opening 10,000 runs, warm");
  if (!fs.existsSync(imageOf(store))) await probe("open", store);
  const image = "image";
  const anew = "index deleted, warm";
  const deleted = async (): Promise<void> => {
    dropIndex(store);
  };
  // With the image first: the one without leaves a new image behind for the next round.
  const rounds = await interleave(
    [opener(image, store, async () => undefined), opener(anew, store, deleted)],
    bench.rounds,
  );
  const slices = below(25);
  rows(bench, rounds, image, { firstRows: below(150), p99: slices, memory: below(300) }, words);
  rows(bench, rounds, anew, { firstRows: below(1000), caughtUp: below(5000), p99: slices }, words);
  if (!canEmptyPageCache()) {
    bench.say("not measured cold: the system does not let this user empty the page cache");
    return;
  }
  bench.say("opening 10,000 runs, cold");
  const cold = "index deleted, cold";
  const emptied = async (): Promise<void> => {
    dropIndex(store);
    await emptyPageCache();
  };
  const coldRounds = await interleave([opener(cold, store, emptied)], bench.rounds);
  rows(bench, coldRounds, cold, { firstRows: below(1000), caughtUp: below(15_000), p99: slices }, words);
}

export const open: Benchmark = { name: "open", about: "opening a store of 10,000 runs", measure };
