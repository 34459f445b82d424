import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import {
  keyText,
  packPoints,
  PointFile,
  pointSize,
  readRecords,
  seriesKey,
} from "../../../src/core/store/points.js";
import { Faults, FaultyFiles } from "./faulty-files.js";
import { Disk, MemoryFiles } from "./memory-files.js";

const file = "/points.bin";
const point = (step: number): Buffer => packPoints([{ key: 7n, step, time: step, value: step / 2 }]);

function stepsIn(disk: Disk, from = 0): number[] {
  const steps: number[] = [];
  for (const { records } of readRecords(new MemoryFiles(disk), file, from))
    for (let at = 0; at < records.length; at += pointSize) steps.push(Number(records.readBigInt64LE(at + 8)));
  return steps;
}

describe("a file of points", () => {
  it("holds what NumPy reads as ('key','<u8'),('step','<i8'),('time','<f8'),('value','<f8')", () => {
    const bytes = packPoints([{ key: 0x0102030405060708n, step: -2, time: 1.5, value: Number.NaN }]);
    assert.equal(bytes.toString("hex", 0, 8), "0807060504030201");
    assert.equal(bytes.readBigInt64LE(8), -2n);
    assert.equal(bytes.readDoubleLE(16), 1.5);
    assert.ok(Number.isNaN(bytes.readDoubleLE(24)));
  });

  it("keeps every step of 64 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (step) => {
        assert.equal(packPoints([{ key: 1n, step, time: 0, value: 0 }]).readBigInt64LE(8), step);
      }),
    );
  });

  it("finishes a record that the disk tore, at whatever byte, and stays aligned", () => {
    for (let torn = 1; torn < 3 * pointSize; torn++) {
      const disk = new Disk();
      const faults = new Faults([
        { after: 1, fault: { kind: "short", part: torn / (3 * pointSize) } },
        { after: 0, fault: { kind: "full", lasts: 1 } },
      ]);
      const points = new PointFile(new FaultyFiles(new MemoryFiles(disk), faults), file, "p");
      let kept = 0;
      const keep = (records: number): void => {
        kept += records;
      };
      const full = (error: unknown): boolean => error instanceof Failure && error.code === "store.full";
      assert.throws(() => points.append(Buffer.concat([point(1), point(2), point(3)]), keep), full);
      assert.equal(points.whole, torn % pointSize === 0);
      assert.throws(() => points.append(point(9), keep), full, "the disk is still full");
      points.append(point(4), keep);
      assert.equal(points.whole, true);
      const steps = stepsIn(disk);
      assert.equal(steps.length, kept);
      assert.deepEqual(steps, [1, 2, 3].slice(0, Math.ceil(torn / pointSize)).concat(4));
    }
  });

  it("is read up to the last whole record, from wherever the reader was", () => {
    const disk = new Disk();
    disk.plant(file, Buffer.concat([point(1), point(2), point(3).subarray(0, 31)]));
    assert.deepEqual(stepsIn(disk), [1, 2]);
    assert.deepEqual(stepsIn(disk, pointSize), [2]);
    assert.deepEqual(stepsIn(disk, 2 * pointSize), []);
  });

  it("names a series by all that tells it from others", () => {
    const name = { name: "f1", model: null, dataset: null, digest: null };
    const keys = [name, { ...name, model: "m" }, { ...name, dataset: "m" }, { ...name, digest: "m" }].map(
      seriesKey,
    );
    assert.equal(new Set(keys).size, 4);
    // The SHA-256 of ["f1",null,null,null] begins so.
    assert.equal(keyText(keys[0] ?? 0n).length, 16);
    assert.equal(seriesKey(name), keys[0]);
  });
});
