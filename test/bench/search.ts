import * as fs from "node:fs";
import * as path from "node:path";
import { below, type Bench, type Benchmark, type Series } from "./benchmark.js";
import { exportRuns, searchPath } from "./export-runs.js";
import { startLoam, type LoamServer } from "./loam-server.js";
import { fillMlflow, findMlflow, startMlflow } from "./mlflow-peer.js";
import { Probe } from "./probes.js";
import { postJson, RawClient } from "./raw-client.js";
import { interleave, median, type Contender, type Rounds } from "./rounds.js";
import { hundredThousand, storeOf, tenThousand } from "./stores.js";

interface Question {
  readonly name: string;
  readonly what: string;
  readonly filter: string;
  readonly order: readonly string[];
  /** Budgets in ms, of 10,000 and of 100,000 runs. */
  readonly small: number;
  readonly large: number;
}

const questions: readonly Question[] = [
  {
    name: "top",
    what: "by metric and param, top 100 by a metric",
    filter: "metrics.f1 > 0.5 and params.model = 'forest'",
    order: ["metrics.f1 DESC"],
    small: 30,
    large: 100,
  },
  { name: "newest", what: "newest 100 with all fields", filter: "", order: [], small: 15, large: 100 },
];

interface Answer {
  readonly runs?: readonly { readonly info: { readonly run_id: string } }[];
  readonly next_page_token?: string;
}

const bodyOf = ({ filter, order }: Question): object => ({
  experiment_ids: ["0"],
  filter,
  order_by: order,
  max_results: 100,
});

async function overHttp(client: RawClient, question: Question, times: number): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n++) {
    const began = performance.now();
    await client.post(searchPath, JSON.stringify(bodyOf(question)));
    took.push(performance.now() - began);
  }
  return median(took);
}

interface Server {
  readonly url: URL;
  readonly token: string | null;
}

/** Median of the times of one client's questions, one figure a question. */
function httpContender(name: string, { url, token }: Server, times: number): Contender {
  return {
    name,
    round: async () => {
      const client = await RawClient.open(url, token);
      const figures: Record<string, number> = {};
      for (const question of questions) figures[question.name] = await overHttp(client, question, times);
      client.close();
      return figures;
    },
  };
}

interface Told {
  readonly ms: number;
  readonly ids: readonly string[];
  readonly memory: { readonly now: number; readonly most: number };
}

async function askProbe(probe: Probe, { filter, order }: Question, times: number): Promise<Told> {
  probe.send(`${JSON.stringify({ filter, orderBy: order, dialect: "mlflow", times })}\n`);
  return probe.told<Told>();
}

function probeContender(name: string, probe: Probe): Contender {
  return {
    name,
    round: async () => {
      const figures: Record<string, number> = {};
      for (const question of questions) figures[question.name] = (await askProbe(probe, question, 20)).ms;
      return figures;
    },
  };
}

const idsOf = async (client: RawClient, question: Question): Promise<string> => {
  const { runs = [] } = (await postJson(client, searchPath, bodyOf(question))) as Answer;
  return runs.map((run) => run.info.run_id).join();
};

/** Fast answers count only where they are the same ones. */
async function checkSame(ours: RawClient, theirs: RawClient): Promise<void> {
  for (const question of questions) {
    const [own, other] = [await idsOf(ours, question), await idsOf(theirs, question)];
    if (own === "" || own !== other)
      throw new Error(`the two servers find other runs ${question.what}: ${own} / ${other}`);
  }
}

function rows(
  bench: Bench,
  rounds: Rounds,
  how: {
    readonly runs: string;
    readonly ours: string;
    readonly peer?: string;
    readonly place: string;
    readonly budget: (one: Question) => number;
  },
): void {
  for (const question of questions) {
    const of = (name: string): Series => rounds.of(name, question.name);
    bench.row({
      what: `${how.runs} runs ${question.what}, ${how.place}`,
      unit: "ms",
      ours: of(how.ours),
      ...(how.peer === undefined ? {} : { peer: of(how.peer) }),
      budget: below(how.budget(question)),
      leftOut: rounds.leftOut,
      steal: rounds.steal,
    });
  }
}

async function beside(bench: Bench, loam: LoamServer, probe: Probe): Promise<void> {
  const ours = await RawClient.open(loam.url, loam.token);
  const folder = bench.folder();
  const documents = path.join(folder, "runs.jsonl");
  await exportRuns(ours, documents);
  const environment = findMlflow();
  bench.say("starting mlflow server with the same runs");
  const server = await startMlflow(environment, folder);
  try {
    await fillMlflow(environment, server, documents);
    const peerServer = { url: server.url, token: null };
    const theirs = await RawClient.open(server.url, null);
    await checkSame(ours, theirs);
    theirs.close();
    bench.say("searching 10,000 runs");
    const rounds = await interleave(
      [
        probeContender("loam, in process", probe),
        httpContender("loam", loam, 20),
        httpContender("mlflow server", peerServer, 3),
      ],
      bench.rounds,
    );
    const budget = (one: Question): number => one.small;
    const peer = "mlflow server";
    rows(bench, rounds, { runs: "10,000", ours: "loam", peer, place: "over HTTP", budget });
    rows(bench, rounds, { runs: "10,000", ours: "loam, in process", place: "in process", budget });
  } finally {
    ours.close();
    await server.stop();
  }
}

async function ofTenThousand(bench: Bench): Promise<void> {
  const store = await storeOf(tenThousand, bench.say);
  const probe = await Probe.start("search", store);
  try {
    await probe.told();
    const loam = await startLoam(store);
    try {
      await beside(bench, loam, probe);
    } finally {
      await loam.stop();
    }
  } finally {
    await probe.stop();
  }
}

async function ofHundredThousand(bench: Bench): Promise<void> {
  const store = await storeOf(hundredThousand, bench.say);
  const row = (what: string, value: number, steal: number): void => {
    const ours = { name: "loam", values: [value] };
    bench.row({ what, unit: "MB", ours, budget: below(800), leftOut: 0, steal });
  };
  bench.say("making the index of 100,000 runs anew");
  fs.rmSync(path.join(store, ".loam", "cache"), { recursive: true, force: true });
  const maker = await Probe.start("search", store);
  const [first] = questions;
  if (!first) return;
  try {
    await maker.told();
    const { memory } = await askProbe(maker, first, 1);
    row("100,000 runs, memory at most while the index is made anew", memory.most, 0);
  } finally {
    await maker.stop(); // it leaves the image
  }
  bench.say("opening 100,000 runs");
  const probe = await Probe.start("search", store);
  try {
    await probe.told();
    bench.say("searching 100,000 runs");
    const rounds = await interleave([probeContender("loam", probe)], bench.rounds);
    const budget = (one: Question): number => one.large;
    rows(bench, rounds, { runs: "100,000", ours: "loam", place: "in process", budget });
    const { memory } = await askProbe(probe, first, 1);
    row("100,000 runs, memory while answering", memory.now, rounds.steal);
    row("100,000 runs, memory at most", memory.most, rounds.steal);
  } finally {
    await probe.stop();
  }
}

async function measure(bench: Bench): Promise<void> {
  for (const [what, work] of [
    ["10,000 runs", ofTenThousand],
    ["100,000 runs", ofHundredThousand],
  ] as const) {
    try {
      await work(bench);
    } catch (error) {
      bench.unmeasured(what, error);
    }
  }
}

export const search: Benchmark = { name: "search", about: "searching 10,000 and 100,000 runs", measure };
