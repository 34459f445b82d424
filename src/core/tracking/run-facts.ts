import * as path from "node:path";
import { entityFiles, readEntity } from "../store/entity-reader.js";
import { entityFileOf, isEntityId, type EntityRef } from "../store/layout.js";
import type { Store } from "../store/store.js";
import { RunState } from "./run-state.js";

/**
 * A run from its facts alone: without metrics, and so at once however many points it has. undefined where there is
 * no such run, or it is purged.
 */
export function readRunFacts(store: Store, id: string): RunState | undefined {
  const ref: EntityRef = { room: "runs", id };
  if (!isEntityId("runs", id) || store.purged.isPurged(ref)) return undefined;
  const { files } = store.ports;
  const sizes = [...entityFiles(files, store.layout, ref)].filter(
    ([name]) => entityFileOf(name).kind === "facts",
  );
  const run = new RunState(id);
  const { facts } = readEntity(
    files,
    store.layout,
    ref,
    new Map(),
    () => undefined,
    new Map(sizes),
    store.purged,
  );
  for (const fact of facts) {
    store.source.observe(fact);
    run.add(fact);
  }
  return run.exists ? run : undefined;
}

/**
 * The run whose launch a run belongs to: itself, or the one that its command was started for. undefined where that one
 * is not here.
 */
export function launchedRun(store: Store, run: RunState): RunState | undefined {
  const from = run.facts.get("run.created")?.launch;
  return from === undefined ? run : readRunFacts(store, from);
}

/** When a run last wrote anything, in ms since the epoch: of one that runs elsewhere, when it was last heard of. */
export function lastSign(store: Store, run: RunState): number {
  const { files } = store.ports;
  const folder = store.layout.entity({ room: "runs", id: run.id });
  const times = files
    .list(folder)
    .filter(({ kind }) => kind === "file")
    .map(({ name }) => files.stat(path.join(folder, name))?.mtimeMs ?? 0);
  return Math.round(Math.max(run.start, ...times));
}

/** Whether a run's processes are this machine's; a run without a launch has none that is known. */
export const isHere = (store: Store, machine: string | undefined): boolean =>
  machine === undefined || machine === store.self.machine;
