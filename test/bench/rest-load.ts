import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const token = "bench-token-of-a-usual-length-0123456789";
const base = "/api/2.0/mlflow/runs";

export interface RestMeasured {
  /** Requests a second: one metric each. */
  readonly oneConnection: number;
  readonly eightConnections: number;
  /** Points a second, in batches of 1,000 on one connection. */
  readonly batchedPoints: number;
  /** Microseconds of the server's processor time: a request with one metric on 8 connections, and a point of a batch. */
  readonly cpuRequest: number;
  readonly cpuPoint: number;
  /** Milliseconds from the start of `startApi`'s process to its first answer, Node's own start included. */
  readonly listening: number;
  /** Megabytes of the server's process after all. */
  readonly memory: number;
}

/** A request as MLflow's Python client sends it. */
function ask(agent: http.Agent, url: URL, where: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        host: url.hostname,
        port: url.port,
        path: where,
        method: "POST",
        headers: {
          "User-Agent": "mlflow-python-client/3.17.2",
          "Accept-Encoding": "gzip, deflate",
          Accept: "*/*",
          "X-MLflow-Client-Version": "3.17.2",
          Authorization: `Bearer ${token}`,
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(body),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${response.statusCode ?? 0}: ${text}`));
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** Sends bodies for a while on as many connections; how many a second were answered. */
async function rate(
  url: URL,
  connections: number,
  where: string,
  body: (n: number) => string,
  ms: number,
): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  let sent = 0;
  const began = performance.now();
  const until = began + ms;
  const loop = async (): Promise<void> => {
    while (performance.now() < until) await ask(agent, url, where, body(sent++));
  };
  await Promise.all(Array.from({ length: connections }, loop));
  const took = (performance.now() - began) / 1000;
  agent.destroy();
  return sent / took;
}

function start(folder: string): Promise<{ child: ChildProcess; url: URL; ms: number }> {
  const began = performance.now();
  const server = fileURLToPath(new URL("../api/serve-folder.ts", import.meta.url));
  const options = process.env["BENCH_NODE_OPTIONS"]?.split(" ") ?? [];
  const child = spawn(process.execPath, [...options, "--import", "tsx", server, folder, token], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.stdout?.once("data", (line: Buffer) => {
      const { url } = JSON.parse(line.toString("utf8")) as { url: string };
      resolve({ child, url: new URL(url), ms: performance.now() - began });
    });
  });
}

/** Microseconds of processor time that a process has used (Linux; else NaN). */
function processorTime(pid: number): number {
  if (!fs.existsSync("/proc")) return Number.NaN;
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const point = (run: string, n: number): string =>
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
  const metrics = Array.from({ length: 1000 }, (_, i) => ({
    key: `m${i % 10}`,
    value: Math.sin(n * 1000 + i),
    timestamp: 1_700_000_000_000 + n,
    step: n * 100 + Math.floor(i / 10),
  }));
  return JSON.stringify({ run_id: run, metrics, params: [], tags: [] });
}

/** Measures logging metrics over REST, `ms` milliseconds a figure, the best of `rounds`. */
export async function measure(rounds = 3, ms = 3000): Promise<RestMeasured> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-bench-"));
  const { child, url, ms: listening } = await start(folder);
  try {
    const agent = new http.Agent({ keepAlive: true });
    const answer = await ask(agent, url, `${base}/create`, JSON.stringify({ experiment_id: "0" }));
    agent.destroy();
    const run = (JSON.parse(answer) as { run: { info: { run_id: string } } }).run.info.run_id;
    const batches = Array.from({ length: 50 }, (_, n) => batch(run, n));
    const best = {
      oneConnection: 0,
      eightConnections: 0,
      batchedPoints: 0,
      cpuRequest: Infinity,
      cpuPoint: Infinity,
    };
    const cpu = (): number => processorTime(child.pid ?? 0);
    for (let round = 0; round <= rounds; round++) {
      const one = await rate(url, 1, `${base}/log-metric`, (n) => point(run, n), ms);
      const before = cpu();
      const eight = await rate(url, 8, `${base}/log-metric`, (n) => point(run, n), ms);
      const between = cpu();
      const many = 1000 * (await rate(url, 1, `${base}/log-batch`, (n) => batches[n % 50] ?? "", ms));
      const after = cpu();
      if (round === 0) continue; // the first one warms up
      best.oneConnection = Math.max(best.oneConnection, one);
      best.eightConnections = Math.max(best.eightConnections, eight);
      best.batchedPoints = Math.max(best.batchedPoints, many);
      best.cpuRequest = Math.min(best.cpuRequest, ((between - before) / eight / ms) * 1e3);
      best.cpuPoint = Math.min(best.cpuPoint, ((after - between) / many / ms) * 1e3);
    }
    const status = fs.existsSync("/proc") ? fs.readFileSync(`/proc/${child.pid ?? 0}/status`, "utf8") : "";
    const memory = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1000;
    return { ...best, listening, memory };
  } finally {
    child.stdin?.end();
    await new Promise((resolve) => child.once("exit", resolve));
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = await measure(Number(process.argv[2] ?? 3), Number(process.argv[3] ?? 3000));
  console.log(`log-metric, 1 connection     ${found.oneConnection.toFixed(0)} requests/s`);
  console.log(`log-metric, 8 connections    ${found.eightConnections.toFixed(0)} requests/s`);
  console.log(`log-batch of 1,000           ${found.batchedPoints.toFixed(0)} points/s`);
  console.log(
    `server's processor time      ${found.cpuRequest.toFixed(1)} us/request, ${found.cpuPoint.toFixed(2)} us/point`,
  );
  console.log(`listening after              ${found.listening.toFixed(0)} ms (through tsx)`);
  console.log(`server's memory              ${found.memory.toFixed(0)} MB`);
}
