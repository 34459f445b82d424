import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { nodePorts } from "../../src/core/base/ports.js";
import type { Searches } from "../../src/core/tracking/search.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import { below, type Bench, type Benchmark } from "./benchmark.js";
import { makeStore } from "./make-store.js";
import { wallClock } from "./processes.js";
import { Probe } from "./probes.js";
import { interleave, type Contender } from "./rounds.js";

/** How often a reader looks. */
const pollMs = 250;
/** Changes in a round. */
const changes = 12;

/** Calls `look` again and again; returns what ends that. */
type Watch = (look: () => void) => () => void;

const byPoll: Watch = (look) => {
  const timer = setInterval(look, pollMs);
  return () => {
    clearInterval(timer);
  };
};

/** File events only hasten the look that the poll beneath would make. */
const byEvents =
  (folders: readonly string[]): Watch =>
  (look) => {
    const stop = byPoll(look);
    const watchers = folders.map((folder) => fs.watch(folder, look));
    return () => {
      stop();
      for (const watcher of watchers) watcher.close();
    };
  };

/** A process that reads while another one writes a run. */
class Reader {
  readonly #index: Searches;
  readonly #run: string;
  #onSeen: (() => void) | undefined;

  constructor(index: Searches, run: string) {
    this.#index = index;
    this.#run = run;
    index.onChanged((keys) => {
      if (keys.includes(`runs/${run}`)) this.#onSeen?.();
    });
  }

  readonly look = (): void => {
    this.#index.refresh();
  };

  async caughtUp(): Promise<void> {
    await this.#value();
  }

  /** Milliseconds from the acknowledgement of a metric in the writer to its being in the index here. */
  async seenAfter(writer: Probe): Promise<number> {
    const seen = new Promise<number>((resolve) => {
      this.#onSeen = () => {
        resolve(wallClock());
      };
    });
    writer.send("+");
    const { step, at } = await writer.told<{ step: number; at: number }>();
    const seenAt = await seen;
    const value = await this.#value();
    if (value !== step) throw new Error(`the index says ${value} where ${step} was logged`);
    return Math.max(0, seenAt - at);
  }

  async #value(): Promise<number | undefined> {
    const { items } = await this.#index.runs({
      experiments: ["0"],
      filter: `run_id = '${this.#run}'`,
      dialect: "loam",
      orderBy: [],
      stages: ["active"],
      most: 1,
    });
    const document = JSON.parse(items[0] ?? "{}") as {
      data?: { metrics: readonly { key: string; value: number }[] };
    };
    return document.data?.metrics.find(({ key }) => key === "seen")?.value;
  }
}

/** The longest of some changes at random moments of the reader's poll. */
function contender(name: string, writer: Probe, reader: Reader, watch: Watch): Contender {
  return {
    name,
    round: async () => {
      const stop = watch(reader.look);
      const took: number[] = [];
      for (let n = 0; n < changes; n++) {
        await sleep(Math.random() * pollMs);
        took.push(await reader.seenAfter(writer));
      }
      stop();
      return { ms: Math.max(...took) };
    },
  };
}

async function between(bench: Bench, workbench: Workbench, index: Searches, writer: Probe): Promise<void> {
  const { run } = await writer.told<{ run: string }>();
  const reader = new Reader(index, run);
  await reader.caughtUp();
  const { layout } = workbench.store;
  const folders = [layout.touched, layout.entity({ room: "runs", id: run })];
  const rounds = await interleave(
    [contender("poll", writer, reader, byPoll), contender("events", writer, reader, byEvents(folders))],
    bench.rounds,
  );
  const { leftOut, steal } = rounds;
  const row = (what: string, name: string, most: number): void => {
    const ours = { ...rounds.of(name, "ms"), name: "loam" };
    bench.row({ what, unit: "ms", ours, budget: below(most), leftOut, steal });
  };
  row(`seen by the poll, longest of ${changes}`, "poll", 300);
  row(`seen by file events, longest of ${changes}`, "events", 50);
}

async function measure(bench: Bench): Promise<void> {
  const folder = bench.folder();
  makeStore(folder);
  bench.say("watching another process");
  const workbench = openWorkbench(folder, nodePorts);
  const index = await workbench.tracking.searches();
  const writer = await Probe.start("write", folder);
  try {
    await between(bench, workbench, index, writer);
  } finally {
    await writer.stop();
    workbench.dispose();
  }
}

export const changeSeen: Benchmark = {
  name: "change-seen",
  about: "a change by another process",
  measure,
};
