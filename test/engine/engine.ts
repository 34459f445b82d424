import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { buildSync } from "esbuild";
import { nodePorts } from "../../src/core/base/ports.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import { Channel } from "../../src/protocol/channel.js";
import type { EngineEvents, EngineRequests } from "../../src/protocol/engine.js";

type Asking = Channel<EngineRequests, EngineEvents, Record<never, never>>;

let built: string | undefined;

/** The engine and the process that reads its tables as one file each, built from the sources once a test process. */
function engineFile(): string {
  if (built !== undefined) return built;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-engine-"));
  built = path.join(folder, "engine.mjs");
  const root = path.join(import.meta.dirname, "..", "..");
  const program = `@duckdb/node-bindings-${process.platform}-${process.arch}/duckdb.node`;
  // a program can be required, not imported
  const bindings = path.join(folder, "bindings.cjs");
  fs.writeFileSync(
    bindings,
    `module.exports = require(${JSON.stringify(path.join(root, "node_modules", program))});`,
  );
  buildSync({
    entryPoints: {
      engine: path.join(root, "src", "engine", "main.ts"),
      tabular: path.join(root, "src", "workers", "tabular-process.ts"),
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
    alias: { "@duckdb/node-bindings": bindings },
    external: ["*.node"],
    banner: {
      js: 'import { createRequire as engineRequire } from "node:module"; const require = engineRequire(import.meta.url); const __filename = import.meta.filename; const __dirname = import.meta.dirname;',
    },
  });
  fs.copyFileSync(
    path.join(root, "node_modules", "sql.js", "dist", "sql-wasm.wasm"),
    path.join(folder, "sql-wasm.wasm"),
  );
  return built;
}

/** An engine of a folder in a thread of its own, as the editor has it. */
export class RunningEngine {
  readonly channel: Asking;
  readonly changed: string[][] = [];
  readonly #worker: Worker;

  constructor(folder: string) {
    const worker = new Worker(engineFile(), { workerData: { folder } });
    this.#worker = worker;
    this.channel = new Channel({
      send: (message) => {
        worker.postMessage(message);
      },
      receive: (listener) => worker.on("message", listener),
    });
    this.channel.on("runs/changed", ({ runs }) => this.changed.push([...runs]));
    worker.once("exit", () => {
      this.channel.close("The engine ended.");
    });
  }

  ask<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]["params"],
    signal?: AbortSignal,
  ): Promise<EngineRequests[M]["result"]> {
    return this.channel.request(method, params, signal);
  }

  /** As it is when the engine crashes. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  async end(): Promise<void> {
    await this.channel.request("engine/end", null).catch(() => undefined);
    await this.kill();
  }
}

/** A folder with a store, open in this process. */
export function newStore(): { readonly folder: string; readonly bench: Workbench } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-test-"));
  return { folder, bench: openWorkbench(folder, nodePorts, { create: true }) };
}

/** Waits until a look is true, for at most some seconds. */
export async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await look())) {
    if (performance.now() - began > 10_000) throw new Error(`waited for ${what} for 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
