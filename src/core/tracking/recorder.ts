import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Claim } from "../store/claims.js";
import type { Fact, FactBody } from "../store/fact.js";
import type { EntityRef } from "../store/layout.js";
import { keyText, packPoints, seriesKey, type Point } from "../store/points.js";
import type { Store } from "../store/store.js";
import { checkKey, cut, limits } from "./limits.js";
import type { LifecycleStage, RunFact, RunStatus } from "./model.js";
import type { RunState } from "./run-state.js";

export interface MetricInput {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly step: number | bigint;
  readonly model?: string | undefined;
  readonly dataset?: string | undefined;
  readonly digest?: string | undefined;
  readonly guessed?: boolean | undefined;
}

export interface Batch {
  readonly metrics?: readonly MetricInput[];
  readonly params?: readonly { readonly key: string; readonly value: string }[];
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/**
 * Writes one run. Only the process that holds the run's claim has one, so that what must be unique (a param's value)
 * is decided in one place. Each method returns when what it was given would survive a kill.
 */
export class RunRecorder {
  readonly state: RunState;
  readonly #store: Store;
  readonly #ref: EntityRef;
  readonly #claim: Claim;
  /** Keys of declared series by what names them. */
  readonly #series = new Map<string, bigint>();

  constructor(store: Store, state: RunState, claim: Claim) {
    this.#store = store;
    this.state = state;
    this.#ref = { room: "runs", id: state.id };
    this.#claim = claim;
  }

  get id(): string {
    return this.state.id;
  }

  /** Appends facts and folds them in. */
  write(...bodies: readonly FactBody<RunFact>[]): void {
    this.#append(bodies.map((body) => this.#store.source.make<RunFact>(body)));
  }

  #append(facts: readonly Fact[]): void {
    this.#store.writer(this.#ref).facts(facts, (kept) => {
      for (const fact of kept) this.state.add(fact);
    });
  }

  /**
   * Logs metrics, params and tags; checked as a whole first. Throws `param.changed` where a param has another value,
   * and then nothing of the batch is kept. A param or tag value longer than MLflow keeps is cut.
   */
  log(batch: Batch): void {
    const bodies: FactBody<RunFact>[] = [];
    const params = new Map<string, string>();
    for (const { key, value } of batch.params ?? []) {
      checkKey(key, "key");
      const kept = cut(value, limits.paramValue);
      const before = params.get(key) ?? this.state.param(key);
      if (before !== undefined && before !== kept) throw paramChanged(key, before, kept, this.id);
      if (before === undefined) bodies.push({ kind: "param.logged", key, value: kept });
      params.set(key, kept);
    }
    for (const { key, value } of batch.tags ?? []) {
      checkKey(key, "key");
      bodies.push({ kind: "tag.set", key, value: cut(value, limits.tagValue) });
    }
    const points = (batch.metrics ?? []).map((metric) => this.#point(metric, bodies));
    if (bodies.length > 0) this.write(...bodies);
    if (points.length === 0) return;
    const records = packPoints(points);
    this.#store.writer(this.#ref).points(records, (kept) => {
      this.state.summaries.add(records.subarray(0, kept * 32));
    });
  }

  #point(metric: MetricInput, bodies: FactBody<RunFact>[]): Point {
    const { model = null, dataset = null, digest = null } = metric;
    const name =
      model === null && dataset === null && digest === null
        ? metric.key
        : JSON.stringify([metric.key, model, dataset, digest]);
    let key = this.#series.get(name);
    if (key === undefined) {
      checkKey(metric.key, "key");
      key = seriesKey({ name: metric.key, model, dataset, digest });
      const text = keyText(key);
      if (!this.state.facts.get("metric.declared", text)) {
        const guessed = metric.guessed === true ? { guessed: true } : {};
        bodies.push({
          kind: "metric.declared",
          key: text,
          name: metric.key,
          model,
          dataset,
          digest,
          ...guessed,
        });
      }
      // Remembered once its declaration is in the file: a batch that fails must declare again.
      if (this.state.facts.get("metric.declared", text)) this.#series.set(name, key);
    }
    return { key, step: metric.step, time: metric.time, value: metric.value };
  }

  /** Removes a tag; throws `tag.notFound` where there is none. */
  deleteTag(key: string): void {
    if (this.state.tag(key) === undefined) {
      throw new Failure("tag.notFound", said`No tag with name: ${key} in run with id ${this.id}`);
    }
    this.write({ kind: "tag.set", key, value: null });
  }

  /** The client's word on how the run stands. */
  setStatus(status: RunStatus, end: number | null): void {
    this.write({ kind: "status.set", status, end });
  }

  setStage(stage: LifecycleStage): void {
    if (this.state.lifecycle.stage !== stage) this.write({ kind: "lifecycle.set", stage });
  }

  /** Gives the run up: another process may write it from now on. */
  release(): void {
    this.#claim.release();
  }
}

function paramChanged(key: string, before: string, now: string, run: string): Failure {
  const show = (value: string): string => (value.length > 100 ? `${value.slice(0, 100)}…` : value);
  return new Failure(
    "param.changed",
    said`Changing param values is not allowed. Param with key='${key}' was already logged with value='${show(before)}' for run ID='${run}'. Attempted logging new value '${show(now)}'.`,
  );
}
