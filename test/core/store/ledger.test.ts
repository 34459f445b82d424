import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../../src/core/base/failure.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import type { Fact, FactBody } from "../../../src/core/store/fact.js";
import type { Ledger } from "../../../src/core/store/ledger.js";
import { ledgerName } from "../../../src/core/store/ledger-file.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { closeSide, openSide, type Side } from "./bench-store.js";

interface Noted extends Fact {
  readonly kind: "noted";
  readonly text: string;
}
const body = (text: string): FactBody<Noted> => ({ kind: "noted", text });

const filesIn = (folder: string): string[] =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort()
    : [];

describe("the ledger", () => {
  const open: Side[] = [];
  let folder: string;
  const newLedger = (): Ledger => {
    const side = openSide(path.join(folder, ".loam"));
    open.push(side);
    return side.store.ledger;
  };
  const shared = (): string[] => filesIn(path.join(folder, ".loam", "ledger"));
  const local = (): string[] => filesIn(path.join(folder, ".loam", "local", "ledger"));
  const texts = (ledger: Ledger): unknown[] => {
    ledger.refresh();
    return [...ledger.entries].map((entry) => entry.fact["text"]).sort();
  };
  beforeEach(() => {
    folder = emptyFolder();
  });
  afterEach(() => {
    for (const side of open.splice(0)) closeSide(side);
  });

  it("is one file a fact, named by its content, and known to every process", () => {
    const [one, two] = [newLedger(), newLedger()];
    one.append(body("a"));
    two.append(body("b"));
    one.append(body("c"));
    for (const ledger of [one, two, newLedger()]) assert.deepEqual(texts(ledger), ["a", "b", "c"]);
    assert.equal(shared().length, 3);
    assert.deepEqual(
      local().map((file) => path.basename(file)),
      shared().map((file) => path.basename(file)),
    );
    for (const file of shared()) assert.ok(ledgerName(path.basename(file)));
  });

  it("names in each fact the latest of those that its writer knew, eight at most", () => {
    const [one, two] = [newLedger(), newLedger()];
    for (let i = 0; i < 12; i++) {
      const side = openSide(path.join(folder, ".loam"));
      side.store.ledger.refresh = () => false; // it knows of no other
      side.store.ledger.append(body(String(i)));
      closeSide(side);
    }
    one.append(body("after"));
    const after = (ledger: Ledger, text: string): readonly string[] => {
      ledger.refresh();
      return [...ledger.entries].find((entry) => entry.fact["text"] === text)?.heads ?? [];
    };
    assert.equal(after(one, "after").length, 8);
    two.append(body("next"));
    assert.equal(after(two, "next").length, 5, "the one after, and the four that it could not name");
    const last = one.append(body("last"));
    assert.equal(after(one, "last").length, 1);
    assert.ok(last.clock > 0);
  });

  it("remembers what a checkout took out of it, but builds new facts only on those of the branch", () => {
    const ledger = newLedger();
    ledger.append(body("main"));
    const before = shared();
    ledger.append(body("feature"));
    const feature = shared().find((file) => !before.includes(file)) ?? "";
    const bytes = fs.readFileSync(feature);
    fs.unlinkSync(feature); // git checkout main
    assert.ok(ledger.refresh());
    assert.deepEqual(texts(ledger), ["feature", "main"]);
    assert.deepEqual(
      ledger.unpublished().map((entry) => entry.fact["text"]),
      ["feature"],
    );
    ledger.append(body("more"));
    const heads = [...ledger.entries].find((entry) => entry.fact["text"] === "more")?.heads;
    assert.deepEqual(heads, [path.basename(before[0] ?? "", ".json")]);
    const [entry] = newLedger().unpublished();
    assert.equal(entry, undefined, "a ledger that was not read says nothing");
    const anew = newLedger();
    anew.refresh();
    for (const one of anew.unpublished()) anew.publish(one);
    assert.deepEqual(fs.readFileSync(feature), bytes);
    assert.deepEqual(anew.unpublished(), []);
  });

  it("survives the loss of a whole month, or of all", () => {
    const ledger = newLedger();
    ledger.append(body("a"));
    fs.rmSync(path.join(folder, ".loam", "ledger"), { recursive: true });
    assert.deepEqual(texts(newLedger()), ["a"]);
    assert.deepEqual(texts(ledger), ["a"]);
    assert.equal(ledger.unpublished().length, 1);
  });

  it("does not take an altered fact, and falls back to the copy that it keeps", () => {
    const ledger = newLedger();
    ledger.append(body("a"));
    const [file = ""] = shared();
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"a"', '"b"'));
    const other = newLedger();
    assert.deepEqual(texts(other), ["a"]);
    assert.match(other.problems[0]?.why ?? "", /altered or cut off/);
    fs.rmSync(path.join(folder, ".loam", "local", "ledger"), { recursive: true });
    const third = newLedger();
    assert.deepEqual(texts(third), []);
    fs.unlinkSync(file);
    third.refresh();
    assert.deepEqual(third.problems, []);
  });

  it("does not take a fact under the name of another, nor foreign files, nor links", () => {
    const ledger = newLedger();
    ledger.append(body("a"));
    const [file = ""] = shared();
    const month = path.dirname(file);
    const name = path.basename(file);
    fs.copyFileSync(file, path.join(month, name.replace(/^.{26}/, "0".repeat(26))));
    fs.writeFileSync(path.join(month, "notes.json"), "{}");
    fs.writeFileSync(path.join(month, ".0123456789ab.tmp"), "half of a f");
    fs.mkdirSync(path.join(month, `${"1".repeat(26)}-${"a".repeat(16)}.json`));
    fs.symlinkSync(file, path.join(month, `${"2".repeat(26)}-${name.slice(27)}`));
    const other = newLedger();
    assert.deepEqual(texts(other), ["a"]);
    const why = other.problems.map((one) => one.why).sort();
    assert.deepEqual(why, ["it carries the name of another fact", "not a plain file", "not a plain file"]);
  });

  it("says which fact a full disk refused, and takes it the next time", () => {
    let full = true;
    const files = {
      ...nodePorts.files,
      write: (fd: number, bytes: Uint8Array) => {
        if (full) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        return nodePorts.files.write(fd, bytes);
      },
    };
    newLedger();
    const side = openSide(path.join(folder, ".loam"), { ...nodePorts, files });
    open.push(side);
    assert.throws(
      () => side.store.ledger.append(body("a")),
      (error) => error instanceof Failure && error.code === "store.full" && /ledger\//.test(error.message),
    );
    assert.deepEqual(shared(), []);
    full = false;
    side.store.ledger.append(body("a"));
    assert.equal(shared().length, 1);
  });
});
