import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { readEntity } from "../store/entity-reader.js";
import type { Fact, FactBody } from "../store/fact.js";
import { Folded } from "../store/fold.js";
import { isTraceId } from "../store/ids.js";
import type { Store } from "../store/store.js";
import type { LifecycleStage, TraceFact } from "./model.js";
import { traceFolds } from "./model.js";
import type { KeyValue } from "./run-document.js";
import { traceShapes } from "./shapes.js";

/** A trace as MLflow's clients send it. Its spans are the artifact `traces.json`. */
export class TraceState {
  readonly id: string;
  readonly facts = new Folded<TraceFact>(traceFolds, traceShapes);

  constructor(id: string) {
    this.id = id;
  }

  add(fact: Fact): boolean {
    return this.facts.add(fact);
  }
  get exists(): boolean {
    return this.facts.get("trace.saved") !== undefined;
  }
  get experiment(): string {
    return this.facts.get("trace.saved")?.experiment ?? "0";
  }
  get stage(): LifecycleStage {
    return this.facts.get("lifecycle.set")?.stage ?? "active";
  }
  get tags(): KeyValue[] {
    return this.facts.all("tag.set").flatMap(({ key, value }) => (value === null ? [] : [{ key, value }]));
  }
  /** TraceInfo (v3) with the tags as they stand now. */
  get info(): Readonly<Record<string, unknown>> {
    const info = this.facts.get("trace.saved")?.info ?? {};
    const sent = typeof info["tags"] === "object" && info["tags"] !== null ? info["tags"] : {};
    const removed = new Set(
      this.facts.all("tag.set").flatMap(({ key, value }) => (value === null ? [key] : [])),
    );
    const kept = Object.entries(sent).filter(([key]) => !removed.has(key));
    return {
      ...info,
      tags: {
        ...Object.fromEntries(kept),
        ...Object.fromEntries(this.tags.map((tag) => [tag.key, tag.value])),
      },
    };
  }
}

/** Traces are accepted and kept; anybody may add facts to one, since none of them has to be unique. */
export class Traces {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  save(id: string, experiment: string, info: Readonly<Record<string, unknown>>): void {
    if (!isTraceId(id))
      throw new Failure(
        "value.invalid",
        said`Invalid value for parameter 'trace_id': '${id.slice(0, 100)}'.`,
      );
    this.#write(id, { kind: "trace.saved", experiment, info });
  }

  setTag(id: string, key: string, value: string | null): void {
    this.get(id);
    this.#write(id, { kind: "tag.set", key, value });
  }

  delete(id: string): void {
    this.get(id);
    this.#write(id, { kind: "lifecycle.set", stage: "deleted" });
  }

  /** The trace; throws `trace.notFound`. */
  get(id: string): TraceState {
    const state = new TraceState(id);
    const ref = { room: "traces", id } as const;
    const { ports, layout, purged } = this.#store;
    if (isTraceId(id) && !purged.isPurged(ref)) {
      const { facts } = readEntity(ports.files, layout, ref, new Map(), () => undefined, undefined, purged);
      for (const fact of facts) state.add(fact);
    }
    if (!state.exists || state.stage === "deleted") {
      throw new Failure("trace.notFound", said`Trace with ID '${id.slice(0, 100)}' not found.`);
    }
    return state;
  }

  #write(id: string, body: FactBody<TraceFact>): void {
    this.#store
      .writer({ room: "traces", id })
      .facts([this.#store.source.make<TraceFact>(body)], () => undefined);
  }
}
