import assert from "node:assert/strict";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { verb as data } from "../../src/cli/data.js";
import { verb as join } from "../../src/cli/join.js";
import { verb as models } from "../../src/cli/models.js";
import { verb as trash } from "../../src/cli/trash.js";
import { verb as verify } from "../../src/cli/verify.js";
import type { GivenUpData, LineageGraph } from "../../src/core/registry/view.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { DataWorld } from "../core/registry/data-world.js";
import { call } from "./call.js";
import { Clone, emptyOrigin } from "./clone.js";

/** Data that Ada tracks, in two clones. */
async function twoClones(): Promise<{ readonly ada: Clone; readonly bo: Clone }> {
  const origin = emptyOrigin();
  const ada = new Clone(origin, "Ada");
  ada.write("loam.yaml", "models: {default: {checks: [quality rules]}}\n");
  ada.write("t.csv", "a\n1\n");
  await ada.told(data, ["add", "t.csv"]);
  commit(ada);
  ada.git("push", "-q", "-u", "origin", "HEAD:main");
  return { ada, bo: new Clone(origin, "Bo") };
}

function commit(clone: Clone): void {
  clone.git("add", "-A");
  clone.git("commit", "-q", "-m", "work");
}

/** A model of a run that read the data. */
function register({ folder }: Clone): void {
  const bench = openWorkbench(folder, nodePorts, { author: "Bo <bo@example.org>" });
  const world = new DataWorld(bench);
  world.model("churn", world.run(["t.csv"]));
  bench.dispose();
}

async function giveUp(clone: Clone): Promise<void> {
  await clone.told(data, ["delete", "t.csv@1"]);
  await call(trash, ["empty", "--yes", "--dir", clone.folder]);
}

describe("data that one clone gives up while another registers a model of it", function () {
  this.timeout(120_000);

  const ways = {
    "a merge of git": async (ada: Clone, bo: Clone): Promise<void> => {
      for (const clone of [ada, bo]) commit(clone);
      for (const clone of [ada, bo, ada]) clone.share();
      await Promise.resolve();
    },
    "loam join": async (ada: Clone, bo: Clone): Promise<void> => {
      await call(join, [path.join(bo.folder, ".loam"), "--dir", ada.folder]);
      await call(join, [path.join(ada.folder, ".loam"), "--dir", bo.folder]);
    },
  };
  for (const [way, meet] of Object.entries(ways))
    it(`is told of as given up, by whom, when and in which fact, after ${way}`, async () => {
      const { ada, bo } = await twoClones();
      register(bo);
      await giveUp(ada);
      await meet(ada, bo);
      for (const clone of [ada, bo]) {
        const said = async (verb: typeof models, ...words: string[]): Promise<string> =>
          (await call(verb, [...words, "--dir", clone.folder])).out;
        const page = (await clone.told(models, ["show", "churn/1"])) as {
          readonly givenUpData: readonly GivenUpData[];
          readonly gates: readonly { readonly outcome: string; readonly found: string }[];
        };
        const [given] = page.givenUpData;
        assert.ok(given);
        assert.deepEqual([given.name, given.number, given.author], ["t.csv", 1, "Ada <ada@example.org>"]);
        assert.deepEqual(
          page.gates.map(({ outcome, found }) => [outcome, found]),
          [["unknown", "given up for ever: t.csv 1"]],
        );
        const day = new Date(given.at).toISOString().slice(0, 10);
        const sentence = `which was given up for ever on ${day} by Ada <ada@example.org>, in the fact ${given.fact}`;
        assert.ok((await said(models, "show", "churn/1")).includes(`It came of t.csv@1, ${sentence}.`));

        const audit = (await clone.told(models, ["audit", "churn"])) as {
          readonly holdings: readonly { readonly data: string }[];
          readonly unproven: readonly string[];
        };
        assert.deepEqual(
          audit.holdings.map((one) => one.data),
          ["givenUp"],
        );
        assert.ok(
          audit.unproven.includes(`churn/1 came of t.csv@1, ${sentence}.`),
          audit.unproven.join("\n"),
        );
        assert.ok(!audit.unproven.some((one) => one.includes("the data is not in this store")));

        const graph = (await clone.told(models, ["lineage", "churn/1"])) as LineageGraph;
        const node = graph.nodes.find(({ kind }) => kind === "data");
        assert.ok(node?.kind === "data");
        assert.deepEqual(node.givenUp, { fact: given.fact, at: given.at, author: given.author });
        assert.ok(graph.edges.some(({ from, kind }) => from === node.key && kind === "read"));
        assert.ok(
          !graph.nodes.some(({ kind }) => kind === "file"),
          "the same data does not stand there twice",
        );
        assert.match(await said(models, "lineage", "churn/1"), /t\.csv@1 {2}given up for ever on .* by Ada/);

        const { out, code } = await call(verify, ["--dir", clone.folder]);
        assert.equal(code, 0, "it is nothing that is damaged");
        const told = `churn/1 came of t.csv@1, which Ada <ada@example.org> gave up for ever on ${day}`;
        assert.ok(out.includes(told), out);
        assert.match(out, new RegExp(`ledger/${day.slice(0, 7)}/${given.fact}-[0-9a-f]{16}\\.json`));
      }
    });

  it("is told of no model that was deleted, and not where all is there", async () => {
    const { ada, bo } = await twoClones();
    register(bo);
    const shown = async (clone: Clone): Promise<string> => (await call(verify, ["--dir", clone.folder])).out;
    assert.ok(!(await shown(bo)).includes("gave up"));
    await bo.told(models, ["delete", "churn/1", "--yes"]);
    await giveUp(ada);
    await ways["loam join"](ada, bo);
    assert.ok(!(await shown(bo)).includes("gave up"));
  });
});
