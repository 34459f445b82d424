import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readLines } from "../core/store/journal.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { Workbench } from "../core/workbench.js";
import { parseHookLine, type HookLine } from "./hook-lines.js";
import { installedPackages, recordedVariables } from "./python-facts.js";
import type { Standing } from "./checkout-place.js";
import { DataRecorder } from "./record-data.js";
import type { RunVersions } from "./run-versions.js";
import { writtenFiles } from "./written-files.js";

const pollMs = 500;
const longestLine = 256 * 1024;
/** Files that one run is told to have written. */
const mostFiles = 2000;

/** Follows what the hook in the run's Python processes tells, and writes it into the run. */
export class HookFollower {
  readonly #workbench: Workbench;
  readonly #run: RunRecorder;
  readonly #file: string;
  readonly #folder: string;
  readonly #data: DataRecorder;
  readonly #written = new Set<string>();
  #next = 0;
  #environment = false;

  constructor(
    workbench: Workbench,
    run: RunRecorder,
    file: string,
    { folder, checkout }: Standing,
    versions: RunVersions,
  ) {
    this.#workbench = workbench;
    this.#run = run;
    this.#file = file;
    this.#folder = folder;
    this.#data = new DataRecorder(workbench, run, checkout, versions);
  }

  /** Reads on until the child has `ended`; what is there by then is taken in. `leaving` breaks hashing off. */
  async follow(ended: AbortSignal, leaving: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await sleep(pollMs, undefined, { signal: ended }).catch(() => undefined);
      await this.#poll(leaving);
      await this.#data.lookForChanges();
    }
    if (!this.#environment) await this.#recordEnvironment(undefined, leaving);
    await this.#data.finish(leaving);
  }

  async #poll(leaving: AbortSignal): Promise<void> {
    const { files } = this.#workbench.store.ports;
    if ((files.stat(this.#file)?.size ?? 0) <= this.#next) return;
    const lines: HookLine[] = [];
    for (const line of readLines(files, this.#file, this.#next, longestLine)) {
      this.#next = line.end;
      const parsed = line.text === undefined ? undefined : parseHookLine(line.text);
      if (parsed) lines.push(parsed);
    }
    for (const line of lines) await this.#take(line, leaving);
  }

  async #take(line: HookLine, leaving: AbortSignal): Promise<void> {
    switch (line.kind) {
      case "python":
        if (!this.#environment) await this.#recordEnvironment(line, leaving);
        return;
      case "write":
        if (this.#written.size < mostFiles) this.#written.add(line.path);
        return;
      case "folder":
        await this.#data.folder(line.path, leaving);
        return;
      case "tree":
        await this.#data.tree(line.path, line.pid, leaving);
        return;
      case "read":
        if (!this.#written.has(line.path)) await this.#data.file(line.path, line, leaving);
    }
  }

  async #recordEnvironment(
    python: Extract<HookLine, { kind: "python" }> | undefined,
    leaving: AbortSignal,
  ): Promise<void> {
    this.#environment = true;
    const packages = python ? await installedPackages(python.path, leaving) : [];
    const stored =
      packages.length === 0 ? {} : { packages: this.#keepPackages(packages), packageCount: packages.length };
    this.#run.write({
      kind: "environment.recorded",
      platform: `${os.type()} ${os.release()} ${os.arch()}`,
      cpus: os.cpus().length,
      memory: os.totalmem(),
      variables: recordedVariables(process.env),
      ...(python ? { python: python.version, executable: python.executable } : {}),
      ...stored,
    });
  }

  #keepPackages(packages: readonly string[]): string {
    const objects = this.#workbench.store.objects;
    const hash = objects.put(Buffer.from(`${packages.join("\n")}\n`));
    objects.flush(); // durable before the fact that names it
    return hash;
  }

  /** Offers the files that the run left below its folder as artifacts: named, not copied. */
  async finish(leaving: AbortSignal): Promise<void> {
    const since = this.#run.state.facts.get("run.created")?.start ?? 0;
    const found = await writtenFiles({ folder: this.#folder, opened: this.#written, since }, leaving);
    if (found.length === 0) return;
    this.#run.write(
      ...found.map((file) => ({
        kind: "file.offered" as const,
        path: path.relative(this.#workbench.folder, file.path).replaceAll(path.sep, "/"),
        size: file.size,
      })),
    );
  }
}
