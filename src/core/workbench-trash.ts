import type { EntityRef } from "./store/layout.js";
import { filesBelow } from "./store/entity-walk.js";
import { collectGarbage, type Garbage } from "./store/gc.js";
import { emptyTrash, purgeContents, type EmptiedTrash } from "./store/trash.js";
import { workingPath } from "./datasets/working-copy.js";
import { deletedEntities, isDeleted } from "./tracking/deleted.js";
import { readRunFacts } from "./tracking/run-facts.js";
import { knownKinds, type Workbench } from "./workbench.js";

/** A run, a logged model or a trace that is deleted. */
export interface DeletedEntity {
  readonly room: EntityRef["room"];
  readonly id: string;
  /** Of a run; else "". */
  readonly name: string;
  /** When it was deleted by itself, in ms since the epoch; null where it went with its experiment. */
  readonly at: number | null;
  readonly bytes: number;
}

/** A version of data or of a model that is deleted, by itself or with all of its set or model. */
export interface DeletedVersion {
  /** Of the fact that made the version. */
  readonly id: string;
  readonly name: string;
  /** Of its content; what others hold of it stays. */
  readonly bytes: number;
}

/** A deleted version that stays, as models that are registered came of it: these are named. */
export interface HeldVersion extends DeletedVersion {
  readonly by: readonly string[];
}

/** Everything that is deleted and can still be brought back, but for model versions. */
export interface Trash {
  readonly entities: readonly DeletedEntity[];
  readonly data: readonly DeletedVersion[];
  readonly models: readonly DeletedVersion[];
  readonly held: readonly HeldVersion[];
  /** Of all but what is held. */
  readonly bytes: number;
}

/** What is in the trash of a store, and what of the deleted stays. */
export function trashOf(bench: Workbench): Trash {
  const entities = deletedEntities(bench.tracking).map((ref) => entityOf(bench, ref));
  const { data, held } = deletedData(bench);
  const models = deletedModels(bench);
  const bytes = [...entities, ...data, ...models].reduce((sum, one) => sum + one.bytes, 0);
  return { entities, data, models, held, bytes };
}

function entityOf({ store }: Workbench, ref: EntityRef): DeletedEntity {
  const { ports, layout } = store;
  const run = ref.room === "runs" ? readRunFacts(store, ref.id) : undefined;
  const fact = run?.facts.get("lifecycle.set");
  let bytes = 0;
  for (const { file } of filesBelow(ports.files, layout.entity(ref)))
    bytes += ports.files.stat(file)?.size ?? 0;
  return { ...ref, name: run?.name ?? "", at: fact?.stage === "deleted" ? fact.at : null, bytes };
}

/** Deleted versions of data, without and with those of which registered models came. */
function deletedData(bench: Workbench): { data: readonly DeletedVersion[]; held: readonly HeldVersion[] } {
  const { datasets } = bench;
  const deleted = new Set(datasets.deletedVersions());
  if (deleted.size === 0) return { data: [], held: [] };
  const holders = modelsOfData(bench);
  const all = datasets.all().flatMap(({ name, history }) =>
    history
      .filter(({ id }) => deleted.has(id))
      .map((one): HeldVersion => {
        const by = holders.get(one.id) ?? [];
        return { id: one.id, name: `${name}@${one.number}`, bytes: one.size, by };
      }),
  );
  return {
    data: all.filter(({ by }) => by.length === 0).map(({ id, name, bytes }) => ({ id, name, bytes })),
    held: all.filter(({ by }) => by.length > 0),
  };
}

/** Names of the model versions that stand, by the versions of data that they came of. */
function modelsOfData({ registry }: Workbench): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const model of registry.all())
    for (const { id, deleted, number } of model.deleted ? [] : model.history)
      for (const { version } of deleted ? [] : (registry.versionOf(model.id, id)?.data ?? []))
        names.set(version, [...(names.get(version) ?? []), `${model.name}/${number}`]);
  return names;
}

/** Deleted versions of models that name content. */
function deletedModels({ registry, store }: Workbench): readonly DeletedVersion[] {
  return registry.all().flatMap((model) =>
    model.history
      .filter(({ deleted, id }) => (model.deleted || deleted) && !store.purged.isPurgedContent(id))
      .flatMap(({ id, number }): DeletedVersion[] => {
        const version = registry.versionOf(model.id, id);
        const parts = [version?.artifact, version?.converted?.artifact].flatMap((part) => part ?? []);
        if (parts.length + (version?.data.length ?? 0) === 0) return []; // it names no content
        const bytes = parts.reduce((sum, { size }) => sum + size, 0);
        return [{ id, name: `${model.name}/${number}`, bytes }];
      }),
  );
}

/** Ids of the facts whose contents go with the trash: of versions, and of what was made of model versions. */
function contentFacts(bench: Workbench): readonly string[] {
  const { data } = deletedData(bench);
  const models = new Set(deletedModels(bench).map(({ id }) => id));
  const made = [...bench.store.ledger.entries].flatMap(({ fact }) =>
    fact.kind === "version.converted" && models.has(String(fact["version"])) ? [fact.id] : [],
  );
  return [...data.map(({ id }) => id), ...models, ...made];
}

export interface EmptiedAll extends EmptiedTrash {
  /** Names of the versions that were given up. */
  readonly data: readonly string[];
  readonly models: readonly string[];
  /** What was freed of contents; null where none were given up. */
  readonly garbage: Garbage | null;
}

/**
 * Takes away for ever what is in the trash: entities with their folders, and the contents of versions, of which what
 * nothing else holds is freed. Throws as `emptyTrash` does.
 */
export async function emptyTrashOf(bench: Workbench, signal: AbortSignal): Promise<EmptiedAll> {
  const { tracking, store } = bench;
  const { entities, data, models } = trashOf(bench);
  const refs = entities.map(({ room, id }) => ({ room, id }));
  const done = await emptyTrash(store, refs, (ref) => isDeleted(tracking, ref), knownKinds, signal);
  const given = new Set(await purgeContents(store, () => contentFacts(bench), knownKinds, signal));
  const garbage = given.size === 0 ? null : await collectIn(bench, { dryRun: false }, signal);
  bench.datasets.refresh();
  const named = (all: readonly DeletedVersion[]): readonly string[] =>
    all.filter(({ id }) => given.has(id)).map(({ name }) => name);
  return {
    ...done,
    bytes: done.bytes + (garbage?.bytes ?? 0),
    data: named(data),
    models: named(models),
    garbage,
  };
}

/** As `collectGarbage`; what restores that were cut off left beside the data goes too. */
export function collectIn(
  bench: Workbench,
  how: { readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<Garbage> {
  const { store, datasets } = bench;
  const places = datasets.all().map((one) => workingPath(store, one));
  return collectGarbage(store, knownKinds, { ...how, places }, signal);
}
