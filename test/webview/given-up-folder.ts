import { nodePorts } from "../../src/core/base/ports.js";
import type { PurgedFact } from "../../src/core/store/purged.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { DataWorld } from "../core/registry/data-world.js";
import { newFolder } from "../run/loam.js";

/** A folder with a model whose data another clone gave up while it was registered, as a merge leaves it. */
export async function givenUpFolder(): Promise<{
  readonly folder: string;
  readonly model: string;
  readonly version: string;
  /** Id of the fact that says so. */
  readonly fact: string;
}> {
  const folder = newFolder("loam-given-up-");
  const bench = openWorkbench(folder, nodePorts, { create: true, author: "Ada Berg <ada@example.org>" });
  const world = new DataWorld(bench);
  world.write("data/train.csv", "a,b\n1,2\n");
  const data = await world.version("data/train.csv");
  const { id: version, model } = world.model("churn", world.run(["data/train.csv"]));
  const { id: fact } = bench.store.ledger.append<PurgedFact>({
    kind: "purged",
    items: [{ what: "content", fact: data }],
  });
  bench.dispose();
  return { folder, model, version, fact };
}
