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

/**
 * Where the console of a run stands, or that of the launch that it shares; undefined where there is none. A link is
 * none: in a store it may lead anywhere.
 */
export function consoleFile(store: Store, id: string): string | undefined {
  const found = (run: string): string | undefined => {
    const file = path.join(store.layout.entity({ room: "runs", id: run }), "console.log");
    return store.ports.files.stat(file)?.kind === "file" ? file : undefined;
  };
  const own = found(id);
  if (own !== undefined) return own;
  const launch = readRunFacts(store, id)?.facts.get("run.created")?.launch;
  return launch === undefined ? undefined : found(launch);
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
