import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { nodePorts } from "../../../src/core/base/ports.js";
import { LoamFile } from "../../../src/core/code/loam-file.js";
import { emptyFolder } from "../tracking/bench-folder.js";

const limits = z.object({ least: z.number(), names: z.array(z.string()).optional() });
const none = { least: 0 };

const text = `# what we agreed on
data:
  # the main one
  train:
    least: 3
    names: [a, b]
other: kept
`;

describe("loam.yaml", () => {
  it("gives the value of a section, and what stands for one that is not there", () => {
    const file = LoamFile.of("loam.yaml", text);
    assert.deepEqual(file.need(["data", "train"], limits, none), { least: 3, names: ["a", "b"] });
    assert.deepEqual(file.need(["data", "test"], limits, none), none);
    assert.deepEqual(LoamFile.of("loam.yaml", "").need(["data"], limits, none), none);
  });

  it("says of a mistake where it is", () => {
    const file = LoamFile.of("loam.yaml", text.replace("[a, b]", "[a, 4]"));
    const read = file.section(["data", "train"], limits, none);
    assert.ok("mistakes" in read);
    const [mistake] = read.mistakes;
    assert.equal(mistake?.field, "data.train.names[1]");
    assert.deepEqual([mistake.line, mistake.column, mistake.endColumn], [6, 16, 17]);
    assert.throws(() => file.need(["data", "train"], limits, none), {
      code: "value.invalid",
      message: /^loam\.yaml:6: data\.train\.names\[1\]: /,
    });
  });

  it("says of what is missing at what it is missing from", () => {
    const read = LoamFile.of("loam.yaml", "data:\n  train: {}\n").section(["data", "train"], limits, none);
    assert.ok("mistakes" in read);
    assert.deepEqual([read.mistakes[0]?.field, read.mistakes[0]?.line], ["data.train.least", 2]);
  });

  it("says of what is no YAML where it goes wrong", () => {
    const read = LoamFile.of("loam.yaml", "data:\n  train: [1, 2\nother: 1\n").section(
      ["data"],
      limits,
      none,
    );
    assert.ok("mistakes" in read);
    assert.equal(read.mistakes[0]?.line, 3);
  });

  it("tells a mistake of YAML once, and what is not made of names", () => {
    assert.throws(() => LoamFile.of("loam.yaml", "data: [1,\n").need(["data"], limits, none), {
      message: /^loam\.yaml:2: Flow sequence .* end with a \]\.$/,
    });
    assert.throws(() => LoamFile.of("loam.yaml", "- data\n").need(["data"], limits, none), {
      message: /^loam\.yaml:1: It has to begin with a name/,
    });
  });

  it("reads anchors and merged maps as what they mean, and changes nothing that others use too", () => {
    const file = LoamFile.of(
      "loam.yaml",
      "x: &x\n  least: 3\n  names: [a]\ndata:\n  same: *x\n  more:\n    <<: *x\n    names: [b]\n",
    );
    assert.deepEqual(file.need(["data", "same"], limits, none), { least: 3, names: ["a"] });
    assert.deepEqual(file.need(["data", "more"], limits, none), { least: 3, names: ["b"] });
    assert.match(file.with(["data", "more", "least"], 7), /names: \[b\]\n {4}least: 7\n/);
    for (const [keys, value, line] of [
      [["data", "same", "least"], 7, 5],
      [["data", "more", "least"], undefined, 7],
    ] as const)
      assert.throws(() => file.with(keys, value), {
        code: "value.invalid",
        message: new RegExp(`^loam\\.yaml:${line}: .* alias`),
      });
  });

  it("fails where aliases would grow beyond all bounds, or lead nowhere", () => {
    const grown = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
    for (const [one, before] of ["ba", "cb", "dc", "ed", "fe", "gf"] as const)
      grown.push(
        `${one ?? ""}: &${one ?? ""} [${Array.from({ length: 10 }, () => `*${before ?? ""}`).join(",")}]`,
      );
    for (const text of [`${grown.join("\n")}\ndata: *g\n`, "data: *nothing\n", "data: &d\n  least: *d\n"])
      assert.throws(() => LoamFile.of("loam.yaml", text).need(["data"], limits, none), {
        code: "value.invalid",
      });
  });

  it("is read over a link, and not where it is a folder or leads to a device", () => {
    const folder = emptyFolder();
    const at = path.join(folder, "loam.yaml");
    const least = (): number => LoamFile.read(nodePorts, folder).need(["data"], limits, none).least;
    fs.mkdirSync(at);
    assert.throws(least, { code: "value.invalid", message: /loam\.yaml is no plain file/ });
    fs.rmdirSync(at);
    if (process.platform === "win32") return;
    fs.symlinkSync("/dev/zero", at);
    assert.throws(least, { code: "value.invalid" });
    fs.unlinkSync(at);
    fs.symlinkSync("other.yaml", at);
    assert.throws(least, { code: "value.invalid" });
    fs.writeFileSync(path.join(folder, "other.yaml"), "data:\n  least: 4\n");
    assert.equal(least(), 4);
  });

  it("keeps comments and order when a value is changed", () => {
    const file = LoamFile.of("loam.yaml", text);
    const changed = file.with(["data", "train", "least"], 7);
    assert.equal(changed, text.replace("least: 3", "least: 7"));
    assert.match(file.with(["data", "new set"], { least: 1 }), / {2}new set:\n {4}least: 1\n/);
    assert.doesNotMatch(file.with(["data", "train"], undefined), /train/);
    assert.equal(LoamFile.of("loam.yaml", "").with(["a", "b"], 1), "a:\n  b: 1\n");
  });

  it("is not written over what somebody else wrote meanwhile", () => {
    const folder = emptyFolder();
    const at = path.join(folder, "loam.yaml");
    const empty = LoamFile.read(nodePorts, folder);
    assert.equal(empty.exists, false);
    empty.write(nodePorts, text);
    assert.equal(fs.readFileSync(at, "utf8"), text);
    const read = LoamFile.read(nodePorts, folder);
    fs.appendFileSync(at, "mine: 1\n");
    assert.throws(
      () => {
        read.write(nodePorts, read.with(["other"], "theirs"));
      },
      { code: "content.changed" },
    );
    assert.equal(fs.readFileSync(at, "utf8"), `${text}mine: 1\n`);
  });
});
