import type { Asker } from "../../src/protocol/channel.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import type { RunCurve } from "../../src/protocol/tracking.js";

/** How many curves are asked for at once: few, so that those of rows that left the view can be given up. */
const batch = 16;
const pixels = 40;
const mostKept = 3000;
/** How long the view must rest before curves are read: a scroll passes without. */
const restMs = 120;

/** Small curves of one metric for the runs in view. */
export class RunCurves {
  readonly #ask: Asker<PageRequests>;
  readonly #listeners = new Set<() => void>();
  readonly #curves = new Map<string, RunCurve>();
  readonly #stale = new Set<string>();
  #metric: string | undefined;
  #wanted: readonly string[] = [];
  #asking: AbortController | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: Asker<PageRequests>) {
    this.#ask = ask;
  }

  /** Calls the listener when curves came, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  get(run: string): RunCurve | undefined {
    return this.#curves.get(run);
  }

  /** Whether no run that was asked for has more than one point, so that there is nothing to draw. */
  get isFlat(): boolean {
    return this.#curves.size > 0 && [...this.#curves.values()].every(({ points }) => points < 2);
  }

  /** Another metric: the curves of the one before go. */
  show(metric: string | undefined): void {
    if (metric === this.#metric) return;
    this.#metric = metric;
    this.#curves.clear();
    this.#begin();
  }

  /** The runs in view, from the top. */
  want(runs: readonly string[]): void {
    this.#wanted = runs;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      if (!this.#asking) this.#begin();
    }, restMs);
  }

  refresh(runs: readonly string[]): void {
    for (const run of runs.length === 0 ? this.#curves.keys() : runs) this.#stale.add(run);
    if (!this.#asking) this.#begin();
  }

  dispose(): void {
    clearTimeout(this.#resting);
    this.#asking?.abort();
  }

  #begin(): void {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    void this.#work(asking.signal).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (;;) {
      const metric = this.#metric;
      const runs = this.#wanted
        .filter((run) => !this.#curves.has(run) || this.#stale.has(run))
        .slice(0, batch);
      if (metric === undefined || runs.length === 0 || signal.aborted) return;
      for (const run of runs) this.#stale.delete(run);
      const asked = this.#ask.request("runs/curves", { runs, metric, pixels, axis: "step" }, signal);
      const curves = await asked.catch(() => []); // a run that went meanwhile has no curve
      if (signal.aborted) return;
      const found = new Map(curves.map((curve) => [curve.run, curve]));
      for (const run of runs) this.#curves.set(run, found.get(run) ?? noCurve(run));
      for (const run of this.#curves.keys()) {
        if (this.#curves.size <= mostKept) break;
        this.#curves.delete(run);
      }
      for (const listener of [...this.#listeners]) listener();
    }
  }
}

const noCurve = (run: string): RunCurve => ({ run, x: new Float64Array(), y: new Float64Array(), points: 0 });
