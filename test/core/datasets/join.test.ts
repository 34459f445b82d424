import assert from "node:assert/strict";
import * as path from "node:path";
import { changeDataset } from "../../../src/core/datasets/change.js";
import { makeVersion, trackData } from "../../../src/core/datasets/version.js";
import { registerVersion } from "../../../src/core/registry/register.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { joinStores } from "../../../src/core/store/join.js";
import type { JoinReport } from "../../../src/core/store/join-report.js";
import { purgeContents } from "../../../src/core/store/trash.js";
import { sha256 } from "../../../src/core/store/canonical.js";
import { knownKinds, type Workbench } from "../../../src/core/workbench.js";
import { never } from "../store/bench-store.js";
import type { Fault } from "../store/faulty-files.js";
import { contentOf, DataWorld, type Tree } from "./data-world.js";

/** A process that ends behind a write ends before the next one. */
const faults: readonly Fault[] = [
  { kind: "crash", when: "before", part: 0 },
  { kind: "crash", when: "torn", part: 0.5 },
  { kind: "full", lasts: 1000 },
  { kind: "io" },
];
const parts = ["one part ", "and another ", "and the last"].map((text) => Buffer.from(text));
const large = Buffer.concat(parts);

/** Another store on the disk: two versions of data, a model, and content in chunks. */
async function otherStore(
  world: DataWorld,
): Promise<{ readonly root: string; readonly versions: Map<string, Tree> }> {
  const folder = path.join(path.dirname(world.folder), "other");
  const versions = new Map<string, Tree>();
  const put = (tree: Tree): void => {
    for (const [name, text] of Object.entries(tree)) world.write(`../other/data/${name}`, text);
  };
  await world.read(async (bench) => {
    const { datasets, store } = bench;
    const first = { "a.csv": "x\n1\n", "b/c": "same" };
    put(first);
    const one = await trackData(datasets, { path: "data" }, never);
    versions.set(one.version, first);
    const second = { ...first, "a.csv": "x\n2\n" };
    put(second);
    versions.set((await makeVersion(datasets, one.dataset, { message: "" }, never)).version, second);
    await registerVersion(
      bench,
      { name: "m", source: { kind: "file", path: path.join(folder, "data", "a.csv") } },
      never,
    );
    const chunks = parts.map((part) => store.objects.putChunk(part));
    store.objects.flush();
    store.objects.putChunkList(sha256(large), chunks);
    bench.tracking.runs.create({ experiment: "0", name: "r" }).log({
      tags: [{ key: "large", value: sha256(large) }],
    });
  }, folder);
  return { root: path.join(folder, ".loam"), versions };
}

describe("joining data", function () {
  this.timeout(120_000);

  it("cut off at any write leaves a whole store, in which each version is there with all of it or not at all", async () => {
    let points = Number.POSITIVE_INFINITY;
    for (const fault of faults)
      for (let after = 0; after < points; after += fault.kind === "crash" ? 1 : 3) {
        const world = new DataWorld([{ after, fault }], 48);
        const { root, versions } = await otherStore(world);
        world.write("data/a.csv", "x\n1\n");
        await world.read(({ datasets }) => trackData(datasets, { path: "data/a.csv" }, never)); // a part is here
        const join = ({ store }: Workbench): Promise<JoinReport> => joinStores(store, root, never);
        const outcome = await world.try(join);
        if (world.happened === "" && "done" in outcome) points = Math.min(points, world.points);
        const come = await world.read(({ datasets }) =>
          datasets.all().flatMap(({ history }) => history.filter(({ id }) => versions.has(id))),
        );
        if ("done" in outcome) assert.equal(come.length, 2, world.happened);
        await world.check(new Map(come.map(({ id }) => [id, versions.get(id) ?? {}])));
        const report = await world.read(join);
        assert.deepEqual([report.left, report.kept], [[], []], world.happened);
        await world.check(versions);
        await world.read((bench) => {
          assert.ok(bench.store.objects.get(sha256(large)).equals(large), world.happened);
          assert.equal(bench.registry.named("m").versions, 1, world.happened);
        });
        await world.read(({ store }) => collectGarbage(store, knownKinds, { dryRun: false }, never));
        await world.check(versions);
        assert.deepEqual(world.tree(".loam/local/uploads"), {}, world.happened);
      }
    assert.ok(points > 40, `${points} write points`);
  });

  it("brings nothing back that was given up here, or there where it stands yet, but what others hold of it", async () => {
    for (const where of ["here", "there"] as const) {
      const world = new DataWorld([], 48);
      const { root, versions } = await otherStore(world);
      const [first = "", second = ""] = versions.keys();
      const join = (): Promise<JoinReport> => world.read(({ store }) => joinStores(store, root, never));
      if (where === "here") await join();
      await world.read(
        async ({ datasets, store }) => {
          changeDataset(datasets, datasets.all()[0]?.id ?? "", { kind: "delete", version: first });
          await purgeContents(store, () => datasets.deletedVersions(), knownKinds, never);
          if (where === "here") await collectGarbage(store, knownKinds, { dryRun: false }, never);
        },
        where === "here" ? world.folder : path.dirname(root),
      );
      const report = await join();
      assert.equal(report.purged, 1, "the version is said to be left out");
      await world.read((bench) => {
        const { objects } = bench.store;
        assert.ok(!objects.has(sha256(Buffer.from("x\n1\n"))), "only the first version had it");
        assert.ok(objects.has(sha256(Buffer.from("same"))), "the second one has it too");
        const [data] = bench.datasets.all();
        assert.deepEqual(
          data?.history.map(({ id }) => id),
          [second],
        );
        assert.deepEqual(contentOf(bench, data?.history[0]?.manifest ?? ""), versions.get(second));
      });
      const { objects, manifests } = await world.read(({ store }) =>
        collectGarbage(store, knownKinds, { dryRun: true }, never),
      );
      assert.deepEqual([objects, manifests], [[], []], "nothing came that would have to be freed");
    }
  });
});
