import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { forgetObjects, objectsNeededBy, objectsOnlyIn } from "../core/code/forget.js";
import type { EntityRef } from "../core/store/layout.js";
import type { Secret } from "../core/store/purge.js";
import { readRunFacts } from "../core/tracking/run-facts.js";
import { storedRunIds } from "../core/tracking/run-ids.js";
import type { Workbench } from "../core/workbench.js";

/** Snapshots that runs of this store and registered versions have. */
const commitsOf = ({ store, registry }: Workbench): string[] => [
  ...storedRunIds(store).flatMap((id) => readRunFacts(store, id)?.facts.get("code.recorded")?.commit ?? []),
  ...registry
    .all()
    .flatMap(({ id, history }) =>
      history.flatMap((version) => registry.versionOf(id, version.id)?.code?.commit ?? []),
    ),
];

/** A snapshot that is being taken counts on objects that are there. */
function checkNobodyRecords({ store }: Workbench): void {
  const recording = store.live.others().find(({ role }) => role === "run");
  if (!recording) return;
  throw new Failure(
    "state.wrong",
    said`Process ${recording.pid} is recording, and may need a part of that code.`,
    {
      next: said`Try again when it has ended.`,
    },
  );
}

/** The code of a run as something to purge; what other runs' code shares with it stays theirs. */
export async function snapshotOf(bench: Workbench, ref: EntityRef, signal: AbortSignal): Promise<Secret> {
  const { store } = bench;
  const commit = readRunFacts(store, ref.id)?.facts.get("code.recorded")?.commit;
  if (commit === undefined)
    throw new Failure("value.invalid", said`There is nothing to purge: the run ${ref.id} has no code.`);
  checkNobodyRecords(bench);
  const objects = await objectsOnlyIn(store.layout.root, commit, commitsOf(bench), signal);
  const free = async (freeing: AbortSignal): Promise<void> => {
    await forgetObjects(store.layout.root, objects, store.ports, freeing);
  };
  return { what: "snapshot", ref, commit, objects, free };
}

/** Frees code that another copy of the store purged, or that a purge here was cut off from. Returns the objects. */
export async function forgetPurgedCode(bench: Workbench, signal: AbortSignal): Promise<number> {
  const { store } = bench;
  const purged = store.purged.codeObjects;
  if (purged.size === 0) return 0;
  const living = commitsOf(bench).filter((commit) => !store.purged.isPurgedSnapshot(commit));
  const needed = await objectsNeededBy(store.layout.root, living, signal);
  const doomed = [...purged].filter((id) => !needed.has(id));
  checkNobodyRecords(bench);
  return forgetObjects(store.layout.root, doomed, store.ports, signal);
}
