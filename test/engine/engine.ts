import * as path from "node:path";
import { Worker } from "node:worker_threads";
import type { Workbench } from "../../src/core/workbench.js";
import { Channel } from "../../src/protocol/channel.js";
import type { EngineEvents, EngineRequests } from "../../src/protocol/engine.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { builtFolder } from "../run/loam.js";

type Asking = Channel<EngineRequests, EngineEvents, Record<never, never>>;

/** An engine of a folder in a thread of its own, as the editor has it. */
export class RunningEngine {
  readonly channel: Asking;
  readonly changed: string[][] = [];
  readonly #worker: Worker;

  constructor(folder: string) {
    const engine = path.join(builtFolder(), "engine.js");
    const worker = new Worker(engine, { workerData: { folder }, execArgv: [] });
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
  const bench = newWorkbench();
  return { folder: bench.folder, bench };
}
