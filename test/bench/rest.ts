import { times, type Bench, type Benchmark } from "./benchmark.js";
import { startLoam } from "./loam-server.js";
import { findMlflow, startMlflow } from "./mlflow-peer.js";
import { postJson, RawClient } from "./raw-client.js";
import { interleave, type Contender, type Sample } from "./rounds.js";

const base = "/api/2.0/mlflow/runs";
const batchSize = 1000;
/** How long each kind of request is sent in a round, in ms. */
const spanMs = 2000;

interface Server {
  readonly name: string;
  readonly url: URL;
  readonly token: string | null;
}

/** One metric as the fluent API of MLflow's Python client sends it. */
const metric = (run: string, n: number): string =>
  JSON.stringify({
    run_uuid: run,
    run_id: run,
    key: "train/loss",
    value: 1 / (n + 1.37),
    timestamp: 1_700_000_000_000 + n,
    step: n,
    model_id: null,
    dataset_name: null,
    dataset_digest: null,
  });

function batch(run: string, n: number): string {
  const metrics = Array.from({ length: batchSize }, (_, i) => ({
    key: `m${i % 10}`,
    value: Math.sin(n * batchSize + i),
    timestamp: 1_700_000_000_000 + n,
    step: n * 100 + Math.floor(i / 10),
  }));
  return JSON.stringify({ run_id: run, metrics, params: [], tags: [] });
}

/** Sends requests for a while on as many connections, each waiting for its answer; how many a second were answered. */
async function rate(clients: readonly RawClient[], path: string, body: () => string): Promise<number> {
  let sent = 0;
  const began = performance.now();
  const loop = async (client: RawClient): Promise<void> => {
    while (performance.now() - began < spanMs) {
      await client.post(path, body());
      sent++;
    }
  };
  await Promise.all(clients.map(loop));
  return (sent * 1000) / (performance.now() - began);
}

async function contender({ name, url, token }: Server): Promise<Contender> {
  const opening = await RawClient.open(url, token);
  const created = await postJson(opening, `${base}/create`, { experiment_id: "0", start_time: Date.now() });
  const run = (created as { run: { info: { run_id: string } } }).run.info.run_id;
  let step = 0;
  let batches = 0;
  const oneMetric = (): string => metric(run, step++);
  // What is compiled or opened at first is no matter of how many requests a second there are.
  await rate([opening], `${base}/log-metric`, oneMetric);
  opening.close();
  const round = async (): Promise<Sample> => {
    // Anew each time: a server closes connections that were quiet while others were measured.
    const clients = await Promise.all(Array.from({ length: 8 }, () => RawClient.open(url, token)));
    const one = await rate(clients.slice(0, 1), `${base}/log-metric`, oneMetric);
    const eight = await rate(clients, `${base}/log-metric`, oneMetric);
    // A batch that was sent before is less work for a database that keeps each point once.
    const ready = Array.from({ length: 40 }, (_, n) => batch(run, batches + n));
    const many = await rate(clients.slice(0, 1), `${base}/log-batch`, () => ready[batches++ % 40] ?? "");
    for (const client of clients) client.close();
    return { one, eight, points: many * batchSize };
  };
  return { name, round };
}

async function measure(bench: Bench): Promise<void> {
  const environment = findMlflow();
  bench.say("starting both servers");
  const ours = await startLoam(bench.folder());
  try {
    const theirs = await startMlflow(environment, bench.folder());
    try {
      const contenders = [
        await contender({ name: "loam", url: ours.url, token: ours.token }),
        await contender({ name: "mlflow server", url: theirs.url, token: null }),
      ];
      bench.say("logging metrics");
      const rounds = await interleave(contenders, bench.rounds);
      const row = (figure: string, what: string, unit: "requests/s" | "points/s", atLeast: number): void => {
        bench.row({
          what,
          unit,
          ours: rounds.of("loam", figure),
          peer: rounds.of("mlflow server", figure),
          budget: times(atLeast),
          leftOut: rounds.leftOut,
          steal: rounds.steal,
        });
      };
      row("one", "log-metric, 1 connection", "requests/s", 30);
      row("eight", "log-metric, 8 connections", "requests/s", 100);
      row("points", "log-batch, 1,000 points each", "points/s", 60);
    } finally {
      await theirs.stop();
    }
  } finally {
    await ours.stop();
  }
}

export const rest: Benchmark = { name: "rest", about: "logging metrics over REST", measure };
