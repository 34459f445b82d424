import assert from "node:assert/strict";
import fc from "fast-check";
import { readEntity, type Cursor } from "../../../src/core/store/entity-reader.js";
import { newRunId } from "../../../src/core/store/ids.js";
import { Layout } from "../../../src/core/store/layout.js";
import { packPoints } from "../../../src/core/store/points.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { Disk, MemoryFiles } from "./memory-files.js";

const layout = new Layout("/folder/.loam");
const ref = { room: "runs" as const, id: newRunId(nodePorts) };
const writers = ["0000000a", "0000000b"] as const;

describe("reading an entity", () => {
  it("gives every fact and point once, however the files grow between the reads", () => {
    const growth = fc.record({
      writer: fc.constantFrom(...writers),
      bytes: fc.nat({ max: 400 }),
      points: fc.boolean(),
    });
    const mosts = fc.constantFrom(1, 64, 1000, Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(fc.array(growth), mosts, (steps, most) => {
        const disk = new Disk();
        const files = new MemoryFiles(disk);
        const whole = new Map(
          writers.flatMap((writer): [string, Buffer][] => {
            const lines = Array.from(
              { length: 30 },
              (_, i) => `{"id":"${writer}-${i}","kind":"k","at":1,"clock":1}\n`,
            );
            const points = Array.from({ length: 30 }, (_, i) =>
              packPoints([{ key: 1n, step: i, time: 0, value: 0 }]),
            );
            return [
              [layout.facts(ref, writer), Buffer.from(lines.join(""))],
              [layout.points(ref, writer), Buffer.concat(points)],
            ];
          }),
        );
        const lengths = new Map([...whole.keys()].map((file) => [file, 0]));
        let cursor: Cursor = new Map();
        const facts: string[] = [];
        let points = 0;
        const read = (): void => {
          const changes = readEntity(
            files,
            layout,
            ref,
            cursor,
            (records) => (points += records.byteLength / 32),
            undefined,
            undefined,
            most,
          );
          assert.equal(changes.shrunk, false);
          facts.push(...changes.facts.map((fact) => fact.id));
          cursor = changes.next;
          if (changes.more) read();
        };
        for (const { writer, bytes, points: ofPoints } of steps) {
          const file = ofPoints ? layout.points(ref, writer) : layout.facts(ref, writer);
          lengths.set(file, Math.min((lengths.get(file) ?? 0) + bytes, whole.get(file)?.byteLength ?? 0));
          disk.plant(file, (whole.get(file) ?? Buffer.alloc(0)).subarray(0, lengths.get(file)));
          read();
        }
        for (const [file, bytes] of whole) disk.plant(file, bytes);
        read();
        assert.equal(facts.length, 60);
        assert.equal(new Set(facts).size, 60);
        assert.equal(points, 60);
      }),
      { numRuns: 200 },
    );
  });

  it("begins anew where a file is shorter than it was", () => {
    const disk = new Disk();
    const files = new MemoryFiles(disk);
    const line = (id: string): string => `{"id":"${id}","kind":"k","at":1,"clock":1}\n`;
    disk.plant(layout.facts(ref, "0000000a"), line("1") + line("2"));
    disk.plant(layout.facts(ref, "0000000b"), line("3"));
    const first = readEntity(files, layout, ref, new Map(), () => undefined);
    disk.plant(layout.facts(ref, "0000000a"), line("1"));
    const second = readEntity(files, layout, ref, first.next, () => undefined);
    assert.equal(second.shrunk, true);
    assert.deepEqual(second.facts.map((fact) => fact.id).sort(), ["1", "3"]);
    assert.equal(readEntity(files, layout, ref, second.next, () => undefined).facts.length, 0);
  });
});
