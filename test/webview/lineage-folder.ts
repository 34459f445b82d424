import { moveAlias } from "../../src/core/registry/aliases.js";
import type { LineageFocus } from "../../src/core/registry/view.js";
import { DataWorld } from "../core/registry/data-world.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { newFolder } from "../run/loam.js";

/** A folder with data, runs that read it and models, and what graphs of it start from. */
export interface LineageFolder {
  readonly folder: string;
  /** The newest version of a model; one of its data sets has a newer version, another was changed while it was read. */
  readonly model: LineageFocus;
  /** A data set that two runs read. */
  readonly data: LineageFocus;
  readonly run: LineageFocus;
  /** A version that nobody read. */
  readonly alone: LineageFocus;
}

/** `runs`: so many more read the first data set. */
export async function lineageFolder(runs = 0): Promise<LineageFolder> {
  const folder = newFolder("loam-lineage-");
  const world = new DataWorld(newWorkbench(folder));
  const { bench } = world;
  world.write("data/train.csv", "a,b\n1,2\n".repeat(400));
  world.write("data/customers.csv", "id\n1\n".repeat(90_000));
  world.write("data/lookup/zip-codes-of-all-regions.csv", "zip\n");
  const train = await world.version("data/train.csv");
  const customers = await world.version("data/customers.csv");
  const first = world.run(["data/train.csv"]);
  const second = world.run(["data/train.csv", "data/lookup/zip-codes-of-all-regions.csv"]);
  const dataset = bench.datasets.all().find(({ path }) => path === "data/customers.csv");
  world.uses(second, {
    dataset: dataset?.id ?? "",
    version: customers,
    path: "data/customers.csv",
    content: dataset?.latest?.content ?? "",
    changed: true,
  });
  for (const [run, value] of [
    [first, 0.931],
    [second, 0.954],
  ] as const) {
    const recorder = bench.tracking.runs.owned(run);
    recorder?.log({ metrics: [{ key: "f1", value, step: 1, time: Date.now() }] });
    recorder?.setStatus("FINISHED", Date.now());
  }
  world.model("churn", first);
  const model = world.model("churn", second);
  moveAlias(bench.registry, model, "champion");
  world.write("data/train.csv", "a,b\n3,4\n".repeat(500));
  await world.version("data/train.csv");
  world.write("data/unread.csv", "x\n");
  const alone = await world.version("data/unread.csv");
  world.write("data/train.csv", "a,b\n1,2\n".repeat(400));
  for (let n = 0; n < runs; n++) world.run(["data/train.csv"]);
  bench.dispose();
  return {
    folder,
    model: { kind: "version", version: model.id },
    data: { kind: "data", version: train },
    run: { kind: "run", run: second },
    alone: { kind: "data", version: alone },
  };
}
