import { fork, type ChildProcess } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { Failure, type FailureCode } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type {
  DiffPage,
  RowsOfDiff,
  RuleFinding,
  Tabular,
  TableComparison,
  TableFile,
  TableOverlap,
  TellProgress,
} from "../core/datasets/tabular.js";
import type { Overlap, QualityRule, TableDiff, TableProfile } from "../core/datasets/view.js";
import { Channel } from "../protocol/channel.js";
import { RemoteFailure } from "../protocol/failure.js";
import type { TabularProcessEvents, TabularProcessRequests } from "./tabular-requests.js";
import { arrived, arrivedFailure, plainEnvironment, processEntry } from "./own-process.js";

/** After so long without a question the process is ended; rows of a diff that are asked for later are made anew. */
const idleMs = 120_000;
/** A query that was cancelled has so long to stop before its process is ended. */
const stopMs = 10_000;
/** What the process says before it ends by itself is kept for the message, up to so many characters. */
const mostSaid = 2000;

interface Running {
  readonly child: ChildProcess;
  readonly channel: Channel<TabularProcessRequests, TabularProcessEvents, Record<never, never>>;
  /** Questions that are not answered yet. */
  asking: number;
}

/** The process that reads tables: started when it is first asked something, ended when nobody asks any more. */
export class TabularProcess implements Tabular {
  readonly #spillOf: () => string;
  #spill: string | undefined;
  /** Folders from which files may be read, without links: those of the files that were asked for, and what is above. */
  readonly #folders: Set<string>;
  readonly #tells = new Map<number, TellProgress>();
  #running: Running | undefined;
  #last = 0;
  #idle: NodeJS.Timeout | undefined;

  /**
   * `spill` tells, when it is first needed, the folder in which what does not fit in memory is kept for the while; files
   * may stand beside it. `folder` has most files.
   */
  constructor(spill: () => string, folder: string) {
    this.#spillOf = spill;
    this.#folders = new Set([realPath(folder)]);
  }

  profile(table: TableFile, signal: AbortSignal, tell?: TellProgress): Promise<TableProfile> {
    return this.#ask("profile", [table], (work) => ({ work, table }), signal, tell);
  }

  diff(
    comparison: TableComparison,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<{ readonly diff: TableDiff; readonly handle: string }> {
    const files = [comparison.before, comparison.after];
    return this.#ask("diff", files, (work) => ({ work, comparison }), signal, tell);
  }

  diffRows(page: DiffPage, signal: AbortSignal): Promise<RowsOfDiff> {
    return this.#ask("diffRows", [], () => page, signal);
  }

  overlap(question: TableOverlap, signal: AbortSignal, tell?: TellProgress): Promise<Overlap> {
    return this.#ask("overlap", [question.a, question.b], (work) => ({ work, question }), signal, tell);
  }

  check(
    table: TableFile,
    rules: readonly QualityRule[],
    now: number,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<readonly RuleFinding[]> {
    return this.#ask("check", [table], (work) => ({ work, table, rules, now }), signal, tell);
  }

  dispose(): void {
    clearTimeout(this.#idle);
    const running = this.#running;
    this.#running = undefined;
    if (running) end(running);
  }

  async #ask<M extends keyof TabularProcessRequests>(
    method: M,
    files: readonly TableFile[],
    params: (work: number) => TabularProcessRequests[M]["params"],
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<TabularProcessRequests[M]["result"]> {
    if (signal.aborted) throw new Failure("cancelled", said`Cancelled.`);
    const work = ++this.#last;
    if (tell) this.#tells.set(work, tell);
    const running = this.#runningFor(files);
    this.#hold(running);
    try {
      return await running.channel.request(method, params(work), signal);
    } catch (error) {
      if (signal.aborted) this.#endUnlessStopped(running);
      throw localFailure(error);
    } finally {
      this.#tells.delete(work);
      this.#letGo(running);
    }
  }

  /** A process is told once which folders it may read: one for a file elsewhere takes the place of the one before. */
  #runningFor(files: readonly TableFile[]): Running {
    this.#spill ??= this.#spillOf();
    const folders = [this.#spill, ...files.map((file) => file.path)].map((one) =>
      path.dirname(realPath(one)),
    );
    const fresh = folders.filter((folder) => ![...this.#folders].some((known) => isWithin(known, folder)));
    for (const folder of fresh) this.#folders.add(folder);
    const old = this.#running;
    if (old && fresh.length > 0) {
      this.#running = undefined;
      if (old.asking === 0) end(old);
    }
    this.#running ??= this.#start(this.#spill);
    return this.#running;
  }

  /** The process keeps this one from ending while something is asked of it, and no longer. */
  #hold(running: Running): void {
    clearTimeout(this.#idle);
    running.asking++;
    running.child.ref();
    running.child.channel?.ref();
  }

  #letGo(running: Running): void {
    running.asking--;
    if (running.asking > 0) return;
    if (running !== this.#running) {
      end(running);
      return;
    }
    running.child.unref();
    running.child.channel?.unref();
    this.#idle = setTimeout(() => {
      this.dispose();
    }, idleMs);
    this.#idle.unref();
  }

  /** A cancelled query stops at its next step; one that does not goes with its process, and so does what else it holds. */
  #endUnlessStopped(running: Running): void {
    const timer = setTimeout(() => {
      if (this.#running === running) this.dispose();
    }, stopMs);
    timer.unref();
    running.channel.request("stopped", null).then(
      () => {
        clearTimeout(timer);
      },
      () => {
        clearTimeout(timer); // it is gone already
      },
    );
  }

  #start(spill: string): Running {
    const { entry, execArgv } = processEntry("tabular");
    const folder = path.join(spill, crypto.randomBytes(6).toString("hex"));
    sweepSpills(spill);
    const child = fork(entry, [folder, ...this.#folders], {
      execArgv: [...execArgv],
      serialization: "advanced",
      env: plainEnvironment(),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let lastWords = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-mostSaid);
    });
    if (child.stderr instanceof net.Socket) child.stderr.unref();
    const channel: Running["channel"] = new Channel({
      send: (message) => {
        if (child.connected) child.send(message);
      },
      receive: (listener) => child.on("message", listener),
    });
    channel.on("progressed", ({ work, text, done }) => {
      this.#tells.get(work)?.({ text: arrived(text, text.text), done });
    });
    const running: Running = { child, channel, asking: 0 };
    const ended = (why: string): void => {
      if (this.#running === running) this.#running = undefined;
      channel.close(why);
      fs.rm(folder, { recursive: true, force: true }, () => undefined);
    };
    child.once("error", (error) => {
      ended(error.message);
    });
    child.once("close", (code, signal) => {
      const line = lastWords
        .trim()
        .split("\n")
        .findLast((one) => /error/i.test(one));
      ended(line ?? signal ?? String(code));
    });
    return running;
  }
}

function end({ channel, child }: Running): void {
  channel.close("ended");
  child.kill("SIGKILL");
}

function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return path.resolve(file); // what is not there is told by whoever reads it
  }
}

const isWithin = (folder: string, file: string): boolean => {
  const below = path.relative(folder, file);
  return below === "" || (!below.startsWith("..") && !path.isAbsolute(below));
};

/** What a process left that was killed with its owner: nobody writes to it for a day. */
const abandonedMs = 24 * 3600 * 1000;
function sweepSpills(folder: string): void {
  let names: string[] = [];
  try {
    names = fs.readdirSync(folder);
  } catch {
    return; // none yet
  }
  for (const name of names) {
    const one = path.join(folder, name);
    const stat = fs.statSync(one, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > abandonedMs) fs.rmSync(one, { recursive: true, force: true });
  }
}

const codes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "cancelled",
  "feature.absent",
  "state.wrong",
  "store.full",
  "store.io",
  "store.readOnly",
  "table.unreadable",
  "value.invalid",
  "value.tooLarge",
]);

function localFailure(error: unknown): Failure {
  if (!(error instanceof RemoteFailure)) throw error;
  const { code, message } = error.wire;
  if (code === "closed" && /Cannot find module|ERR_DLOPEN_FAILED|native binding|shared object/i.test(message))
    return new Failure(
      "feature.absent",
      said`This build of Loam cannot read tables on ${process.platform} ${process.arch}.`,
      {
        next: said`Versions of the data can be kept and compared by file all the same.`,
        cause: error,
      },
    );
  if (code === "closed")
    return new Failure("internal", said`The process that reads tables ended: ${message}.`, {
      next: said`Try again; a table that ends it again may need more memory than there is.`,
      cause: error,
    });
  return arrivedFailure(error, codes);
}
