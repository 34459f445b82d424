import { createHash } from "node:crypto";
import { toFailure } from "../core/base/failure.js";
import type { Disposable } from "../core/base/lifetime.js";
import { said } from "../core/base/said.js";
import { listData } from "../core/datasets/data-files.js";
import type { DatasetDetail } from "../core/datasets/view.js";
import { workingPath } from "../core/datasets/working-copy.js";
import { Pace } from "../core/store/pace.js";
import type { Workbench } from "../core/workbench.js";

/** How often the files of data sets are looked at, in ms; seldom where a look takes long. */
const leastMs = 3000;
const restTimes = 40;

/**
 * Looks whether files of data sets changed, and only says so. By what the system says of them, in slices: a watch of the
 * system takes one of a limited number for each folder, on Linux for each file.
 */
export class WorkingWatch implements Disposable {
  readonly #bench: () => Workbench | undefined;
  readonly #changed: (ids: readonly string[]) => void;
  readonly #leastMs: number;
  readonly #seen = new Map<string, string>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    bench: () => Workbench | undefined,
    changed: (ids: readonly string[]) => void,
    least = leastMs,
  ) {
    this.#bench = bench;
    this.#changed = changed;
    this.#leastMs = least;
  }

  begin(): void {
    this.#wait(this.#leastMs);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => void this.#look(), ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const began = performance.now();
    const bench = this.#bench();
    try {
      if (bench) await this.#lookAtAll(bench);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      bench?.store.ports.log.write("info", "store", toFailure(error, said`Looking at data`).message);
    }
    if (!this.#stop.signal.aborted)
      this.#wait(Math.max(this.#leastMs, (performance.now() - began) * restTimes));
  }

  async #lookAtAll(bench: Workbench): Promise<void> {
    const changed: string[] = [];
    for (const detail of bench.datasets.all()) {
      if (detail.stage !== "active") continue;
      const now = await this.#signatureOf(bench, detail);
      const before = this.#seen.get(detail.id);
      this.#seen.set(detail.id, now);
      if (before !== undefined && before !== now) changed.push(detail.id);
    }
    if (changed.length > 0) this.#changed(changed);
  }

  async #signatureOf({ store }: Workbench, detail: DatasetDetail): Promise<string> {
    const pace = new Pace(this.#stop.signal, said`looking at ${detail.name}`, 4);
    try {
      const { files } = await listData(store.ports.files, workingPath(store, detail), detail, pace);
      const digest = createHash("sha1");
      for (const { path, stat } of files)
        digest.update(`${path}\0${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.mode}\n`);
      return digest.digest("hex");
    } catch (error) {
      pace.check();
      return toFailure(error, said`Looking at ${detail.name}`).message; // missing, or unreadable
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }
}
