import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { nodeFiles } from "../../../src/core/base/ports.js";
import type { Fact } from "../../../src/core/store/fact.js";
import { FactFile, longestLine, readFacts, readLines } from "../../../src/core/store/journal.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { Faults, FaultyFiles } from "./faulty-files.js";
import { Disk, MemoryFiles } from "./memory-files.js";

const file = "/facts.jsonl";
let count = 0;
const fact = (text: string): Fact => ({ id: `id-${count++}`, kind: "k", at: 1, clock: count, text });
const textsIn = (disk: Disk): unknown[] =>
  readFacts(new MemoryFiles(disk), file).facts.map((one) => one["text"]);

describe("a file of facts", () => {
  it("gives back what was appended, whatever the text", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: "binary" }), { maxLength: 4 })), (batches) => {
        const disk = new Disk();
        const written = new FactFile(new MemoryFiles(disk), file, "f");
        for (const batch of batches) written.append(batch.map(fact), () => undefined);
        const wellFormed = batches.flat().map((text) => JSON.parse(JSON.stringify(text)) as string);
        assert.deepEqual(textsIn(disk), wellFormed);
      }),
    );
  });

  it("mends a line that the disk tore, at whatever byte, and tells which facts are in the file", () => {
    for (let torn = 1; torn < 130; torn++) {
      const disk = new Disk();
      const faults = new Faults([
        { after: 1, fault: { kind: "short", part: torn / 132 } },
        { after: 0, fault: { kind: "full", lasts: 0 } },
      ]);
      const written = new FactFile(new FaultyFiles(new MemoryFiles(disk), faults), file, "f");
      const kept: unknown[] = [];
      const keep = (facts: readonly Fact[]): void => {
        kept.push(...facts.map((one) => one["text"]));
      };
      const full = (error: unknown): boolean => error instanceof Failure && error.code === "store.full";
      assert.throws(() => written.append([fact("öne"), fact("two")], keep), full);
      assert.deepEqual(textsIn(disk), kept, `torn at ${torn}`);
      written.append([fact("three")], keep);
      assert.equal(written.whole, true);
      assert.deepEqual(textsIn(disk), kept);
      assert.equal(kept.at(-1), "three");
      assert.deepEqual(readFacts(new MemoryFiles(disk), file).damaged, []);
    }
  });

  it("leaves an incomplete last line for the next read", () => {
    const disk = new Disk();
    const line = JSON.stringify(fact("x"));
    disk.plant(file, `${line}\n${line.slice(0, 20)}`);
    const files = new MemoryFiles(disk);
    const first = readFacts(files, file);
    assert.equal(first.facts.length, 1);
    assert.equal(first.next, line.length + 1);
    disk.plant(file, `${line}\n${line}\n`);
    assert.equal(readFacts(files, file, first.next).facts.length, 1);
  });

  it("names complete lines that are no facts, and goes on behind them", () => {
    const disk = new Disk();
    const good = JSON.stringify(fact("x"));
    const bad = [
      "nonsense",
      "[]",
      "7",
      "{}",
      '{"id":"a","kind":"k","at":1,"clock":-1}',
      '{"id":"a","kind":"k","at":8.65e15,"clock":1}', // no calendar has that day: showing it would throw
      `{"id":"${"a".repeat(65)}"}`,
    ];
    disk.plant(file, [good, ...bad, good, ""].join("\n"));
    const { facts, damaged } = readFacts(new MemoryFiles(disk), file);
    assert.equal(facts.length, 2);
    assert.deepEqual(
      damaged.map((one) => one.why),
      ["not JSON", "not an object", "not an object", "no id", "no clock", "no time", "no id"],
    );
    assert.equal(damaged[0]?.at, good.length + 1);
  });

  it("reads lines of up to 64 MiB and passes over longer ones without keeping them", function () {
    const at = path.join(emptyFolder(), "facts.jsonl");
    const before = JSON.stringify(fact("before"));
    const long = JSON.stringify(fact("x".repeat(longestLine - 200)));
    fs.writeFileSync(at, `${before}\n${long}\n`);
    fs.appendFileSync(at, Buffer.alloc(longestLine + 2 * 1024 * 1024, "x"));
    assert.equal(readFacts(nodeFiles, at).facts.length, 2, "a line without an end is not read");
    fs.appendFileSync(at, `\n${before}\n`);
    const { facts, damaged } = readFacts(nodeFiles, at);
    assert.deepEqual(
      facts.map((one) => String(one["text"]).length),
      [6, longestLine - 200, 6],
    );
    assert.match(damaged[0]?.why ?? "", /a line of more than 67108864 bytes/);
  });

  it("finds line ends wherever a slice of the file ends", () => {
    const at = path.join(emptyFolder(), "lines");
    const lines = Array.from({ length: 3000 }, (_, i) => "é".repeat(i % 700));
    fs.writeFileSync(at, lines.join("\n") + "\n");
    assert.deepEqual(
      [...readLines(nodeFiles, at, 0)].map((line) => line.text),
      lines,
    );
  });
});
