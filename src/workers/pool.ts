import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { jobsHere, type Job, type JobPorts, type Jobs } from "../core/base/ports.js";
import { Channel } from "../protocol/channel.js";
import { failureOf, type JobCall, type JobEvents } from "./job-wire.js";

/** More threads wait for one disk. */
const mostThreads = 4;
/** Jobs that a thread has at a time: the next one is there when one ends, or waits. */
const depth = 2;
/** Threads that had nothing to do for so long are ended: each takes its megabytes. */
const idleMs = 20_000;
/** Young objects are few in jobs, and what hangs on them outside V8 is large: it is to look at them often. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

type Asked = Record<string, { params: JobCall; result: unknown }>;

interface Thread {
  readonly worker: Worker;
  readonly channel: Channel<Asked, JobEvents, Record<never, never>>;
  running: number;
}

interface Waiting {
  readonly start: (thread: Thread) => void;
  readonly signal: AbortSignal;
}

/** The file of job threads: beside the file that this stands in, or above, as bundlers part it. Tests have none. */
function threadFile(): string | undefined {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return [here, path.dirname(here)]
    .map((folder) => path.join(folder, "jobs.js"))
    .find((file) => fs.existsSync(file));
}

/** Job threads of this process, or this thread alone where their file is not there. */
export function jobThreads(ports: () => JobPorts, file = threadFile()): Jobs {
  return file === undefined ? jobsHere(ports) : new Pool(file);
}

/** Does jobs on threads that are started when they are needed. */
class Pool implements Jobs {
  readonly width = Math.max(1, Math.min(mostThreads, os.availableParallelism()));
  readonly #file: string;
  readonly #threads: Thread[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #told = new Map<number, (told: unknown) => void>();
  #calls = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  run<I, O>(
    job: Job<I, O>,
    input: I,
    signal: AbortSignal,
    progress: (told: unknown) => void = () => undefined,
  ): Promise<O> {
    clearTimeout(this.#idle);
    return new Promise<O>((resolve, reject) => {
      const start = (thread: Thread): void => {
        this.#do<O>(thread, job.name, input, signal, progress).then(resolve, reject);
      };
      this.#waiting.push({ start, signal });
      this.#next();
    });
  }

  everywhere<I, O>(job: Job<I, O>, input: I): Promise<readonly O[]> {
    const { signal } = new AbortController();
    return Promise.all(
      this.#threads.map((thread) => this.#do<O>(thread, job.name, input, signal, () => undefined)),
    );
  }

  async #do<O>(
    thread: Thread,
    name: string,
    input: unknown,
    signal: AbortSignal,
    progress: (told: unknown) => void,
  ): Promise<O> {
    const call = ++this.#calls;
    this.#told.set(call, progress);
    if (thread.running++ === 0) thread.worker.ref();
    try {
      return (await thread.channel.request(name, { call, input }, signal)) as O;
    } catch (error) {
      throw failureOf(error);
    } finally {
      this.#told.delete(call);
      if (--thread.running === 0) thread.worker.unref();
      this.#next();
    }
  }

  #next(): void {
    for (let thread = this.#free(); thread && this.#waiting.length > 0; thread = this.#free())
      this.#waiting.shift()?.start(thread);
    if (this.#waiting.length > 0 || this.#threads.some((one) => one.running > 0)) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.dispose();
    }, idleMs);
    this.#idle.unref();
  }

  /** The thread with the least to do that may take a job. */
  #free(): Thread | undefined {
    const [least] = [...this.#threads].sort((a, b) => a.running - b.running);
    if (least?.running === 0) return least;
    if (this.#threads.length < this.width && this.#waiting.length > 0) return this.#open();
    return least && least.running < depth ? least : undefined;
  }

  #open(): Thread {
    const worker = new Worker(this.#file, { name: "loam jobs", resourceLimits, execArgv: [] });
    const channel: Thread["channel"] = new Channel({
      send: (message) => {
        worker.postMessage(message);
      },
      receive: (listener) => worker.on("message", listener),
    });
    const thread: Thread = { worker, channel, running: 0 };
    const gone = (why: string): void => {
      const at = this.#threads.indexOf(thread);
      if (at >= 0) this.#threads.splice(at, 1);
      channel.close(why);
    };
    channel.on("told", ({ call, told }) => this.#told.get(call)?.(told));
    worker.once("error", (error) => {
      gone(error instanceof Error ? error.message : String(error));
    });
    worker.once("exit", () => {
      gone("The job thread ended.");
    });
    worker.unref();
    this.#threads.push(thread);
    return thread;
  }

  dispose(): void {
    clearTimeout(this.#idle);
    for (const { worker, channel } of this.#threads.splice(0)) {
      channel.close("The folder was closed.");
      void worker.terminate();
    }
  }
}
