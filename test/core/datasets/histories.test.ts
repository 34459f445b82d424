import assert from "node:assert/strict";
import fc from "fast-check";
import { changeDataset } from "../../../src/core/datasets/change.js";
import { makeVersion, trackData } from "../../../src/core/datasets/version.js";
import { everything } from "../../../src/core/datasets/selection.js";
import type { FilePort } from "../../../src/core/base/ports.js";
import { filesBelow } from "../../../src/core/store/entity-walk.js";
import type { Fact } from "../../../src/core/store/fact.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { purgeContents } from "../../../src/core/store/trash.js";
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
  { weight: 2, arbitrary: fc.record({ op: fc.constant("register" as const) }) },
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

/** A history of one data set, and what of it must be there. */
class History {
  readonly world: DataWorld;
  readonly #texts = new Map<number, number>();
  /** Of what was said to be done: versions and registered models by the id of their facts. */
  readonly #held = new Map<string, Tree>();
  readonly #given = new Set<string>();
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
      case "register": {
        const artifact = await datasets.contents.add(`${this.world.folder}/data`, everything, never);
        // as another pillar would: a fact that names a manifest
        return store.ledger.append<Fact>({ kind: "version.registered", artifact } as never).id;
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
        for (const id of datasets.deletedVersions()) this.#given.add(id); // also where only the fact was written
        await purgeContents(store, () => datasets.deletedVersions(), knownKinds, never);
        return undefined;
      }
      case "gc": {
        await collectGarbage(store, knownKinds, { dryRun: false }, never);
        return undefined;
      }
    }
  }

  async check(): Promise<void> {
    this.#comeBack();
    await this.world.read(({ datasets, store }) => {
      store.ledger.refresh();
      const facts = new Map([...store.ledger.entries].map(({ fact }) => [fact.id, fact]));
      for (const [id, tree] of this.#held) {
        const fact = facts.get(id) as { manifest?: string; artifact?: { manifest: string } } | undefined;
        assert.ok(fact, `the fact ${id} is gone: ${this.world.happened}`);
        if (this.#given.has(id) && store.purged.isPurgedContent(id)) continue;
        const manifest = fact.manifest ?? fact.artifact?.manifest ?? "";
        assert.deepEqual(contentOf({ datasets } as Workbench, manifest), tree, this.world.happened);
      }
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
