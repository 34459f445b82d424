import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { nodePorts } from "../../../src/core/base/ports.js";
import { canonicalJson, sha256 } from "../../../src/core/store/canonical.js";
import { createFile, readJson, replaceFile } from "../../../src/core/store/whole-file.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { Faults, FaultyFiles, type Fault } from "./faulty-files.js";
import { Disk, MemoryFiles } from "./memory-files.js";

const faults: readonly Fault[] = [
  { kind: "io" },
  { kind: "full", lasts: 3 },
  { kind: "crash", when: "before", part: 0 },
  { kind: "crash", when: "after", part: 0 },
  { kind: "crash", when: "torn", part: 0.5 },
];

describe("a file that is written as a whole", () => {
  it("is the old one or the new one, whatever call fails or is the last", () => {
    for (const fault of faults) {
      for (let after = 0; after < 8; after++) {
        const disk = new Disk();
        const clean = new MemoryFiles(disk);
        disk.plant("/folder/file", "old");
        const files = new FaultyFiles(clean, new Faults([{ after, fault }]));
        let told = false;
        try {
          replaceFile({ ...nodePorts, files }, "/folder/file", Buffer.from("the new content"));
          told = true;
        } catch {
          // the call failed: then either content is right
        }
        const now = clean.readAll("/folder/file")?.toString() ?? "none";
        assert.ok(
          now === "the new content" || (now === "old" && !told),
          `${fault.kind} after ${after}: ${now}`,
        );
      }
    }
  });

  it("is created by one alone", () => {
    const file = path.join(emptyFolder(), "file");
    assert.equal(createFile(nodePorts, file, Buffer.from("first")), true);
    assert.equal(createFile(nodePorts, file, Buffer.from("second")), false);
    assert.equal(fs.readFileSync(file, "utf8"), "first");
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ["file"]);
  });

  it("is created on a disk without hard links too", () => {
    const files = {
      ...nodePorts.files,
      link: () => {
        throw Object.assign(new Error("EPERM"), { code: "EPERM" });
      },
    };
    const file = path.join(emptyFolder(), "file");
    assert.equal(createFile({ ...nodePorts, files }, file, Buffer.from("first")), true);
    assert.equal(createFile({ ...nodePorts, files }, file, Buffer.from("second")), false);
    assert.equal(fs.readFileSync(file, "utf8"), "first");
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ["file"]);
  });

  it("that is no JSON is as good as none", () => {
    const file = path.join(emptyFolder(), "file");
    assert.equal(readJson(nodePorts.files, file), undefined);
    fs.writeFileSync(file, "{");
    assert.equal(readJson(nodePorts.files, file), undefined);
    fs.writeFileSync(file, '{"a": 1}');
    assert.deepEqual(readJson(nodePorts.files, file), { a: 1 });
  });
});

describe("canonical JSON", () => {
  it("is the same text for the same value, however its keys were put", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.equal(canonicalJson(reversed(value)), text);
      }),
    );
    assert.equal(
      canonicalJson({ b: [1, { d: null, c: "é" }], a: undefined }),
      '{"b":[1,{"c":"é","d":null}]}',
    );
    assert.equal(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  );
}
