import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Asker } from "../../src/protocol/channel.js";
import { unpackRows } from "../../src/protocol/rows.js";
import type { TrackingRequests } from "../../src/protocol/tracking.js";
import { memoryOfTree, outputOf, Owned, plainEnvironment, projectRoot } from "./processes.js";
import { postJson, RawClient } from "./raw-client.js";

const patienceSeconds = 240;

/** The virtual environment with MLflow that the peer checks use. */
export interface MlflowEnvironment {
  readonly python: string;
}

/** Throws where it was not made yet, with the command that makes it. */
export function findMlflow(): MlflowEnvironment {
  const folder = process.env["LOAM_BENCH_MLFLOW"] ?? path.join(projectRoot, ".cache", "peers", "mlflow3");
  const program = (name: string): string =>
    process.platform === "win32"
      ? path.join(folder, "Scripts", `${name}.exe`)
      : path.join(folder, "bin", name);
  if (fs.existsSync(program("mlflow"))) return { python: program("python") };
  throw new Error(`There is no MLflow to compare with. Fix: npm run test:peers   (makes ${folder})`);
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

export interface MlflowServer {
  readonly url: URL;
  /** Milliseconds from the start of its process to its first answer. */
  readonly startMs: number;
  /** Megabytes of all its processes, shared pages counted once. */
  readonly memory: () => number;
  readonly database: string;
  readonly stop: () => Promise<void>;
}

/** Starts `mlflow server` as its users do, on a SQLite file in `folder`. Resolves when it answers. */
export async function startMlflow(environment: MlflowEnvironment, folder: string): Promise<MlflowServer> {
  const port = await freePort();
  const url = new URL(`http://127.0.0.1:${port}`);
  const database = path.join(folder, "mlflow.db");
  const log = fs.openSync(path.join(folder, "mlflow.log"), "a");
  const began = performance.now();
  // as a module: the program's own script names the folder where the environment was made
  const args = ["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port)];
  const server = new Owned(
    environment.python,
    [...args, "--backend-store-uri", `sqlite:///${database.replaceAll("\\", "/")}`],
    { cwd: folder, stdio: ["ignore", log, log], env: plainEnvironment() },
  );
  fs.closeSync(log);
  while (!(await answers(new URL("/health", url)))) {
    const late = performance.now() - began > patienceSeconds * 1000;
    if (server.how === undefined && !late) {
      await sleep(20);
      continue;
    }
    await server.stop();
    const told = fs.readFileSync(path.join(folder, "mlflow.log"), "utf8").slice(-1500);
    throw new Error(`mlflow server did not start (${server.how ?? ""}):\n${told}`);
  }
  const startMs = performance.now() - began;
  return {
    url,
    startMs,
    memory: () => memoryOfTree(server.pid),
    database,
    stop: () => server.stop(),
  };
}

async function answers(url: URL): Promise<boolean> {
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Puts runs into a server's database. `documents` is a file with one run a line, as `runs/search` answers it. */
export async function fillMlflow(
  environment: MlflowEnvironment,
  server: MlflowServer,
  documents: string,
): Promise<void> {
  const script = fileURLToPath(new URL("fill_mlflow.py", import.meta.url));
  await outputOf(environment.python, [script, server.database, documents]);
}

/** Gives a run that a server was filled with the points of its metrics, of which it has the last alone. */
export async function logCurves(
  { url }: MlflowServer,
  run: string,
  engine: Asker<Pick<TrackingRequests, "runs/rows" | "runs/curves">>,
): Promise<void> {
  const [row] = unpackRows(await engine.request("runs/rows", { ids: [run] }));
  const metrics: object[] = [];
  for (const metric of Object.keys(row?.metrics ?? {})) {
    const query = { runs: [run], metric, pixels: 1000, axis: "step" } as const;
    for (const { x, y } of await engine.request("runs/curves", query))
      x.forEach((step, at) => {
        if (at < x.length - 1)
          metrics.push({ key: metric, value: y[at], timestamp: (row?.start ?? 0) + step * 100, step });
      });
  }
  const client = await RawClient.open(url, null);
  await postJson(client, "/api/2.0/mlflow/runs/log-batch", { run_id: run, metrics });
  client.close();
}
