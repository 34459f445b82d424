import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { readSnapshotFile } from "../../src/core/code/read.js";
import { takeSnapshot } from "../../src/core/code/snapshot.js";
import { verb as gc } from "../../src/cli/gc.js";
import { verb as init } from "../../src/cli/init.js";
import { verb as join } from "../../src/cli/join.js";
import { verb as ledger } from "../../src/cli/ledger.js";
import { verb as purge } from "../../src/cli/purge.js";
import { verb as runs } from "../../src/cli/runs.js";
import { verb as trash } from "../../src/cli/trash.js";
import { verb as verify } from "../../src/cli/verify.js";
import type { Workbench } from "../../src/core/workbench.js";
import { emptyFolder, newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { storeRun } from "./stored-runs.js";

describe("verbs of the whole store", () => {
  let bench: Workbench;
  let id: string;
  const at = (): readonly string[] => ["--dir", bench.folder];
  const folderOf = (run: string, ...parts: readonly string[]): string =>
    path.join(bench.store.layout.entity({ room: "runs", id: run }), ...parts);
  const names = async (folder = bench.folder): Promise<string> => {
    const { out } = await call(runs, ["list", "--json", "--dir", folder]);
    return (JSON.parse(out) as { runs: { name: string }[] }).runs.map(({ name }) => name).join(" ");
  };

  beforeEach(() => {
    bench = newWorkbench();
    id = storeRun(bench, {
      name: "a",
      experiment: "churn",
      metrics: { f1: [0.5, 0.9] },
      params: { key: "hunter2-hunter2" },
    });
  });
  afterEach(() => bench.dispose());

  it("init makes a store, and has its contents kept elsewhere where that is said", async () => {
    const made = emptyFolder();
    assert.match((await call(init, ["--dir", made])).out, /^Made the store /);
    const disk = path.join(fs.realpathSync(emptyFolder()), "big");
    const told = await call(init, ["--objects", disk, "--json", "--dir", made]);
    assert.deepEqual(JSON.parse(told.out), {
      store: path.join(made, ".loam"),
      created: false,
      objects: disk,
    });
    const kept = newWorkbench(made);
    kept.store.objects.put(Buffer.alloc(300_000));
    kept.dispose();
    assert.equal(fs.readdirSync(disk).length, 2);
    fs.renameSync(disk, `${disk}ger`);
    assert.equal((await failed(verify, ["--dir", made])).code, "store.damaged");
    assert.match(
      (await call(init, ["--objects", `${disk}ger`, "--dir", made])).out,
      /^The store is here already: .*\nIts contents are kept in .*bigger\n$/,
    );
    assert.equal((await call(verify, ["--dir", made])).code, 0);
  });

  it("verify says that all is there, what it looked at, and what it cannot prove", async () => {
    const { out, code } = await call(verify, at());
    assert.equal(code, 0);
    assert.match(out, /^The store is whole\.\nLooked at 1 run or model, 5 facts, 2 points, /);
    assert.match(out, /\n\nWhat this cannot prove:\n {2}Who wrote a fact/);
    const told = JSON.parse((await call(verify, [...at(), "--json"])).out) as Record<string, unknown>;
    assert.equal(told["whole"], true);
    assert.deepEqual(told["unknownKinds"], {});
    assert.match((await call(verify, [...at(), "--authors"])).out, /^fact +at +says it is by +committed by/m);
  });

  it("verify names what is damaged and ends with 1", async () => {
    const [file = ""] = fs.readdirSync(folderOf(id)).filter((name) => name.startsWith("facts-"));
    fs.appendFileSync(folderOf(id, file), "no json\n");
    const { out, code } = await call(verify, at());
    assert.equal(code, 1);
    assert.match(out, /^1 thing that was recorded is damaged or missing\.$/m);
    assert.match(out, new RegExp(`^damage .*${file}`, "m"));
    assert.equal(
      (JSON.parse((await call(verify, [...at(), "--json"])).out) as { whole: boolean }).whole,
      false,
    );
  });

  it("none is stopped by folders that are no runs", async () => {
    const month = path.dirname(folderOf(id));
    const foreign = ["f".repeat(32), "e677d21fdc00".padEnd(32, "0"), "m-1", "..x"];
    for (const name of foreign) fs.mkdirSync(path.join(month, name));
    fs.mkdirSync(bench.store.layout.at("runs", "no month"));
    assert.equal(await names(), "a");
    for (const one of [verify, gc, trash]) assert.equal((await call(one, at())).code, 0);
    assert.equal((await failed(runs, ["show", "f".repeat(32), ...at()])).code, "run.notFound");
  });

  it("gc frees what nothing names, or only says so", async () => {
    assert.equal((await call(gc, at())).err, "There is nothing to free.\n");
    const hash = bench.store.objects.put(Buffer.from("nobody names this"));
    bench.store.objects.flush();
    const packs = bench.store.layout.at("objects", "packs");
    const old = new Date(Date.now() - 3 * 86_400_000);
    for (const name of fs.readdirSync(packs)) fs.utimesSync(path.join(packs, name), old, old);
    assert.match((await call(gc, ["--dry-run", ...at()])).err, /^Would free 1 object, /);
    const { out } = await call(gc, [...at(), "--json"]);
    assert.deepEqual((JSON.parse(out) as { objects: unknown[] }).objects, [{ hash, bytes: 17 }]);
    assert.equal((await call(gc, at())).err, "There is nothing to free.\n");
  });

  it("trash shows what is deleted, and frees it for ever once that was said", async () => {
    assert.equal((await call(trash, at())).err, "The trash is empty.\n");
    await call(runs, ["delete", "a", ...at()]);
    const second = storeRun(bench, { name: "with-experiment", experiment: "gone" });
    const { experiments } = bench.tracking;
    experiments.setStage(experiments.byName("gone")?.id ?? "", "deleted");
    const { out, err } = await call(trash, ["list", ...at()]);
    assert.match(out, /^run +[0-9a-f]{8,} +a +just now +\S+ k?B$/m);
    assert.match(out, /^run +[0-9a-f]{8,} +with-experiment +with its experiment +/m);
    assert.match(
      err,
      /in all\. To bring one back: loam runs restore RUN, loam data undelete NAME\. To free all: loam trash empty\n$/,
    );
    const refused = await failed(trash, ["empty", ...at()]);
    assert.equal(refused.code, "usage.wrong");
    assert.match(refused.message, /^Free 2 runs with all artifacts for ever\? That is \S+ k?B\. .*--yes/);
    assert.ok(fs.existsSync(folderOf(id)));
    assert.match((await call(trash, ["empty", "--yes", ...at()])).err, /^Freed 2 things: /);
    assert.ok(!fs.existsSync(folderOf(id)) && !fs.existsSync(folderOf(second)));
    assert.equal((await failed(runs, ["restore", id, ...at()])).code, "run.notFound");
    assert.equal((await call(verify, at())).code, 0);
  });

  it("trash takes deleted models and traces along, and nothing that is in use", async () => {
    const model = bench.tracking.models.create({ experiment: "0" });
    const kept = bench.tracking.models.create({ experiment: "0" });
    model.write({ kind: "lifecycle.set", stage: "deleted" });
    bench.tracking.traces.save("tr-1", "0", { trace_id: "tr-1", request_time: "2026-01-01T00:00:00Z" });
    bench.tracking.traces.delete("tr-1");
    bench.tracking.models.releaseAll();
    bench.dispose(); // what a live process wrote is left alone
    const { out } = await call(trash, ["list", "--json", ...at()]);
    const { deleted } = JSON.parse(out) as { deleted: { room: string; id: string }[] };
    assert.deepEqual(
      deleted.map(({ room, id: one }) => [room, one]),
      [
        ["logged", model.state.id],
        ["traces", "tr-1"],
      ],
    );
    assert.match((await call(trash, ["empty", "--yes", ...at()])).err, /^Freed 2 things: /);
    const { out: after } = await call(trash, ["list", "--json", ...at()]);
    assert.deepEqual(JSON.parse(after), { deleted: [], data: [], models: [], held: [], bytes: 0 });
    assert.ok(fs.existsSync(bench.store.layout.entity({ room: "logged", id: kept.state.id })));
  });

  it("purge removes a secret and says what is beyond it", async () => {
    const words = ["--secret", "a", "--param", "key", ...at()];
    assert.match((await failed(purge, words)).message, /^Remove the param 'key' of a .* add --yes/);
    const { err } = await call(purge, [...words, "--yes"]);
    assert.match(err, /^the param 'key' of a is gone from 1 file\.\nGit history is beyond it/);
    const left = fs
      .readdirSync(bench.store.layout.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name)).includes("hunter2"));
    assert.deepEqual(
      left.map(({ name }) => name),
      [],
    );
    const { out } = await call(runs, ["show", "a", "--json", ...at()]);
    assert.notEqual((JSON.parse(out) as { params: { key?: string } }).params.key, "hunter2-hunter2");
    assert.match(
      (await failed(purge, ["--secret", "a", "--param", "nope", "--yes", ...at()])).message,
      /nothing to purge/,
    );
  });

  it("purge takes a tag, the console or an artifact", async () => {
    await call(runs, ["tag", "a", "note=secret-note", ...at()]);
    fs.writeFileSync(folderOf(id, "console.log"), "secret\n");
    fs.mkdirSync(folderOf(id, "artifacts"));
    fs.writeFileSync(folderOf(id, "artifacts", "x.txt"), "secret");
    for (const what of [["--tag", "note"], ["--console"], ["--artifact", "x.txt"]])
      assert.equal((await call(purge, ["--secret", "a", ...what, "--yes", ...at()])).code, 0);
    assert.ok(!fs.existsSync(folderOf(id, "console.log")));
    assert.ok(!fs.existsSync(folderOf(id, "artifacts", "x.txt")));
  });

  it("purge takes the code of a run, but what other runs have of it", async () => {
    const code = path.join(bench.folder, "train.py");
    const storeFolder = bench.store.layout.root;
    const record = async (name: string, text: string): Promise<string> => {
      fs.writeFileSync(code, text);
      const request = { folder: bench.folder, storeFolder, ports: nodePorts };
      const { commit } = await takeSnapshot(request, new AbortController().signal);
      const recorder = bench.tracking.runs.create({ experiment: "0", name });
      const counts = { changed: null, changedFiles: [], leftOut: {}, files: 1, bytes: 9, tookMs: 1 };
      recorder.write({ kind: "code.recorded", commit, folder: "", root: "", ...counts });
      bench.tracking.runs.release(recorder.id);
      return commit;
    };
    const bad = await record("bad", "KEY = 'hunter2'\n");
    const good = await record("good", "KEY = ''\n");
    bench.dispose();
    const other = newWorkbench();
    await call(join, [bench.folder, "--dir", other.folder]);
    const there = other.store.layout.root;
    const { err } = await call(purge, ["--secret", "bad", "--code", "--yes", ...at()]);
    assert.match(err, /^The code of bad is gone: 3 objects\.\n/);
    await assert.rejects(readSnapshotFile(storeFolder, bad, "train.py"), { code: "code.notFound" });
    assert.equal((await readSnapshotFile(storeFolder, good, "train.py")).toString(), "KEY = ''\n");
    assert.equal((await call(verify, at())).code, 0);
    assert.match((await call(runs, ["show", "bad", ...at()])).out, /^ {2}its files were purged$/m);
    await call(join, [bench.folder, "--dir", other.folder]);
    assert.ok((await readSnapshotFile(there, bad, "train.py")).includes("hunter2"));
    const joined = await call(purge, ["--joined", "--yes", "--dir", other.folder]);
    assert.match(joined.err, /3 objects of code\.\n$/);
    await assert.rejects(readSnapshotFile(there, bad, "train.py"), { code: "code.notFound" });
    assert.equal((await readSnapshotFile(there, good, "train.py")).toString(), "KEY = ''\n");
    other.dispose();
    assert.match(
      (await failed(purge, ["--secret", "a", "--code", "--yes", ...at()])).message,
      /has no code\.$/,
    );
  });

  it("join takes over what another store has, and frees what was purged there", async () => {
    const other = newWorkbench();
    storeRun(other, { name: "b", experiment: "churn" });
    const joined = await call(join, [other.folder, ...at()]);
    assert.match(joined.err, /^Joined: 1 run or model new, 0 longer, 0 the same, 1 shared fact new, /);
    assert.equal(await names(), "b a");
    await call(join, [bench.folder, "--dir", other.folder]);
    assert.equal(await names(other.folder), "b a");
    await call(runs, ["delete", "a", "--dir", other.folder]);
    await call(trash, ["empty", "--yes", "--dir", other.folder]);
    const again = await call(join, [path.join(other.folder, ".loam"), ...at()]);
    assert.match(again.err, /^1 thing purged there is still here\. To free it: loam purge --joined$/m);
    assert.equal(await names(), "b");
    assert.match((await failed(purge, ["--joined", ...at()])).message, /^Free 1 thing that other copies/);
    assert.match((await call(purge, ["--joined", "--yes", ...at()])).err, /^Freed 1 thing, /);
    assert.ok(!fs.existsSync(folderOf(id)));
    assert.equal(
      (await call(purge, ["--joined", ...at()])).err,
      "Nothing that was purged elsewhere is here.\n",
    );
    other.dispose();
  });

  it("join hides a secret that was purged there, also from questions", async () => {
    const other = newWorkbench();
    await call(join, [bench.folder, "--dir", other.folder]);
    await call(purge, ["--secret", "a", "--param", "key", "--yes", "--dir", other.folder]);
    const find = ["search", "params.key = 'hunter2-hunter2'", "--json", ...at()];
    const found = async (): Promise<number> =>
      (JSON.parse((await call(runs, find)).out) as { runs: unknown[] }).runs.length;
    assert.equal(await found(), 1);
    await call(join, [other.folder, ...at()]);
    assert.equal(await found(), 0);
    assert.doesNotMatch((await call(runs, ["list", "--json", ...at()])).out, /hunter2/);
    assert.doesNotMatch((await call(runs, ["show", "a", "--json", ...at()])).out, /hunter2/);
    other.dispose();
  });

  it("join makes the store where there is none, but not for a store that is not there", async () => {
    const folder = emptyFolder();
    const failure = await failed(join, [path.join(folder, "nothing"), "--dir", folder]);
    assert.equal(failure.code, "store.none");
    assert.deepEqual(fs.readdirSync(folder), []);
    const { out } = await call(join, [bench.folder, "--dir", folder, "--json"]);
    assert.equal((JSON.parse(out) as { entities: { added: number } }).entities.added, 1);
    assert.equal(await names(folder), "a");
    assert.equal((await failed(join, [folder, "--dir", folder])).code, "join.differs");
  });

  it("ledger publish writes back what a checkout took away", async () => {
    assert.match(
      (await call(ledger, ["publish", ...at()])).err,
      /^Every fact that was seen here is in the ledger\.\n$/,
    );
    fs.rmSync(bench.store.layout.ledger, { recursive: true });
    assert.match(
      (await call(verify, at())).out,
      /1 fact of the ledger not on this branch: loam ledger publish/,
    );
    const { out } = await call(ledger, ["publish", "--json", ...at()]);
    const { published } = JSON.parse(out) as { published: { kind: string }[] };
    assert.deepEqual(
      published.map(({ kind }) => kind),
      ["experiment.created"],
    );
    assert.equal(fs.readdirSync(bench.store.layout.ledger).length, 1);
  });

  it("each tells of wrong usage how it is used", async () => {
    const wrong = [
      [verify, ["x"]],
      [gc, ["x"]],
      [gc, ["--dry"]],
      [trash, ["burn"]],
      [trash, ["list", "x"]],
      [purge, []],
      [purge, ["--secret", "a", "--joined"]],
      [purge, ["--secret", "a"]],
      [purge, ["--secret", "a", "--console", "--param", "x"]],
      [join, []],
      [join, ["a", "b"]],
      [ledger, []],
      [ledger, ["burn"]],
    ] as const;
    for (const [verb, words] of wrong) {
      const failure = await failed(verb, [...words, ...at()]);
      assert.equal(failure.code, "usage.wrong", words.join(" "));
      assert.match(failure.next ?? "", /^Usage: loam /);
    }
  });
});
