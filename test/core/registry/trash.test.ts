import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { changeDataset } from "../../../src/core/datasets/change.js";
import { deleteModel } from "../../../src/core/registry/models.js";
import { registerVersion } from "../../../src/core/registry/register.js";
import { deleteVersion } from "../../../src/core/registry/versions.js";
import type { ModelVersionDetail } from "../../../src/core/registry/view.js";
import { collectIn, emptyTrashOf, trashOf } from "../../../src/core/workbench-trash.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { never } from "../store/bench-store.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { DataWorld } from "./data-world.js";

const twoDays = 48 * 3600_000;

describe("the trash, with data and models in it", () => {
  let world: DataWorld;
  let later: Workbench;
  beforeEach(() => {
    const folder = emptyFolder();
    world = new DataWorld(openWorkbench(folder, nodePorts, { create: true, author: "tester" }));
    const clock = { now: () => Date.now() + twoDays };
    later = openWorkbench(folder, { ...nodePorts, clock }, { author: "tester" });
  });
  afterEach(() => {
    later.dispose();
    world.bench.dispose();
  });

  const names = (): Record<string, readonly string[]> => {
    const { data, models, held } = trashOf(world.bench);
    const of = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name);
    return {
      data: of(data),
      models: of(models),
      held: held.map(({ name, by }) => `${name} by ${by.join()}`),
    };
  };
  const stored = (): number => new Set([...world.bench.store.objects.list()].map(({ hash }) => hash)).size;
  const remove = (version: string): void => {
    const { datasets } = world.bench;
    const dataset = datasets.all().find(({ history }) => history.some(({ id }) => id === version));
    assert.ok(dataset);
    changeDataset(datasets, dataset.id, { kind: "delete", version });
  };
  const register = async (text: string): Promise<ModelVersionDetail> => {
    world.write("model.bin", text);
    const source = { kind: "file", path: path.join(world.bench.folder, "model.bin") } as const;
    return (await registerVersion(world.bench, { name: "churn", source }, never)).version;
  };

  it("keeps the data of which a registered model came, until that is deleted too", async () => {
    world.write("train.csv", "x\n1\n");
    const first = await world.version("train.csv");
    const model = world.model("churn", world.run(["train.csv"]));
    world.bench.tracking.runs.releaseAll();
    world.write("train.csv", "x\n2\n");
    const second = await world.version("train.csv");
    for (const version of [first, second]) remove(version);
    assert.deepEqual(names(), { data: ["train.csv@2"], models: [], held: ["train.csv@1 by churn/1"] });

    const emptied = await emptyTrashOf(later, never);
    assert.deepEqual([emptied.data, emptied.models], [["train.csv@2"], []]);
    assert.deepEqual(names(), { data: [], models: [], held: ["train.csv@1 by churn/1"] });
    assert.equal(stored(), 1, "only the data of the model is left");

    deleteVersion(world.bench.registry, model);
    assert.deepEqual(names(), { data: ["train.csv@1"], models: ["churn/1"], held: [] });
    const { data, garbage } = await emptyTrashOf(later, never);
    assert.deepEqual(data, ["train.csv@1"]);
    assert.deepEqual(
      garbage?.held.map(({ what }) => what),
      ["runs"],
      "the run that read it says what it read",
    );
  });

  it("frees deleted versions of models, and with a deleted model all of them, but nothing that others hold", async () => {
    const [first, second] = [await register("one"), await register("two")];
    await register("one");
    deleteVersion(world.bench.registry, first);
    deleteVersion(world.bench.registry, second);
    assert.deepEqual(names(), { data: [], models: ["churn/2", "churn/1"], held: [] });
    const { garbage, models } = await emptyTrashOf(later, never);
    assert.deepEqual(models, ["churn/2", "churn/1"]);
    assert.deepEqual([garbage?.objects.length, garbage?.keptObjects], [1, undefined]);
    assert.deepEqual(names(), { data: [], models: [], held: [] });

    deleteModel(world.bench.registry, world.bench.registry.named("churn"));
    assert.deepEqual(names()["models"], ["churn/3"]);
    await emptyTrashOf(later, never);
    assert.equal(stored(), 0);
  });

  it("says what is too young to be freed, and the collector frees it with what restores left beside the data", async () => {
    world.write("d/a", "one");
    const version = await world.version("d");
    remove(version);
    world.write("d/.0123456789ab.tmp", "cut off");
    const clock = { now: () => Date.now() + twoDays / 48 };
    const soon = openWorkbench(world.bench.folder, { ...nodePorts, clock }, { author: "tester" });
    const young = await emptyTrashOf(soon, never);
    soon.dispose();
    assert.deepEqual([young.garbage?.objects, young.garbage?.young, young.data], [[], 3, ["d@1"]]);
    const { leftOvers, objects } = await collectIn(later, { dryRun: false }, never);
    assert.deepEqual([leftOvers.map(({ file }) => file), objects.length], [["../d/.0123456789ab.tmp"], 1]);
    assert.deepEqual(fs.readdirSync(path.join(world.bench.folder, "d")), ["a"]);
  });
});
