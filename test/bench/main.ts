import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import type { Bench, Benchmark, Row } from "./benchmark.js";
import { changeSeen } from "./change-seen.js";
import { codeSnapshot } from "./code-snapshot.js";
import { dataPages } from "./data-pages.js";
import { data } from "./data.js";
import { editor } from "./editor.js";
import { open } from "./open.js";
import { modelPages } from "./model-pages.js";
import { pages } from "./pages.js";
import { commandLine, projectRoot } from "./processes.js";
import { registry } from "./registry.js";
import { rest } from "./rest.js";
import { search } from "./search.js";
import { series } from "./series.js";
import { start } from "./start.js";
import { plainRow, table } from "./table.js";
import { tables } from "./tables.js";
import { trackingCost } from "./tracking-cost.js";

const benchmarks: readonly Benchmark[] = [
  rest,
  search,
  registry,
  open,
  start,
  changeSeen,
  series,
  codeSnapshot,
  trackingCost,
  data,
  tables,
  pages,
  modelPages,
  dataPages,
  editor,
];

const usage = [
  "npm run bench -- [NAME …] [--rounds N] [--json] [--no-build]",
  "",
  ...benchmarks.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`),
  "",
  "Compares with `mlflow server` in the same rounds (npm run test:peers makes its environment). The exit code is 0",
  "whatever the figures are; 1 where something could not be measured; 2 for wrong usage.",
].join("\n");

interface Options {
  readonly chosen: readonly Benchmark[];
  readonly rounds: number;
  readonly json: boolean;
  readonly build: boolean;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a number, not '${values.rounds}'`);
  const unknown = positionals.filter((name) => benchmarks.every((one) => one.name !== name));
  if (unknown.length > 0) throw new Error(`There is no benchmark '${unknown.join("', '")}'`);
  const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { chosen, rounds, json: values.json, build: !values["no-build"] };
}

interface Unmeasured {
  readonly benchmark: string;
  readonly what: string;
  readonly why: string;
}

/** What was measured and what was not, with the folders that this took. */
class Report {
  readonly rows: { readonly benchmark: string; readonly row: Row }[] = [];
  readonly unmeasured: Unmeasured[] = [];
  readonly #folders: string[] = [];

  benchOf({ name }: Benchmark, rounds: number): Bench {
    return {
      rounds,
      folder: () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), `loam-bench-${name}-`));
        this.#folders.push(folder);
        return folder;
      },
      row: (row) => void this.rows.push({ benchmark: name, row }),
      unmeasured: (what, why) => {
        this.unmeasured.push({
          benchmark: name,
          what,
          why: why instanceof Error ? why.message : String(why),
        });
      },
      say: (text) => void process.stderr.write(`${name}: ${text} …\n`),
    };
  }

  readonly clean = (): void => {
    for (const folder of this.#folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
  };
}

const load = (): string =>
  os
    .loadavg()
    .map((one) => one.toFixed(1))
    .join(" ");

const machine = {
  processors: `${os.availableParallelism()} × ${os.cpus()[0]?.model ?? "unknown"}`,
  memory: `${(os.totalmem() / 1e9).toFixed(0)} GB`,
  system: `${os.platform()} ${os.release()}`,
  node: process.version,
};

async function run(benchmark: Benchmark, report: Report, rounds: number): Promise<void> {
  const bench = report.benchOf(benchmark, rounds);
  const before = load();
  try {
    await benchmark.measure(bench);
  } catch (error) {
    bench.unmeasured("all of it", error);
  } finally {
    report.clean();
  }
  const rows = report.rows.filter((one) => one.benchmark === benchmark.name).map(({ row }) => row);
  process.stdout.write(`\n${benchmark.name}: ${benchmark.about} (load before ${before}, after ${load()})\n`);
  if (rows.length > 0) process.stdout.write(`${table(rows)}\n`);
  for (const { what, why } of report.unmeasured.filter((one) => one.benchmark === benchmark.name))
    process.stdout.write(`not measured: ${what}: ${why}\n`);
}

function build(): void {
  const done = spawnSync(process.execPath, ["esbuild.mjs"], { cwd: projectRoot, stdio: "inherit" });
  if (done.status !== 0 || !fs.existsSync(commandLine)) throw new Error("the build failed");
}

async function main({ chosen, rounds, json, build: wanted }: Options): Promise<number> {
  const report = new Report();
  process.setMaxListeners(0); // each process that is started is ended with this one
  process.once("exit", report.clean);
  // What was started ends with this process, which a signal alone would not see to.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => process.exit(130));
  if (wanted) build();
  process.stdout.write(`${Object.values(machine).join(", ")}, the best of ${rounds} rounds\n`);
  for (const benchmark of chosen) await run(benchmark, report, rounds);
  if (json) {
    const rows = report.rows.map(({ benchmark, row }) => ({ benchmark, ...plainRow(row) }));
    process.stdout.write(`${JSON.stringify({ machine, rows, unmeasured: report.unmeasured }, null, 2)}\n`);
  }
  return report.unmeasured.length > 0 ? 1 : 0;
}

let options: Options | undefined;
try {
  options = readOptions();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
  process.exitCode = 2;
}
if (options) process.exitCode = await main(options);
