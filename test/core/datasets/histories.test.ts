import assert from "node:assert/strict";
import fc from "fast-check";
import { changeDataset } from "../../../src/core/datasets/change.js";
import { makeVersion, trackData } from "../../../src/core/datasets/version.js";
import { everything } from "../../../src/core/datasets/selection.js";
import type { FilePort } from "../../../src/core/base/ports.js";
import { filesBelow } from "../../../src/core/store/entity-walk.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { moveAlias } from "../../../src/core/registry/aliases.js";
import { askApproval, decideApproval } from "../../../src/core/registry/decisions.js";
import { ensureModel } from "../../../src/core/registry/models.js";
import { addVersion, deleteVersion } from "../../../src/core/registry/versions.js";
import type { ModelVersionSummary } from "../../../src/core/registry/view.js";
import { emptyTrashOf, trashOf } from "../../../src/core/workbench-trash.js";
import { plainVersion } from "../registry/versions-of.js";
import { knownKinds, type Workbench } from "../../../src/core/workbench.js";
import { never } from "../store/bench-store.js";
import type { PlannedFault } from "../store/faulty-files.js";
import { contentOf, DataWorld, type Tree } from "./data-world.js";

/** More of them with LOAM_HISTORIES=20000. */
const histories = Math.ceil(Number(process.env["LOAM_HISTORIES"] ?? 1000) / 8);

const nat = fc.nat(7);
const op = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant("write" as const), file: nat, text: nat }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("version" as const) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("register" as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("approve" as const), at: nat }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("champion" as const), at: nat }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("deleteModel" as const), at: nat }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("delete" as const), at: nat }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("undelete" as const), at: nat }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("trash" as const) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("gc" as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("branch" as const) }) },
);
type Op = typeof op extends fc.Arbitrary<infer T> ? T : never;

const fault: fc.Arbitrary<PlannedFault> = fc.record({
  after: fc.nat(120),
  fault: fc.oneof(
    fc.record({
      kind: fc.constant("crash" as const),
      when: fc.constantFrom("before" as const, "torn" as const, "after" as const),
      part: fc.constant(0.5),
    }),
    fc.record({ kind: fc.constant("full" as const), lasts: fc.nat(30) }),
    fc.record({ kind: fc.constant("io" as const) }),
  ),
});

const modelName = "churn";

/** A history of one data set and of a model, and what of them must be there. */
class History {
  readonly world: DataWorld;
  readonly #texts = new Map<number, number>();
  /** Of what was said to be done: versions and registered models by the id of their facts. */
  readonly #held = new Map<string, Tree>();
  readonly #given = new Set<string>();
  /** Of these model versions it was said that they are approved, and that their code is kept. */
  readonly #approved = new Set<string>();
  readonly #code = new Map<string, string>();
  readonly #elsewhere = new Map<string, Buffer>();

  constructor(plan: readonly PlannedFault[]) {
    this.world = new DataWorld(plan, 48);
  }

  get #tree(): Tree {
    return Object.fromEntries([...this.#texts].map(([file, text]) => [`f${file}`, `text ${text}\n`]));
  }

  async do(one: Op): Promise<void> {
    if (one.op === "write") {
      this.#texts.set(one.file, one.text);
      this.world.write(`data/f${one.file}`, `text ${one.text}\n`);
      return;
    }
    if (one.op === "branch") {
      this.#leaveBranch();
      return;
    }
    if (this.#texts.size === 0) return;
    const tree = this.#tree;
    const outcome = await this.world.try((bench) => this.#apply(bench, one));
    const made = "done" in outcome ? outcome.done : undefined;
    if (made !== undefined) this.#held.set(made, tree);
  }

  /** Another branch of git is checked out: neither the facts nor the manifests of this one are here. */
  #leaveBranch(): void {
    const { clean, folder } = this.world;
    const remembered = JSON.stringify(namesBelow(clean, `${folder}/.loam/local/ledger`));
    // a disk that failed just then keeps a fact from being remembered: only git has it
    for (const id of this.#held.keys()) if (!remembered.includes(id)) this.#held.delete(id);
    for (const room of ["ledger", "manifests"])
      for (const file of namesBelow(clean, `${folder}/.loam/${room}`)) {
        this.#elsewhere.set(
          `.loam/${room}/${file}`,
          clean.readAll(`${folder}/.loam/${room}/${file}`) ?? Buffer.alloc(0),
        );
        clean.remove(`${folder}/.loam/${room}/${file}`);
      }
  }

  /** The branches are merged. */
  #comeBack(): void {
    for (const [file, bytes] of this.#elsewhere) this.world.write(file, bytes.toString());
  }

  async #apply(bench: Workbench, one: Exclude<Op, { op: "write" | "branch" }>): Promise<string | undefined> {
    const { datasets, store } = bench;
    const [known] = datasets.all();
    switch (one.op) {
      case "version": {
        const made = known
          ? await makeVersion(datasets, known.id, { message: "" }, never)
          : await trackData(datasets, { path: "data" }, never);
        return made.version;
      }
      case "register":
        return this.#register(bench);
      case "approve":
      case "champion":
      case "deleteModel": {
        const version = bench.registry.byName(modelName)?.history.filter(({ deleted }) => !deleted)[one.at];
        if (version) this.#decide(bench, version, one.op);
        return undefined;
      }
      case "delete":
      case "undelete": {
        const version = known?.history[one.at];
        if (!known || !version || version.stage === (one.op === "delete" ? "deleted" : "active")) return;
        changeDataset(datasets, known.id, {
          kind: one.op === "delete" ? "delete" : "restore",
          version: version.id,
        });
        return undefined;
      }
      case "trash": {
        const { data, models } = trashOf(bench);
        for (const { id } of [...data, ...models]) this.#given.add(id); // also where only the fact was written
        await emptyTrashOf(bench, never);
        return undefined;
      }
      case "gc": {
        await collectGarbage(store, knownKinds, { dryRun: false }, never);
        return undefined;
      }
    }
  }

  /** A model of what stands in the folder, that came of the newest version of the data. */
  async #register({ datasets, registry, store }: Workbench): Promise<string> {
    const { form, manifest, content, files, size } = await datasets.contents.add(
      `${this.world.folder}/data`,
      everything,
      never,
    );
    const commit = store.ports.random(20).toString("hex");
    this.world.write(`.loam/ledger/code/${commit}.pack`, commit);
    const [dataset] = datasets.all();
    const newest = dataset?.history.find(({ stage }) => stage === "active" && dataset.stage === "active");
    const data =
      dataset && newest
        ? [
            {
              dataset: dataset.id,
              version: newest.id,
              name: dataset.name,
              number: newest.number,
              content: newest.content,
            },
          ]
        : [];
    const artifact = { form, manifest, content, files, size };
    const { id } = addVersion(registry, ensureModel(registry, modelName), plainVersion({ artifact, data }));
    this.#code.set(id, commit);
    return id;
  }

  #decide(
    bench: Workbench,
    version: ModelVersionSummary,
    what: "approve" | "champion" | "deleteModel",
  ): void {
    if (what === "champion") moveAlias(bench.registry, version, "champion");
    else if (what === "deleteModel") deleteVersion(bench.registry, version);
    else {
      if (version.approval !== "asked") askApproval(bench, version, "");
      decideApproval(bench, version, "approved", "");
      this.#approved.add(version.id);
    }
  }

  /** What the models need: their data, the code, and what was decided. */
  #checkModels(bench: Workbench): void {
    const { registry, store } = bench;
    for (const { id, model, deleted } of registry.all().flatMap(({ history }) => history)) {
      if (!this.#held.has(id)) continue;
      const version = registry.versionOf(model, id);
      const code = `${this.world.folder}/.loam/ledger/code/${this.#code.get(id) ?? ""}.pack`;
      assert.ok(this.world.clean.stat(code), `the code of ${id} is gone: ${this.world.happened}`);
      if (this.#approved.has(id)) assert.equal(version?.approval, "approved", this.world.happened);
      for (const { version: of } of deleted ? [] : (version?.data ?? [])) {
        const tree = this.#held.get(of);
        if (!tree) continue; // only git has its fact
        assert.ok(
          !store.purged.isPurgedContent(of),
          `the data ${of} of ${id} was given up: ${this.world.happened}`,
        );
        // a disk that failed may have kept the first data set from being remembered on another branch: then there are two
        const versions = bench.datasets.all().flatMap(({ history }) => history);
        const manifest = versions.find((one) => one.id === of)?.manifest ?? "";
        assert.deepEqual(contentOf(bench, manifest), tree, this.world.happened);
      }
    }
  }

  async check(): Promise<void> {
    this.#comeBack();
    await this.world.read((bench) => {
      const { store } = bench;
      store.ledger.refresh();
      const facts = new Map([...store.ledger.entries].map(({ fact }) => [fact.id, fact]));
      for (const [id, tree] of this.#held) {
        const fact = facts.get(id) as { manifest?: string; artifact?: { manifest: string } } | undefined;
        assert.ok(fact, `the fact ${id} is gone: ${this.world.happened}`);
        if (this.#given.has(id) && store.purged.isPurgedContent(id)) continue;
        const manifest = fact.manifest ?? fact.artifact?.manifest ?? "";
        assert.deepEqual(contentOf(bench, manifest), tree, this.world.happened);
      }
      this.#checkModels(bench);
    });
  }
}

const namesBelow = (files: FilePort, folder: string): string[] =>
  [...filesBelow(files, folder)].map(({ parts }) => parts.join("/"));

describe("histories of data", function () {
  this.timeout(3_600_000);

  it("keep every version that was not given up, and what other facts name, whatever is collected or cut off", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(op, { minLength: 5, maxLength: 25 }),
        fc.array(fault, { maxLength: 3 }),
        async (ops, plan) => {
          const history = new History(plan);
          await history.do({ op: "write", file: 0, text: 0 });
          for (const one of ops) await history.do(one);
          await history.check();
        },
      ),
      { numRuns: histories },
    );
  });
});
