import { Failure } from "../base/failure.js";
import { readEntity } from "../store/entity-reader.js";
import { entitiesOf } from "../store/entity-walk.js";
import type { EntityRef } from "../store/layout.js";
import { readRunFacts } from "./run-facts.js";
import { TraceState } from "./traces.js";
import type { Tracking } from "./tracking.js";

/** Whether an entity is in the trash: deleted by itself, or with its experiment. False for one that is not there. */
export function isDeleted(tracking: Tracking, ref: EntityRef): boolean {
  switch (ref.room) {
    case "runs": {
      const run = readRunFacts(tracking.store, ref.id);
      return run !== undefined && tracking.runs.stageOf(run) === "deleted";
    }
    case "logged":
      return stageOf(() => tracking.models.get(ref.id, true).stage) === "deleted";
    case "traces":
      return isDeletedTrace(tracking, ref);
  }
}

/** `Traces` does not show deleted ones, so their facts are folded here. */
function isDeletedTrace({ store }: Tracking, ref: EntityRef): boolean {
  const trace = new TraceState(ref.id);
  const { ports, layout, purged } = store;
  const { facts } = readEntity(ports.files, layout, ref, new Map(), () => undefined, undefined, purged);
  for (const fact of facts) trace.add(fact);
  return trace.exists && trace.stage === "deleted";
}

function stageOf<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure && error.code === "model.notFound") return undefined;
    throw error;
  }
}

/** Everything in the trash. Reads the facts of everything that is stored. */
export function deletedEntities(tracking: Tracking): EntityRef[] {
  const { ports, layout, purged } = tracking.store;
  tracking.experiments.look();
  const refs = [...entitiesOf(ports.files, layout)];
  return refs.filter((ref) => !purged.isPurged(ref) && isDeleted(tracking, ref));
}
