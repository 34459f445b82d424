import assert from "node:assert/strict";
import fc from "fast-check";
import { HybridClock } from "../../../src/core/base/clock.js";
import {
  closeSide,
  damageIn,
  knownKinds,
  memoryPorts,
  never,
  openSide,
  beginProcess,
} from "./bench-store.js";
import { verifyStore } from "../../../src/core/store/verify.js";
import { Disk, MemoryFiles } from "./memory-files.js";

const hour = 3600_000;

describe("the hybrid clock", () => {
  it("never runs backwards, whatever the wall clock does, and comes after all that was seen", () => {
    const step = fc.record({
      wall: fc.nat({ max: 48 * hour }),
      seen: fc.option(fc.nat({ max: 100 * hour })),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let now = 0;
        const clock = new HybridClock({ now: () => now });
        let last = -1;
        for (const { wall, seen } of steps) {
          now = wall;
          if (seen !== null) {
            clock.observe(seen);
            if (seen <= wall + 24 * hour) last = Math.max(last, seen);
          }
          const tick = clock.tick();
          assert.ok(tick > last);
          last = tick;
        }
      }),
    );
  });

  it("does not believe a time more than a day ahead", () => {
    const clock = new HybridClock({ now: () => 1000 });
    clock.observe(1000 + 24 * hour + 1);
    assert.equal(clock.tick(), 1000);
    clock.observe(1000 + 24 * hour);
    assert.equal(clock.tick(), 1001 + 24 * hour);
    assert.ok(clock.isFarAhead(1001 + 24 * hour));
    assert.ok(!clock.isFarAhead(1000 + 24 * hour));
  });
});

describe("a store whose wall clock jumps", () => {
  const root = "/folder/.loam";
  const began = Date.now();

  it("still lets the last tag win, in one process and in the next", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -10, max: 10 }), fc.boolean()), { minLength: 1 }),
        (jumps) => {
          const disk = new Disk();
          let now = began;
          let processes = 0;
          const open = () => {
            beginProcess(disk, ++processes);
            return openSide(
              root,
              memoryPorts(String(processes), () => now, new MemoryFiles(disk)),
            );
          };
          let side = open();
          const { id } = side.tracking.runs.create({ experiment: "0", name: "r" });
          for (const [i, [hours, restart]] of jumps.entries()) {
            now = began + hours * hour;
            if (restart) {
              closeSide(side);
              side = open();
            }
            const run = side.tracking.runs.own(id);
            assert.ok("log" in run);
            run.log({ tags: [{ key: "t", value: String(i) }] });
          }
          closeSide(side);
          const reader = open();
          assert.equal(reader.tracking.runs.get(id).tag("t"), String(jumps.length - 1));
          closeSide(reader);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is not carried along by a fact of the far future, and verification names that fact", async () => {
    const disk = new Disk();
    beginProcess(disk, 1);
    let now = began + 400 * 24 * hour;
    const told: string[] = [];
    const ports = {
      ...memoryPorts("x", () => now, new MemoryFiles(disk)),
      log: { write: (level: string, _: string, message: string) => void told.push(`${level}: ${message}`) },
    };
    const wrong = openSide(root, ports);
    const { id } = wrong.tracking.runs.create({ experiment: "0", name: "r" });
    wrong.tracking.experiments.create("churn");
    closeSide(wrong);
    now = began;
    const side = openSide(root, ports);
    side.tracking.runs.get(id);
    const fact = side.store.source.make({ kind: "x" });
    assert.ok(fact.clock < began + hour);
    assert.deepEqual(told, []);
    side.tracking.experiments.create("another");
    assert.match(
      told.join(),
      /^warn: The fact \S+ was written by a clock far ahead: .* before \d{4}-\d\d-\d\d\./,
    );
    const { problems } = await verifyStore(side.store, never, undefined, knownKinds);
    assert.deepEqual(
      problems.map((one) => [one.severity, /400 days ahead/.test(one.what), one.file.split("/")[0]]),
      [
        ["note", true, "ledger"],
        ["note", true, "runs"],
      ],
    );
    assert.deepEqual(await damageIn(side.store), []);
    closeSide(side);
  });
});
