import assert from "node:assert/strict";
import { changeDataset } from "../../../src/core/datasets/change.js";
import { restoreData } from "../../../src/core/datasets/restore.js";
import { makeVersion, trackData } from "../../../src/core/datasets/version.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { purgeContents } from "../../../src/core/store/trash.js";
import { collectIn, emptyTrashOf } from "../../../src/core/workbench-trash.js";
import { knownKinds, type Workbench } from "../../../src/core/workbench.js";
import { never } from "../store/bench-store.js";
import type { Fault } from "../store/faulty-files.js";
import { DataWorld, type Tree } from "./data-world.js";

const faults: readonly Fault[] = [
  { kind: "crash", when: "before", part: 0 },
  { kind: "crash", when: "torn", part: 0.5 },
  { kind: "crash", when: "after", part: 0 },
  { kind: "full", lasts: 1000 },
  { kind: "full", lasts: 0 },
  { kind: "io" },
];

const first: Tree = { "a.csv": "x\n1\n", "b/c.csv": "y\n2\n", "b/d": "same" };
const second: Tree = { "a.csv": "x\n1\n3\n", "b/d": "same", "e.csv": "new\n" };

/** A folder with two versions of its data, the second of which stands there. */
async function worldOf(plan: ConstructorParameters<typeof DataWorld>[0], hours: number) {
  const world = new DataWorld(plan, hours);
  const put = (tree: Tree): void => {
    for (const name of Object.keys(world.tree("data"))) world.clean.remove(`${world.folder}/data/${name}`);
    for (const [name, text] of Object.entries(tree)) world.write(`data/${name}`, text);
  };
  put(first);
  const one = await world.read(({ datasets }) => trackData(datasets, { path: "data" }, never));
  put(second);
  const two = await world.read(({ datasets }) => makeVersion(datasets, one.dataset, { message: "" }, never));
  const versions = new Map([
    [one.version, first],
    [two.version, second],
  ]);
  return { world, put, dataset: one.dataset, one: one.version, two: two.version, versions };
}
type Set = Awaited<ReturnType<typeof worldOf>>;

/** Does a piece of work with each fault at each of its write points, and looks at what is left. */
async function everywhere(
  prepare: (set: Set) => Promise<void> | void,
  work: (bench: Workbench, set: Set) => Promise<unknown>,
  look: (set: Set, outcome: { done: unknown } | { failed: unknown }) => Promise<void> | void,
  hours = 0,
): Promise<number> {
  let points = Number.POSITIVE_INFINITY;
  for (const fault of faults)
    // where the process ends, at each point; what fails is told at some
    for (let after = 0; after < points; after += fault.kind === "crash" ? 1 : 3) {
      const set = await worldOf([{ after, fault }], hours);
      await prepare(set);
      const outcome = await set.world.try((bench) => work(bench, set));
      if (set.world.happened === "" && "done" in outcome) points = Math.min(points, set.world.points);
      await look(set, outcome);
      await set.world.check(set.versions);
    }
  return points;
}

describe("with a disk that fails, fills up or ends the process at any write", function () {
  this.timeout(120_000);

  it("a version is whole or not there, and can be made again", async () => {
    const third: Tree = { ...second, "f/g.csv": "third\n", "a.csv": "other" };
    const points = await everywhere(
      ({ put }) => {
        put(third);
      },
      ({ datasets }, { dataset }) => makeVersion(datasets, dataset, { message: "third" }, never),
      async ({ world, dataset, versions }, outcome) => {
        assert.deepEqual(world.tree("data"), third, "the data is the user's");
        if ("done" in outcome) versions.set((outcome.done as { version: string }).version, third);
        const again = await world.read(({ datasets }) =>
          makeVersion(datasets, dataset, { message: "again" }, never),
        );
        if ("done" in outcome) assert.equal(again.made, false, world.happened);
        assert.equal(again.number, 3);
        versions.set(again.version, third);
      },
    );
    assert.ok(points > 20, `${points} write points`);
  });

  it("a restored folder has each file as before or as in the version, and what was in no version is kept", async () => {
    const changed: Tree = { ...second, "e.csv": "nobody has this", h: "nor this" };
    for (const overwrite of ["version", "discard"] as const)
      await everywhere(
        ({ put }) => {
          put(changed);
        },
        ({ datasets }, { dataset, one }) =>
          restoreData(datasets, { dataset, version: one, overwrite }, never),
        async ({ world, dataset, one, versions }, outcome) => {
          const left = world.tree("data");
          for (const [name, text] of Object.entries(left))
            assert.ok([first[name], changed[name]].includes(text), `${name} after ${world.happened}`);
          for (const name of Object.keys(changed))
            assert.ok(first[name] === undefined || name in left, `${name} is gone after ${world.happened}`);
          if ("done" in outcome) assert.deepEqual(left, first, world.happened);
          const kept = JSON.stringify([left, world.tree(".loam/local/trash")]);
          const inVersion = await world.read(({ datasets }) =>
            datasets
              .get(dataset)
              .history.some(
                (each) => each.number === 3 && [...datasets.contents.manifest(each)].length === 4,
              ),
          );
          for (const text of [changed["e.csv"], changed["h"]])
            assert.ok(
              inVersion || kept.includes(text ?? ""),
              `${text ?? ""} is lost after ${world.happened}`,
            );
          await world.read(({ datasets }) =>
            restoreData(datasets, { dataset, version: one, overwrite }, never),
          );
          assert.deepEqual(world.tree("data"), first, world.happened);
          versions.set(one, first);
        },
      );
  });

  it("a copy elsewhere is there as a whole or not at all", async () => {
    await everywhere(
      () => undefined,
      ({ datasets }, { world, dataset, one }) =>
        restoreData(datasets, { dataset, version: one, to: `${world.folder}/copy` }, never),
      ({ world }, outcome) => {
        const copy = world.tree("copy");
        if ("done" in outcome || Object.keys(copy).length > 0) assert.deepEqual(copy, first, world.happened);
      },
    );
  });

  it("emptying the trash gives up all of a version or nothing, and frees it in one go or in two", async () => {
    await everywhere(
      ({ world, dataset, one }) =>
        world.read(({ datasets }) => {
          changeDataset(datasets, dataset, { kind: "delete", version: one });
        }),
      (bench) => emptyTrashOf(bench, never),
      async ({ world, one, versions }, outcome) => {
        const isGiven = await world.read(({ store }) => store.purged.isPurgedContent(one));
        if ("done" in outcome) assert.ok(isGiven, world.happened);
        if (!isGiven) await world.check(versions);
        versions.delete(one);
        const left = await world.read(async (bench) => {
          await emptyTrashOf(bench, never);
          await collectIn(bench, { dryRun: false }, never);
          return new Set([...bench.store.objects.list()].map((object) => object.hash)).size;
        });
        assert.equal(left, 3, world.happened);
      },
      48,
    );
  });

  it("collecting garbage frees what was given up and nothing else, in one go or in two", async () => {
    await everywhere(
      async ({ world, dataset, one, versions }) => {
        await world.read(async ({ datasets, store }) => {
          changeDataset(datasets, dataset, { kind: "delete", version: one });
          await purgeContents(store, () => datasets.deletedVersions(), knownKinds, never);
        });
        versions.delete(one);
      },
      ({ store }) => collectGarbage(store, knownKinds, { dryRun: false }, never),
      async ({ world }) => {
        const { freed, left } = await world.read(async ({ store }) => ({
          freed: await collectGarbage(store, knownKinds, { dryRun: false }, never),
          left: new Set([...store.objects.list()].map((one) => one.hash)).size,
        }));
        assert.equal(freed.keptObjects, undefined);
        assert.equal(left, 3, world.happened);
      },
      48,
    );
  });
});
