import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { below, times, type Bench, type Benchmark } from "./benchmark.js";
import { startLoam, type LoamServer } from "./loam-server.js";
import { makeRegistry } from "./make-registry.js";
import { findMlflow, startMlflow } from "./mlflow-peer.js";
import { commandLine, outputOf } from "./processes.js";
import { RawClient } from "./raw-client.js";
import { interleave, median, type Contender, type Rounds } from "./rounds.js";
import { dropIndex } from "./stores.js";

const api = "/api/2.0/mlflow";
const shape = { models: 100, versions: 100 };

interface Question {
  readonly name: string;
  readonly what: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

const questions: readonly Question[] = [
  {
    name: "tag",
    what: "versions by tag and name, newest 100",
    path: "model-versions/search",
    query: { filter: "tags.team = 'risk' AND name LIKE 'model-1%'", max_results: "100" },
  },
  {
    name: "name",
    what: "all 100 versions of a model",
    path: "model-versions/search",
    query: { filter: "name = 'model-42'", max_results: "1000" },
  },
  {
    name: "models",
    what: "the first 100 models",
    path: "registered-models/search",
    query: { max_results: "100" },
  },
  {
    name: "alias",
    what: "a version by its alias",
    path: "registered-models/alias",
    query: { name: "model-77", alias: "champion" },
  },
];

const urlOf = ({ path: route, query }: Question): string =>
  `${api}/${route}?${new URLSearchParams(query).toString()}`;

interface Place {
  readonly url: URL;
  readonly token: string | null;
}

/** Medians of the times of one client's questions, one figure a question. */
function contender(name: string, { url, token }: Place, asked: number): Contender {
  return {
    name,
    round: async () => {
      const figures: Record<string, number> = {};
      for (const question of questions) {
        const client = await RawClient.open(url, token);
        const took: number[] = [];
        for (let n = 0; n < asked; n++) {
          const began = performance.now();
          await client.get(urlOf(question));
          took.push(performance.now() - began);
        }
        client.close();
        figures[question.name] = median(took);
      }
      return figures;
    },
  };
}

interface Version {
  readonly name: string;
  readonly version: string;
}
interface Answer {
  readonly model_versions?: readonly Version[];
  readonly registered_models?: readonly { readonly name: string }[];
  readonly model_version?: Version;
  readonly next_page_token?: string;
}

/** On a connection of its own: servers close those that rest. */
async function ask({ url, token }: Place, asked: string): Promise<Answer> {
  const client = await RawClient.open(url, token);
  try {
    return JSON.parse((await client.get(asked)).toString("utf8")) as Answer;
  } finally {
    client.close();
  }
}

/** Fast answers count only where they are the same ones. */
async function checkSame(ours: Place, theirs: Place): Promise<void> {
  const told = async (place: Place, question: Question): Promise<string> => {
    const { model_versions = [], registered_models = [], model_version } = await ask(place, urlOf(question));
    const versions = [...model_versions, ...(model_version ? [model_version] : [])];
    return [
      ...versions.map((one) => `${one.name}/${one.version}`),
      ...registered_models.map(({ name }) => name),
    ].join();
  };
  for (const question of questions) {
    const [own, other] = [await told(ours, question), await told(theirs, question)];
    if (own === "" || own !== other)
      throw new Error(`the two servers answer ${question.what} otherwise: ${own} / ${other}`);
  }
}

/** Everything of the registry as REST answers it, one object a line. */
async function exportRegistry(loam: Place, file: string): Promise<void> {
  const models = await ask(loam, `${api}/registered-models/search?max_results=1000`);
  const versions = await ask(loam, `${api}/model-versions/search?max_results=200000`);
  const all = [...(models.registered_models ?? []), ...(versions.model_versions ?? [])];
  fs.writeFileSync(file, all.map((one) => `${JSON.stringify(one)}\n`).join(""));
}

async function beside(bench: Bench, loam: LoamServer): Promise<void> {
  const folder = bench.folder();
  const documents = path.join(folder, "registry.jsonl");
  await exportRegistry(loam, documents);
  const environment = findMlflow();
  bench.say("starting mlflow server with the same models");
  const server = await startMlflow(environment, folder);
  try {
    const script = fileURLToPath(new URL("fill_mlflow_registry.py", import.meta.url));
    await outputOf(environment.python, [script, server.database, documents]);
    await checkSame(loam, { url: server.url, token: null });
    bench.say("searching 10,000 versions");
    const rounds = await interleave(
      [contender("loam", loam, 20), contender("mlflow server", { url: server.url, token: null }, 5)],
      bench.rounds,
    );
    for (const { name, what } of questions)
      bench.row({
        what: `10,000 versions: ${what}`,
        unit: "ms",
        ours: rounds.of("loam", name),
        peer: rounds.of("mlflow server", name),
        budget: times(5),
        leftOut: rounds.leftOut,
        steal: rounds.steal,
      });
  } finally {
    await server.stop();
  }
}

const timed = async (work: () => Promise<unknown>): Promise<{ ms: number }> => {
  const began = performance.now();
  await work();
  return { ms: performance.now() - began };
};

/** Whole commands, from their start to their end. */
async function opening(bench: Bench, store: string): Promise<void> {
  bench.say("opening a ledger of 40,000 facts");
  const verb = (...words: string[]): Promise<string> =>
    outputOf(process.execPath, [commandLine, ...words, "--dir", store, "--json"]);
  const dropped = async (): Promise<unknown> => {
    dropIndex(store);
    return verb("models", "list");
  };
  const filter = "metrics.f1 > 0.99 order by metrics.f1 desc";
  const contenders: [string, () => Promise<unknown>, number | undefined][] = [
    ["loam models list, cache deleted", dropped, undefined],
    ["loam models list", () => verb("models", "list"), 300],
    ["loam models list with a filter", () => verb("models", "list", "--filter", "alias = 'champion'"), 300],
    ["loam runs list", () => verb("runs", "list", "--filter", filter), 300],
  ];
  const rounds: Rounds = await interleave(
    contenders.map(([name, work]) => ({ name, round: () => timed(work) })),
    bench.rounds,
  );
  for (const [name, , most] of contenders)
    bench.row({
      what: `40,000 facts: ${name}`,
      unit: "ms",
      ours: { ...rounds.of(name, "ms"), name: "loam" },
      ...(most === undefined ? {} : { budget: below(most) }),
      leftOut: rounds.leftOut,
      steal: rounds.steal,
    });
}

async function measure(bench: Bench): Promise<void> {
  const store = path.join(bench.folder(), "store");
  bench.say("making 100 models of 100 versions");
  makeRegistry(store, shape);
  const loam = await startLoam(store);
  try {
    await beside(bench, loam);
  } finally {
    await loam.stop();
  }
  await opening(bench, store);
}

export const registry: Benchmark = {
  name: "registry",
  about: "searching 10,000 model versions, and opening their ledger",
  measure,
};
