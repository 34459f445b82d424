import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { changeDataset } from "../../src/core/datasets/change.js";
import { trackData } from "../../src/core/datasets/version.js";
import type { DatasetVersionSummary } from "../../src/core/datasets/view.js";
import { askApproval } from "../../src/core/registry/decisions.js";
import type { ModelVersionDetail } from "../../src/core/registry/view.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import { newFolder } from "../run/loam.js";
import type { DataField } from "./data-field.js";
import { below, held, never, sha256, treeOf, type Tree } from "./data-field.js";

const mb = 1024 * 1024;
type Place = "many" | "big.csv";
interface Made {
  readonly version: { readonly id: string; readonly number: number };
  readonly made: boolean;
}

/** Tries a piece of work that is killed, looks at what is left, and does it again. `after` names it in failures. */
type Work = (field: DataField, place: Place) => Promise<void>;

/** Another content for a place: some files anew, some gone, some more; of the large one a piece inside and at its end. */
function change(field: DataField, place: Place): void {
  const some = (): number => Math.floor(field.random() * 1e6);
  if (place === "big.csv") {
    const file = field.at(place);
    const old = fs.existsSync(file) ? fs.readFileSync(file) : crypto.randomBytes(18 * mb);
    const at = Math.floor(field.random() * old.byteLength * 0.9);
    const bytes = Buffer.concat([
      old.subarray(0, at),
      crypto.randomBytes(1 + (some() % 300_000)),
      old.subarray(at + (some() % 400_000)),
      crypto.randomBytes(1000),
    ]);
    fs.writeFileSync(file, bytes);
    return;
  }
  for (let i = 0; i < 30; i++) {
    const file = field.at("many", `f${some() % 8}`, `${some() % 20}.csv`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (field.chance(0.8) || !fs.existsSync(file))
      fs.writeFileSync(file, `x\n${some()}\n`.repeat(1 + (some() % 500)));
    else fs.rmSync(file);
  }
}

const historyOf = (bench: Workbench, place: Place): readonly DatasetVersionSummary[] =>
  bench.datasets.all().find((one) => one.path === place)?.history ?? [];

const add: Work = async (field, place) => {
  change(field, place);
  const tree = field.tree(place);
  const before = await field.look((bench) => historyOf(bench, place).length);
  const words = ["data", "add", place];
  const { done } = await field.blow(`add ${place}`, words);
  assert.deepEqual(field.tree(place), tree, "the data is the user's");
  if (done !== undefined) field.data.set((done as Made).version.id, tree);
  await field.check(`add ${place}`);
  const again = (await field.whole(`add ${place}`, words)).done as Made;
  const number = await field.look((bench) => historyOf(bench, place).length);
  assert.equal(number, before + 1, "one version, once");
  if (done !== undefined)
    assert.deepEqual([again.made, again.version.id], [false, (done as Made).version.id]);
  field.data.set(again.version.id, tree);
};

/** A version of a place whose content is known to be kept. */
const someVersion = (field: DataField, place: Place): Promise<DatasetVersionSummary> =>
  field.look((bench) =>
    field.pick(historyOf(bench, place).filter(({ id, stage }) => stage === "active" && field.data.has(id))),
  );

const restore: Work = async (field, place) => {
  if (field.chance(0.6)) change(field, place);
  const before = field.tree(place);
  const { id, number } = await someVersion(field, place);
  const wanted = field.data.get(id) ?? assert.fail();
  const how = field.pick(["--keep", "--discard"]);
  const words = ["data", "restore", `${place}@${number}`, how];
  const what = `restore ${place} ${how}`;
  await field.blow(what, words);
  const left = field.tree(place);
  for (const name of new Set([...before.keys(), ...wanted.keys(), ...left.keys()])) {
    const [was, is, willBe] = [before, left, wanted].map((tree) => tree.get(name));
    assert.ok(is === was || is === willBe, `${name} is neither as before nor as in the version: ${what}`);
  }
  await field.check(what);
  const kept = new Set(
    below(field.at(".loam", "local", "trash")).map((file) => sha256(fs.readFileSync(file))),
  );
  await field.look((bench) => {
    for (const version of historyOf(bench, place))
      for (const hash of held(bench, version.manifest).values()) kept.add(hash);
  });
  for (const hash of left.values()) kept.add(hash);
  for (const [name, hash] of before) assert.ok(kept.has(hash), `${name} as it was is lost: ${what}`);
  await field.whole(what, words);
  assert.deepEqual(field.tree(place), wanted, what);
  await field.look((bench) => {
    for (const version of historyOf(bench, place))
      if (version.stage === "active") field.data.set(version.id, held(bench, version.manifest));
  });
};

/** Deletes a version, where there are several. */
async function remove(field: DataField, place: Place): Promise<string | undefined> {
  return field.look((bench) => {
    const data = bench.datasets.all().find((one) => one.path === place);
    const active = (data?.history ?? []).filter(({ stage }) => stage === "active");
    if (!data || active.length < 2) return undefined;
    const { id } = field.pick(active);
    changeDataset(bench.datasets, data.id, { kind: "delete", version: id });
    field.data.delete(id);
    return id;
  });
}

const emptyTrash: Work = async (field, place) => {
  const id = await remove(field, place);
  if (id === undefined) return;
  const isGiven = (): Promise<boolean> => field.look(({ store }) => store.purged.isPurgedContent(id));
  const { done } = await field.blow("trash empty", ["trash", "empty", "--yes"]);
  if (done !== undefined) assert.ok(await isGiven(), "what was said to be given up is");
  await field.check("trash empty");
  await field.whole("trash empty", ["trash", "empty", "--yes"]);
  assert.ok(await isGiven());
};

const collect: Work = async (field, place) => {
  if ((await remove(field, place)) !== undefined)
    await field.whole("trash empty", ["trash", "empty", "--yes"]);
  field.age();
  await field.blow("gc", ["gc"]);
  await field.check("gc");
  field.age();
  await field.whole("gc", ["gc"]);
  await field.check("gc");
  await field.checkFreed("gc");
};

const modelHistory = (bench: Workbench): readonly ModelVersionDetail[] => {
  const model = bench.registry.byName("churn");
  return (model?.history ?? []).map(({ id, model: of }) => bench.registry.existingVersion(of, id));
};

const register: Work = async (field) => {
  fs.mkdirSync(field.at("model"), { recursive: true });
  fs.writeFileSync(field.at("model", "weights.bin"), crypto.randomBytes(9 * mb));
  fs.writeFileSync(field.at("model", "config.json"), JSON.stringify({ seed: field.random() }));
  const tree = field.tree("model");
  const before = await field.look((bench) => modelHistory(bench).length);
  const words = ["models", "register", "model", "--name", "churn"];
  const { done } = await field.blow("register", words);
  if (done !== undefined) field.models.set((done as Made).version.id, tree);
  await field.check("register");
  const now = await field.look((bench) => modelHistory(bench).length);
  assert.ok(now === before || now === before + 1);
  const again = (await field.whole("register", words)).done as Made;
  assert.equal(again.version.number, now + 1);
  field.models.set(again.version.id, tree);
};

/** Decisions and aliases: one fact each. */
const decide: Work = async (field) => {
  const version = await field.look((bench) => {
    const one = field.pick(modelHistory(bench));
    if (one.approval !== "asked") askApproval(bench, one, "");
    return one;
  });
  const named = `churn/${version.number}`;
  const [verb, words, isDone] = field.pick<[string, string[], (now: ModelVersionDetail) => boolean]>([
    ["approve", ["models", "approve", named], (now) => now.approval === "approved"],
    ["reject", ["models", "reject", named], (now) => now.approval === "rejected"],
    ["alias", ["models", "alias", named, "champion"], (now) => now.aliases.includes("champion")],
  ]);
  const { done } = await field.blow(verb, words);
  await field.check(verb);
  const find = (): Promise<ModelVersionDetail> =>
    field.look((bench) => modelHistory(bench).find(({ id }) => id === version.id) ?? assert.fail());
  const state = await find();
  if (done !== undefined) assert.ok(isDone(state), `${verb} was said to be done`);
  if (!(verb === "reject" && isDone(state))) await field.whole(verb, words); // rejected twice is a mistake
  assert.ok(isDone(await find()), verb);
};

/** Another folder with a store, out of which things are joined. */
async function otherStore(
  field: DataField,
): Promise<{ readonly folder: string; readonly versions: Map<string, Tree> }> {
  const folder = newFolder("loam-kill-other-");
  const name = `other-${Math.floor(field.random() * 1e9)}`;
  const place = path.join(folder, name);
  fs.mkdirSync(place);
  for (let i = 0; i < 40; i++)
    fs.writeFileSync(
      path.join(place, `t${i}.csv`),
      crypto.randomBytes(1 + Math.floor(field.random() * 5000)),
    );
  fs.writeFileSync(path.join(place, "large.bin"), crypto.randomBytes(10 * mb));
  const bench = openWorkbench(folder, nodePorts, { create: true });
  const versions = new Map<string, Tree>();
  try {
    const made = await trackData(bench.datasets, { path: name }, never);
    versions.set(made.version, treeOf(place));
  } finally {
    bench.dispose();
  }
  return { folder, versions };
}

const join: Work = async (field) => {
  const { folder, versions } = await otherStore(field);
  const { done } = await field.blow("join", ["join", folder]);
  if (done !== undefined) for (const [id, tree] of versions) field.data.set(id, tree);
  await field.check("join");
  await field.whole("join", ["join", folder]);
  for (const [id, tree] of versions) field.data.set(id, tree);
};

export const works: Readonly<Record<string, Work>> = {
  add,
  restore,
  emptyTrash,
  collect,
  register,
  decide,
  join,
};

/** What the others need: versions of both places and of a model. */
export async function begin(field: DataField): Promise<void> {
  for (const place of ["many", "big.csv"] as const)
    for (let i = 0; i < 2; i++) {
      change(field, place);
      const { done } = await field.whole(`add ${place}`, ["data", "add", place]);
      field.data.set((done as Made).version.id, field.tree(place));
    }
}
