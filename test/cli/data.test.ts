import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { verb } from "../../src/cli/data.js";
import { verb as gcVerb } from "../../src/cli/gc.js";
import { verb as trashVerb } from "../../src/cli/trash.js";
import { verb as verifyVerb } from "../../src/cli/verify.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";

describe("loam data", () => {
  let folder: string;
  beforeEach(() => {
    folder = emptyFolder();
  });
  const at = (): readonly string[] => ["--dir", folder];
  const write = (name: string, text: string): void => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  };
  const read = (name: string): string => fs.readFileSync(path.join(folder, name), "utf8");
  const say = async (...words: string[]): Promise<string> => (await call(verb, [...words, ...at()])).err;
  const json = async (...words: string[]): Promise<Record<string, never>> =>
    JSON.parse((await call(verb, [...words, "--json", ...at()])).out) as Record<string, never>;

  it("chooses the files of a folder by patterns, and chooses others for the next version", async () => {
    for (const name of ["a.png", "b.png", "notes.txt", "drafts/c.png"]) write(`pictures/${name}`, name);
    await say("add", "pictures", "--include", "*.png", "--ignore", "drafts/");
    const files = async (): Promise<string[]> =>
      ((await json("files", "pictures")) as unknown as { files: { path: string }[] }).files.map(
        ({ path: each }) => each,
      );
    assert.deepEqual(await files(), ["a.png", "b.png"]);
    assert.match(await say("select", "pictures", "--ignore", "a.png"), /the next version has the files/);
    await say("add", "pictures");
    assert.deepEqual(await files(), ["b.png", "drafts/c.png", "notes.txt"]);
    write("one.csv", "x\n1\n");
    await say("add", "one.csv");
    assert.equal((await failed(verb, ["select", "one.csv", ...at()])).code, "state.wrong");
  });

  it("goes from a first version over a change to the restored one", async () => {
    write("data/a.csv", "x\n1\n");
    write("data/b.csv", "x\n2\n");
    assert.match(await say("add", "data", "-m", "first"), /^data: version 1, 2 files, 8 B \(\d+ B new/);
    assert.equal(await say("add", "data"), "data: nothing changed since version 1.\n");
    write("data/a.csv", "x\n3\n");
    const { datasets } = await json("status");
    assert.deepEqual((datasets as unknown as { working: object }[])[0]?.working, {
      state: "changed",
      number: 1,
      added: 0,
      changed: 1,
      removed: 0,
    });
    assert.equal((await failed(verb, ["restore", "data", ...at()])).code, "content.changed");
    assert.equal(read("data/a.csv"), "x\n3\n");
    assert.equal(
      await say("restore", "data", "--keep"),
      "data is as version 1: 1 file written, 1 as they were.\nWhat was there before is version 2.\n",
    );
    assert.equal(read("data/a.csv"), "x\n1\n");
    assert.match((await call(verb, ["log", "data", ...at()])).out, /2 .*\n +1 .*first\n$/);
    await say("restore", "data@2", "--file", "a.csv");
    assert.equal(read("data/a.csv"), "x\n3\n");
    const { path: copy } = await json("get", "data@1", "--file", "a.csv");
    assert.equal(copy, path.join(folder, "a@1.csv"));
    assert.equal(read("a@1.csv"), "x\n1\n");
    assert.match(await say("get", "data@1", "--to", "old"), /2 files written to .*old\.\n$/);
    assert.equal(read("old/b.csv"), "x\n2\n");
    write("data/b.csv", "nobody has this");
    assert.match(await say("restore", "data@1", "--discard"), /stays for 30 days in .*trash/);
    assert.equal(read("data/b.csv"), "x\n2\n");
  });

  it("names, tags, describes and finds versions by number, alias and latest", async () => {
    write("train.csv", "x\n1\n");
    await say("add", "train.csv", "--name", "train", "--auto");
    write("train.csv", "x\n2\n");
    await say("add", "train.csv");
    assert.equal(await say("alias", "train@1", "gold"), "train@gold is version 1 now.\n");
    await say("tag", "train@gold", "license=CC0", "checked=");
    await say("tag", "train", "owner=ana");
    await say("message", "train@2", "a better one");
    await say("describe", "train", "# Train");
    assert.equal(await say("rename", "train", "passengers"), "train is called passengers now.\n");
    const shown = await json("show", "passengers@gold");
    const { dataset, version } = shown as unknown as Record<string, Record<string, unknown>>;
    assert.deepEqual([version?.["number"], version?.["tags"]], [1, { license: "CC0", checked: "" }]);
    assert.deepEqual(
      [dataset?.["auto"], dataset?.["tags"], dataset?.["aliases"]],
      [true, { owner: "ana" }, { gold: 1 }],
    );
    assert.deepEqual(
      [dataset?.["description"], (dataset?.["latest"] as { message: string }).message],
      ["# Train", "a better one"],
    );
    await say("alias", "passengers", "gold", "--remove");
    await say("auto", "passengers", "off");
    const files = await json("files", "passengers@latest");
    assert.equal((files["files"] as unknown as { path: string }[])[0]?.path, "");
    assert.match((await call(verb, ["list", ...at()])).out, /passengers +2 +2 /);
  });

  it("deletes, brings back, and gives up for ever with the trash, saying what holds the rest", async () => {
    write("d/a", "one");
    write("d/b", "both");
    await say("add", "d");
    write("d/a", "two");
    await say("add", "d");
    assert.match(await say("delete", "d@1"), /To undo: loam data undelete d@1\n$/);
    assert.equal((await failed(verb, ["restore", "d@1", ...at()])).code, "state.wrong");
    assert.equal(await say("undelete", "d@1"), "d@1 is back.\n");
    await say("delete", "d@1");
    const trash = JSON.parse((await call(trashVerb, ["list", "--json", ...at()])).out) as {
      data: { name: string }[];
    };
    assert.deepEqual(
      trash.data.map(({ name }) => name),
      ["d@1"],
    );
    await call(trashVerb, ["empty", "--yes", ...at()]);
    assert.equal((await failed(verb, ["restore", "d@1", ...at()])).code, "version.notFound");
    assert.equal((await failed(verb, ["undelete", "d@1", ...at()])).code, "state.wrong");
    write("d/a", "three");
    assert.match(await say("add", "d"), /^d: version 3,/);
    const { held } = JSON.parse((await call(gcVerb, ["--dry-run", "--json", ...at()])).out) as {
      held: { name: string; objects: number; bytes: number; alone: number }[];
    };
    assert.deepEqual(held.map(({ name, objects, bytes, alone }) => [name, objects, bytes, alone]).sort(), [
      ["d@2", 2, 7, 3],
      ["d@3", 2, 9, 5],
    ]);
    assert.match((await call(gcVerb, ["--dry-run", ...at()])).out, /data version {2}d@3/);
  });

  it("verifies, and names the versions whose content is damaged or missing", async () => {
    write("big.bin", "x".repeat(300_000));
    write("small.csv", "x\n");
    await say("add", "big.bin");
    await say("add", "small.csv");
    const problems = async (): Promise<string> =>
      (
        JSON.parse((await call(verifyVerb, ["--json", ...at()])).out) as { problems: { what: string }[] }
      ).problems
        .map(({ what }) => what)
        .join("\n");
    assert.equal(await problems(), "");
    const objects = path.join(folder, ".loam", "objects");
    const [shard = ""] = fs.readdirSync(objects).filter((name) => name !== "packs");
    const file = path.join(objects, shard, fs.readdirSync(path.join(objects, shard))[0] ?? "");
    fs.writeFileSync(file, "damaged");
    assert.match(await problems(), /big\.bin@1: 1 of 1 files \(the file\) is damaged/);
    fs.rmSync(file);
    assert.match(await problems(), /big\.bin@1: 1 of 1 files \(the file\) is missing; all were here/);
    fs.rmSync(path.join(folder, ".loam", "manifests"), { recursive: true });
    fs.rmSync(path.join(folder, ".loam", "local", "manifests"), { recursive: true });
    assert.match(await problems(), /small\.csv@1 cannot be read: The manifest/);
  });

  it("says that a folder holds nothing of what is asked for, and that it is as an older version again", async () => {
    write("data/a.csv", "x\n");
    await say("add", "data");
    write("data/a.csv", "y\n");
    await say("add", "data");
    write("data/a.csv", "x\n");
    assert.equal(await say("add", "data"), "data: it is as version 1 again; no new version was made.\n");
    assert.match(
      await say("add", "data", "--include", "*.cvs"),
      /0 files, .*\nNo file is in it, or none that/,
    );
  });

  it("names a data set that is one file where it lists files", async () => {
    write("one.bin", "x");
    await say("add", "one.bin");
    write("one.bin", "yy");
    assert.match((await call(verb, ["diff", "one.bin", ...at()])).out, /\n~ {2}one\.bin +1 B +2 B/);
  });

  it("follows a file that was moved, with its versions", async () => {
    write("a.csv", "x\n1\n");
    write("c.csv", "x\n");
    await say("add", "a.csv", "--name", "train");
    await say("add", "c.csv");
    fs.mkdirSync(path.join(folder, "data"));
    fs.renameSync(path.join(folder, "a.csv"), path.join(folder, "data", "b.csv"));
    const taken = await failed(verb, ["add", path.join(folder, "data", "b.csv"), "--name", "train", ...at()]);
    assert.match(taken.next ?? "", /`loam data move train data\/b\.csv`/);
    assert.equal((await failed(verb, ["move", "train", "c.csv", ...at()])).code, "name.taken");
    assert.equal((await failed(verb, ["move", "train", "none.csv", ...at()])).code, "path.invalid");
    assert.equal((await failed(verb, ["move", "train", "../b.csv", ...at()])).code, "path.invalid");
    assert.equal(await say("move", "train", "data/b.csv"), "train is at data/b.csv now.\n");
    assert.match(
      (await call(verb, ["status", "train", ...at()])).out,
      /train +as version 1 +1 +data\/b\.csv/,
    );
    write("data/b.csv", "x\n2\n");
    assert.match(await say("add", "data/b.csv"), /^train: version 2,/);
  });

  it("takes no empty word for the whole folder", async () => {
    write("a.csv", "x\n");
    assert.equal((await failed(verb, ["add", "", ...at()])).code, "usage.wrong");
  });

  it("names a single file that changed while it was read, and writes out what would move the cursor", async () => {
    const name = "a\u001b[31mb.csv";
    write(name, "x\n");
    await say("add", name, "--name", "odd");
    const told = await say("get", "odd", "--to", name + "2");
    assert.ok(!told.includes("\u001b") && told.includes("a\\x1b[31mb.csv2"), told);
    const growing = path.join(folder, "log.csv");
    fs.writeFileSync(growing, Buffer.alloc(20_000_000, "a"));
    const writer = spawn(process.execPath, [
      "-e",
      "for (;;) { fs.appendFileSync(process.argv[1], 'b'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1) }",
      growing,
    ]);
    try {
      while (fs.statSync(growing).size === 20_000_000) await setTimeout(10);
      const { changed } = (await json("add", "log.csv")) as unknown as { changed: string[] };
      assert.deepEqual(changed, ["log.csv"]);
    } finally {
      writer.kill("SIGKILL");
    }
  });

  it("tells of wrong usage, wrong names and places outside", async () => {
    write("a.csv", "x\n");
    await say("add", "a.csv", "--name", "a");
    write("parts/x", "x");
    await say("add", "parts");
    const wrong: readonly (readonly [readonly string[], string, RegExp])[] = [
      [["nope"], "usage.wrong", /no verb 'data nope'/],
      [["add"], "usage.wrong", /Which file/],
      [["add", "none.csv"], "path.invalid", /nothing at/],
      [["add", "/etc"], "path.invalid", /is not in/],
      [["add", ".loam"], "path.invalid", /Loam's own/],
      [["add", "a.csv", "--name", "b"], "name.taken", /tracked already, as a/],
      [["add", "a.csv", "--name", "x@1"], "name.invalid", /'@'/],
      [["restore", "none"], "dataset.notFound", /no data set none/],
      [["restore", "a@7"], "version.notFound", /no version 7/],
      [["restore", "a", "--keep", "--discard"], "usage.wrong", /Either/],
      [["get", "a", "--file", "a", "--to", "a.csv"], "name.taken", /already/],
      [["get", "parts", "--file", "y"], "path.invalid", /no file y in this version/],
      [["get", "parts", "--file", "x", "--to", "a.csv"], "name.taken", /already/],
      [["alias", "a", "5"], "name.invalid", /cannot be an alias/],
      [["tag", "a", "x"], "usage.wrong", /KEY=VALUE/],
      [["tag", "a", "--remove", "x"], "tag.notFound", /no tag 'x'/],
      [["undelete", "a"], "state.wrong", /Nothing of a is deleted/],
      [["auto", "a", "maybe"], "usage.wrong", /on or off/],
    ];
    for (const [words, code, message] of wrong) {
      const failure = await failed(verb, [...words, ...at()]);
      assert.deepEqual(
        [failure.code, message.test(failure.message)],
        [code, true],
        `${words.join(" ")}: ${failure.message}`,
      );
      assert.ok(code === "usage.wrong" || failure.next !== undefined, `${words.join(" ")}: what to do next`);
    }
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(call(verb, ["add", "a.csv", ...at()], stop.signal), { code: "cancelled" });
  });
});
