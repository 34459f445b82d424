import assert from "node:assert/strict";
import { moveAlias } from "../../../src/core/registry/aliases.js";
import { askApproval, decideApproval } from "../../../src/core/registry/decisions.js";
import { registerVersion } from "../../../src/core/registry/register.js";
import { deleteVersion, describeVersion } from "../../../src/core/registry/versions.js";
import type { ModelVersionDetail } from "../../../src/core/registry/view.js";
import type { Workbench } from "../../../src/core/workbench.js";
import { DataWorld } from "../datasets/data-world.js";
import { never } from "../store/bench-store.js";
import type { Fault, PlannedFault } from "../store/faulty-files.js";

const faults: readonly Fault[] = [
  { kind: "crash", when: "before", part: 0 },
  { kind: "crash", when: "torn", part: 0.5 },
  { kind: "crash", when: "after", part: 0 },
  { kind: "full", lasts: 1000 },
  { kind: "io" },
];

const register = async (bench: Workbench): Promise<ModelVersionDetail> =>
  (await registerVersion(bench, { name: "churn", source: { kind: "file", path: "model" } }, never)).version;

/** The versions that are there, each with all of its files. */
function versionsIn(bench: Workbench): readonly ModelVersionDetail[] {
  const { registry, datasets } = bench;
  const model = registry.byName("churn");
  return (model?.history ?? []).map(({ id, model: of }) => {
    const version = registry.existingVersion(of, id);
    assert.ok(version.artifact);
    const texts = [...datasets.contents.manifest(version.artifact)].map(
      ({ path, hash }) => `${path}=${Buffer.concat([...datasets.contents.slices(hash)]).toString()}`,
    );
    assert.deepEqual(texts, ["a.bin=weights", "b/c.json={}"]);
    return version;
  });
}

/** A folder with a model, where the process fails or ends at some write of what is tried. */
function worldOf(plan: readonly PlannedFault[]): DataWorld {
  const world = new DataWorld(plan);
  world.write("model/a.bin", "weights");
  world.write("model/b/c.json", "{}");
  return world;
}

/** Tries a piece of work with each fault at each of its write points, and looks at what is left. */
async function everywhere(
  prepare: (bench: Workbench) => Promise<unknown>,
  work: (bench: Workbench) => Promise<unknown> | undefined,
  look: (world: DataWorld, done: boolean) => Promise<void>,
): Promise<number> {
  let points = Number.POSITIVE_INFINITY;
  for (const fault of faults)
    for (let after = 0; after < points; after += fault.kind === "crash" ? 1 : 3) {
      const world = worldOf([{ after, fault }]);
      await world.read(prepare);
      const outcome = await world.try(async (bench) => work(bench));
      if (world.happened === "" && "done" in outcome) points = Math.min(points, world.points);
      await look(world, "done" in outcome);
    }
  return points;
}

/** The version that there is, deleted or not. */
function only({ registry }: Workbench): ModelVersionDetail {
  const [one, ...others] = registry.all().flatMap(({ history }) => history);
  assert.ok(one && others.length === 0);
  return registry.versionOf(one.model, one.id) ?? assert.fail();
}

describe("models on a disk that fails, fills up or ends the process at any write", function () {
  this.timeout(120_000);

  it("have versions that are whole or not there, and can be registered again", async () => {
    const points = await everywhere(
      () => Promise.resolve(),
      register,
      async (world, done) => {
        const before = await world.read((bench) => versionsIn(bench).length);
        if (done) assert.equal(before, 1, world.happened);
        await world.check(new Map());
        const again = await world.read(register);
        assert.equal(again.number, before + 1, world.happened);
        assert.equal(await world.read((bench) => versionsIn(bench).length), before + 1);
      },
    );
    assert.ok(points > 10, `${points} write points`);
  });

  /** What is done to the one version, when it is done, and that it is not half done. */
  const works: Readonly<
    Record<string, { do: (bench: Workbench) => unknown; isDone: (now: ModelVersionDetail) => boolean }>
  > = {
    approved: {
      do: (bench) => {
        decideApproval(bench, only(bench), "approved", "good");
      },
      isDone: ({ approval }) => approval === "approved",
    },
    rejected: {
      do: (bench) => {
        if (only(bench).approval !== "rejected") decideApproval(bench, only(bench), "rejected", "bad");
      },
      isDone: ({ approval }) => approval === "rejected",
    },
    "given an alias": {
      do: (bench) => {
        moveAlias(bench.registry, only(bench), "champion");
      },
      isDone: ({ aliases }) => aliases.includes("champion"),
    },
    described: {
      do: (bench) => {
        describeVersion(bench.registry, only(bench), "words");
      },
      isDone: ({ description }) => description === "words",
    },
    deleted: {
      do: (bench) => {
        if (!only(bench).deleted) deleteVersion(bench.registry, only(bench));
      },
      isDone: ({ deleted }) => deleted,
    },
  };
  for (const [what, { do: work, isDone }] of Object.entries(works))
    it(`are ${what} when that was said, and can be again`, async () => {
      await everywhere(
        async (bench) => {
          askApproval(bench, await register(bench), "");
        },
        (bench) => Promise.resolve(work(bench)),
        async (world, done) => {
          const state = await world.read(only);
          assert.ok(isDone(state) || (!done && state.approval === "asked"), world.happened);
          await world.check(new Map());
          await world.read(work);
          assert.ok(isDone(await world.read(only)), world.happened);
        },
      );
    });
});
