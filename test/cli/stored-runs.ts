import type { MetricInput } from "../../src/core/tracking/recorder.js";
import type { RunStatus } from "../../src/core/tracking/model.js";
import type { Workbench } from "../../src/core/workbench.js";

export interface StoredRun {
  readonly name: string;
  readonly experiment?: string;
  readonly metrics?: Readonly<Record<string, number | readonly number[]>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly start?: number;
  readonly seconds?: number;
  /** "RUNNING": without an end. */
  readonly status?: RunStatus;
}

/** Makes a run as a client would, and gives it up. Returns its id. */
export function storeRun(bench: Workbench, run: StoredRun): string {
  const experiment =
    run.experiment === undefined ? "0" : bench.tracking.experiments.ensure(run.experiment).id;
  const start = run.start ?? Date.now() - 60_000;
  const recorder = bench.tracking.runs.create({ experiment, name: run.name, user: "anna", start });
  const metrics = Object.entries(run.metrics ?? {}).flatMap(([key, values]) =>
    [values]
      .flat()
      .map((value, step): MetricInput => ({ key, value: Number(value), step, time: start + step })),
  );
  const pairs = (of: Readonly<Record<string, string>> = {}): { key: string; value: string }[] =>
    Object.entries(of).map(([key, value]) => ({ key, value }));
  recorder.log({ metrics, params: pairs(run.params), tags: pairs(run.tags) });
  const status = run.status ?? "FINISHED";
  if (status !== "RUNNING") recorder.setStatus(status, start + (run.seconds ?? 10) * 1000);
  bench.tracking.runs.release(recorder.id);
  return recorder.id;
}
