import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Disposable } from "../core/base/lifetime.js";
import type { Ports } from "../core/base/ports.js";
import { AppendFile } from "../core/store/append.js";
import { withoutSecret } from "../core/store/secrets.js";
import { removeQuietly } from "../core/store/whole-file.js";
import type { RunStatus } from "../core/tracking/model.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { Workbench } from "../core/workbench.js";
import type { Adoption } from "./adoption.js";
import type { Standing } from "./checkout-place.js";
import { ConsoleIndex } from "./console-index.js";
import { ConsoleLines } from "./console-lines.js";
import { followConsole } from "./console-tail.js";
import { ErrorLines, type ErrorLine } from "./error-line.js";
import { recordCode } from "./record-code.js";
import { HookFollower } from "./record-python.js";
import type { RunVersions } from "./run-versions.js";
import { readLaunch } from "./shell-line.js";
import type { LaunchedCommand } from "./spawn.js";
import { sampleSystem } from "./system-metrics.js";
import { MetricGuesser } from "./guess.js";

/** Bytes of console that wait to be read. Of what is further behind no metrics are guessed, so that a run can end. */
const mostBehind = 8 * 1024 * 1024;

/** What records beside a command while it runs. */
export class Recording implements Disposable {
  readonly ports: Ports;
  /** Append handle of the run's `console.log`, for the child. */
  readonly consoleFd: number;
  /** Where the child's Python says what it opened. */
  readonly hookFile: string;
  readonly #workbench: Workbench;
  readonly #run: RunRecorder;
  readonly #adoption: Adoption;
  readonly #standing: Standing;
  readonly #versions: RunVersions;
  readonly #console: string;
  readonly #began: number;
  readonly #ended = new AbortController();
  /** What is given up when the run has ended; the rest is finished. */
  readonly #leaving = new AbortController();
  readonly #errors = new ErrorLines();
  #tasks: Promise<void>[] = [];
  /** The first thing that could not be written, as a note. */
  #missed: string | undefined;
  #hook: HookFollower | undefined;

  constructor(
    workbench: Workbench,
    run: RunRecorder,
    adoption: Adoption,
    standing: Standing,
    versions: RunVersions,
  ) {
    this.#workbench = workbench;
    this.#run = run;
    this.#adoption = adoption;
    this.#standing = standing;
    this.#versions = versions;
    const { ports, layout } = workbench.store;
    this.ports = ports;
    this.#began = ports.clock.now();
    this.#console = path.join(layout.entity({ room: "runs", id: run.id }), "console.log");
    this.consoleFd = ports.files.openAppend(this.#console);
    this.hookFile = layout.at("local", "hooks", `${run.id}.jsonl`);
    ports.files.makeFolder(path.dirname(this.hookFile), 0o700);
  }

  /** Begins to record. The child runs already, so nothing here may take its time from it. */
  start(launched: LaunchedCommand, echo: ((bytes: Uint8Array) => void | Promise<void>) | undefined): void {
    const { ports } = this;
    this.#hook = new HookFollower(this.#workbench, this.#run, this.hookFile, this.#standing, this.#versions);
    const hook = this.#hook;
    this.#task("the console", () => this.#followConsole());
    if (echo) {
      const source = { path: this.#console, files: ports.files, clock: ports.clock, hasten: true };
      this.#task("the echo", () =>
        followConsole({ ...source, onBatch: (batch) => echo(batch.bytes) }, this.#ended.signal),
      );
    }
    this.#task("what Python opens", () => hook.follow(this.#ended.signal, this.#leaving.signal));
    this.#task("the code", () =>
      this.#afterTheStart(() =>
        recordCode(this.#workbench, this.#run, this.#standing, this.#began, this.#leaving.signal),
      ),
    );
    this.#task("config files", () => this.#readConfigs());
    this.#task("the system", () => this.#sample(launched));
  }

  #task(what: string, work: () => Promise<void>): void {
    const task = work().catch((error: unknown) => {
      if (this.#leaving.signal.aborted) return;
      this.#miss(what, error);
    });
    this.#tasks.push(task);
  }

  #miss(what: string, error: unknown): void {
    this.#missed ??= `Not all of ${what} was recorded: ${toFailure(error, said`${what}`).message}`;
  }

  /** Recording goes on behind a write that the disk did not take. */
  #write(what: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#miss(what, error);
    }
  }

  /** Lets the child have the processor for its first moments. */
  async #afterTheStart(work: () => Promise<void>): Promise<void> {
    await sleep(50, undefined, { signal: this.#leaving.signal }).catch(() => undefined);
    await work();
  }

  async #followConsole(): Promise<void> {
    const { ports } = this;
    const index = new ConsoleIndex();
    const indexFile = new AppendFile(ports.files, path.join(path.dirname(this.#console), "console.idx"));
    let time = 0;
    let passed = 0;
    let guesses = true;
    const guesser = new MetricGuesser((points) => {
      if (this.#adoption.taken) return;
      const metrics = points.map(({ name, value, step, timeMs }) => ({
        key: name,
        value,
        step,
        time: timeMs,
        guessed: true,
      }));
      this.#write("the metrics on the console", () => {
        this.#run.log({ metrics });
      });
    });
    const lines = new ConsoleLines((text, end) => {
      if (end !== "return") this.#errors.add(text);
      if (guesses && !this.#adoption.taken) guesser.feed(text, end, time);
    });
    try {
      await followConsole(
        {
          path: this.#console,
          files: ports.files,
          clock: ports.clock,
          onBatch: (batch) => {
            time = batch.timeMs;
            guesses = batch.behind <= mostBehind;
            if (!guesses) passed += batch.bytes.length;
            const record = index.record(batch);
            if (record) indexFile.append(record);
            lines.feed(batch.bytes);
          },
        },
        this.#ended.signal,
      );
      lines.flush();
      if (passed > 0 && !this.#adoption.taken) {
        const megabytes = Math.ceil(passed / 1e6);
        const text = `The console grew faster than it could be read: no metrics were looked for in ${megabytes} MB of it.`;
        this.#run.write({ kind: "recorder.note", text });
      }
    } finally {
      indexFile.close();
    }
  }

  async #readConfigs(): Promise<void> {
    const { command } = this.#run.state.facts.get("launch.started") ?? { command: [] };
    const { configFiles } = readLaunch(command);
    if (configFiles.length === 0) return;
    const { readConfigParams } = await import("./config-params.js");
    const { params, notes } = await readConfigParams(
      this.#standing.folder,
      configFiles,
      this.#leaving.signal,
    );
    this.#run.write(
      ...params.map(({ name, value }) => ({
        kind: "argument.given" as const,
        key: name,
        value: withoutSecret(name, value),
      })),
      ...notes.map((text) => ({ kind: "recorder.note" as const, text })),
    );
  }

  async #sample(launched: LaunchedCommand): Promise<void> {
    let step = 0;
    await sampleSystem(
      {
        pid: launched.pid,
        platform: process.platform,
        folder: this.#standing.folder,
        onSample: (metrics) => {
          const time = this.ports.clock.now();
          this.#write("the system", () => {
            this.#run.log({ metrics: metrics.map(({ name, value }) => ({ key: name, value, step, time })) });
          });
          step++;
        },
      },
      this.#ended.signal,
    );
  }

  /** Finishes recording after the child has ended; the last error of its console, where there is one. */
  async end(status: RunStatus): Promise<ErrorLine | undefined> {
    this.#ended.abort();
    await Promise.all(this.#tasks);
    const hook = this.#hook;
    if (hook) this.#task("the files that were written", () => hook.finish(this.#leaving.signal));
    await Promise.all(this.#tasks);
    this.#sweepHooks();
    const text = this.#missed;
    if (text !== undefined)
      this.#write("the run", () => {
        this.#run.write({ kind: "recorder.note", text });
      });
    return status === "FINISHED" ? undefined : this.#shortened(this.#errors.find());
  }

  /** Gives up what may still take long, after the child has ended. */
  hurry(): void {
    this.#leaving.abort();
  }

  /** Removes this run's hook file, and those of runs whose supervisor was killed. */
  #sweepHooks(): void {
    const { files } = this.ports;
    const { claims } = this.#workbench.store;
    const folder = path.dirname(this.hookFile);
    for (const { name } of files.list(folder)) {
      const id = name.replace(/\.jsonl$/, "");
      if (id === this.#run.id || claims.holder("run", id) === undefined)
        removeQuietly(files, path.join(folder, name));
    }
  }

  /** Files below the store's folder are named from there, so that another clone finds them too. */
  #shortened(found: ErrorLine | undefined): ErrorLine | undefined {
    if (!found?.where) return found;
    const below = path.relative(
      this.#workbench.folder,
      path.resolve(this.#standing.folder, found.where.file),
    );
    if (below.startsWith("..") || path.isAbsolute(below)) return found;
    return { ...found, where: { ...found.where, file: below.replaceAll(path.sep, "/") } };
  }

  dispose(): void {
    this.#ended.abort();
    this.#leaving.abort();
    fs.closeSync(this.consoleFd);
  }
}
