import assert from "node:assert/strict";
import { cliFile, stopAll } from "../run/loam.js";
import { dice } from "../dice.js";
import { Battlefield } from "./rounds.js";

const killsARound = 8;
/** Rounds of one store: it grows, and all that it ever held is read back after each. */
const roundsAStore = 3;

/** Tests with this many kills of supervisors, servers and children at random moments, in rounds with a look after each. */
export function killAtRandom(kills: number): void {
  describe(`after ${kills} kills at random moments`, function () {
    this.timeout(120_000);
    // The seed gives the choices again, not the moments.
    const seed = Number(process.env["LOAM_SEED"] ?? Date.now() % 1e9);
    const random = dice(seed);
    const totals = new Map<string, number>();
    let field: Battlefield | undefined;
    let acknowledged = 0;

    before(() => cliFile());
    afterEach(stopAll);

    for (let round = 0; round * killsARound < kills; round++) {
      const count = Math.min(killsARound, kills - round * killsARound);
      it(`all that was acknowledged is there: round ${round + 1}, seed ${seed}`, async () => {
        if (!field || round % roundsAStore === 0) field = new Battlefield(random);
        await field.fight(count);
        const all = await field.readBack();
        acknowledged = 0;
        for (const { runs } of all)
          for (const { points, params, tags } of runs.values())
            acknowledged += [...points.values()].reduce(
              (sum, steps) => sum + steps.size,
              params.size + tags.size,
            );
        assert.ok(acknowledged > 100, `only ${acknowledged} things were logged`);
        for (const [victim, times] of field.kills) totals.set(victim, times);
      });
    }
  });
}
