import type { Asker } from "../../src/protocol/channel.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import type { RunCurve } from "../../src/protocol/tracking.js";

/** How many curves are asked for at once: few, so that those of rows that left the view can be given up. */
const batch = 16;
const pixels = 40;
const mostKept = 3000;

/** Small curves of one metric for the runs in view. */
export class RunCurves {
  readonly #ask: Asker<PageRequests>;
  readonly #changed: () => void;
  readonly #curves = new Map<string, RunCurve>();
  readonly #stale = new Set<string>();
  #metric: string | undefined;
  #wanted: readonly string[] = [];
  #asking: AbortController | undefined;

  constructor(ask: Asker<PageRequests>, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  get(run: string): RunCurve | undefined {
    return this.#curves.get(run);
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
    if (!this.#asking) this.#begin();
  }

  refresh(runs: readonly string[]): void {
    for (const run of runs.length === 0 ? this.#curves.keys() : runs) this.#stale.add(run);
    if (!this.#asking) this.#begin();
  }

  dispose(): void {
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
      this.#changed();
    }
  }
}

const noCurve = (run: string): RunCurve => ({ run, x: new Float64Array(), y: new Float64Array(), points: 0 });
