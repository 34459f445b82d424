import fc from "fast-check";
import { diskGround } from "./history-ground.js";
import { history, plan } from "./history-ops.js";
import { World } from "./history-world.js";

/** More of them with LOAM_HISTORIES=20000. */
const histories = Number(process.env["LOAM_HISTORIES"] ?? 1000);

describe("histories of two stores", function () {
  this.timeout(3_600_000);

  it("lose nothing that was acknowledged, whatever call of the disk fails, falls short or is the last", async () => {
    await fc.assert(
      fc.asyncProperty(history, plan, async (ops, faults) => {
        const world = new World(faults);
        for (const op of ops) await world.do(op);
        await world.check();
      }),
      { numRuns: 2 * histories },
    );
  });

  it("do so on a real disk too", async () => {
    await fc.assert(
      fc.asyncProperty(history, plan, async (ops, faults) => {
        const world = new World(faults, diskGround());
        for (const op of ops) await world.do(op);
        await world.check();
      }),
      { numRuns: Math.ceil(histories / 50) },
    );
  });

  it("come to one state when joined, in either order, also after faults", async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        plan,
        fc.constantFrom("a" as const, "b" as const),
        async (ops, faults, first) => {
          const world = new World(faults);
          for (const op of ops) await world.do(op);
          await world.check();
          await world.converge(first);
        },
      ),
      { numRuns: histories },
    );
  });
});
