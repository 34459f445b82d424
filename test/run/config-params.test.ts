import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readConfigParams } from "../../src/run/config-params.js";

const signal = new AbortController().signal;

describe("params from config files", () => {
  let folder = "";
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-config-"));
  });
  after(() => {
    fs.rmSync(folder, { recursive: true });
  });
  const read = async (files: Record<string, string>, given = Object.keys(files)) => {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    const { params, notes, files: found } = await readConfigParams(folder, given, signal);
    return { params: Object.fromEntries(params.map(({ name, value }) => [name, value])), notes, found };
  };

  it("joins nested keys with dots and keeps numbers as they are written", async () => {
    const text = [
      "lr: 1e-3",
      "wd: 0.10",
      "hex: 0x10",
      "big: 12345678901234567890",
      "nan: .nan",
      "model:",
      "  depth: 3",
      "  name: 'a b'",
      "  on: true",
      "  none: null",
      "  layers: [64, 0.50, x, {a: 1}]",
      "base: &base {lr: 1}",
      "copy: *base",
      "empty: {}",
      "1: one",
    ].join("\n");
    assert.deepEqual((await read({ "a.yaml": text })).params, {
      "1": "one",
      lr: "1e-3",
      wd: "0.10",
      hex: "0x10",
      big: "12345678901234567890",
      nan: ".nan",
      "model.depth": "3",
      "model.name": "a b",
      "model.on": "true",
      "model.none": "null",
      "model.layers": '[64,0.5,"x",{"a":1}]',
      "base.lr": "1",
      "copy.lr": "1",
    });
  });

  it("reads JSON, also with a byte order mark", async () => {
    const { params } = await read({ "a.json": '\uFEFF{"lr": 0.1, "m": {"d": [1, 2], "s": "x", "n": null}}' });
    assert.deepEqual(params, { lr: "0.1", "m.d": "[1,2]", "m.s": "x", "m.n": "null" });
  });

  it("takes the first file's value where two files name one param", async () => {
    const { params } = await read({ "a.yml": "lr: 1\nx: 2", "b.json": '{"lr": 3, "y": 4}' });
    assert.deepEqual(params, { lr: "1", x: "2", y: "4" });
  });

  it("says which file gave no params and goes on", async () => {
    const { params, notes, found } = await read({
      "bad.yaml": "a: [1, 2\nb: }",
      "bad.json": "{nope",
      "tag.yaml": "fn: !!python/name:os.system x\nlr: 1",
      "good.yaml": "ok: 1",
    });
    assert.equal(params["ok"], "1");
    assert.equal(params["lr"], "1");
    assert.equal(notes.length, 2);
    assert.match(notes[0] ?? "", /^bad\.yaml gave no params: .*line 2/);
    assert.match(notes[1] ?? "", /^bad\.json gave no params: /);
    assert.equal(found.length, 4);
  });

  it("passes over what is not a file, a list, a text, nothing at all", async () => {
    fs.mkdirSync(path.join(folder, "folder.yaml"));
    const given = ["folder.yaml", "absent.yaml", "list.json", "text.yaml", "empty.yaml"];
    const { params, notes } = await read(
      { "list.json": '[{"a": 1}]', "text.yaml": "hello", "empty.yaml": "" },
      given,
    );
    assert.deepEqual(params, {});
    assert.deepEqual(notes, []);
  });

  it("stops at 500 params, 1 MB, and an alias bomb", async () => {
    const many = Array.from({ length: 700 }, (_, i) => `k${i}: ${i}`).join("\n");
    const full = await read({ "many.yaml": many });
    assert.equal(Object.keys(full.params).length, 500);
    assert.match(full.notes[0] ?? "", /only the first 500/);

    const large = await read({ "large.json": JSON.stringify({ a: "x".repeat(1_000_001) }) });
    assert.deepEqual(large.params, {});
    assert.match(large.notes[0] ?? "", /larger than 1 MB/);

    const levels = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(",")}]`,
    );
    const bomb = await read({ "bomb.yaml": ["a0: &a0 [x]", ...levels].join("\n") });
    assert.match(bomb.notes[0] ?? "", /alias/i);
  });

  it("does not climb down a tree without end", async () => {
    const deep = await read({ "deep.json": '{"a":'.repeat(5000) + "1" + "}".repeat(5000) });
    assert.equal(Object.keys(deep.params).length + deep.notes.length, 1);
    const yaml = await read({ "deep.yaml": "{a: ".repeat(20000) + "1" + "}".repeat(20000) });
    assert.equal(Object.keys(yaml.params).length + yaml.notes.length, 1);
  });

  it("ends at once when cancelled", async () => {
    const cancelled = AbortSignal.abort();
    await assert.rejects(readConfigParams(folder, ["a.yaml"], cancelled), { name: "AbortError" });
  });
});
