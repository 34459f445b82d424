import assert from "node:assert/strict";
import { inspect } from "node:util";
import { cliFile, loam, stopAll } from "../run/loam.js";
import { DataField } from "./data-field.js";
import { begin, works } from "./data-works.js";
import { dice } from "../dice.js";

/** Kills until a store is left for a new one. */
const killsAStore = 20;
/** Of a test that takes its time what there is to tell comes at once. */
const isLong = process.env["LOAM_KILLS"] !== undefined;

/**
 * Tests that kill the command line while it keeps, restores, joins, registers, decides and frees: so many kills in all,
 * evenly over the kinds of work, each followed by a look at the store and a second try.
 */
export function killDataWork(kills: number): void {
  describe(`data and models after ${kills} kills`, function () {
    this.timeout(kills * 20_000);
    // The seed gives the choices again, not the moments.
    const seed = Number(process.env["LOAM_SEED"] ?? Date.now() % 1e9);
    const random = dice(seed);

    before(() => cliFile());
    afterEach(stopAll);

    for (let from = 0; from < kills; from += killsAStore) {
      const count = Math.min(killsAStore, kills - from);
      it(`hold what was said to be done, and take a second try: kills ${from + 1} to ${from + count}, seed ${seed}`, async () => {
        const field = new DataField(random);
        try {
          await killUntil(field, count);
        } catch (error) {
          if (isLong) process.stdout.write(`${inspect(error)}\n`);
          throw error;
        } finally {
          if (isLong) process.stdout.write(`${[...field.kills].map((one) => one.join(": ")).join(", ")}\n`);
        }
      });
    }
  });
}

async function killUntil(field: DataField, count: number): Promise<void> {
  const names = Object.keys(works);
  const killed = (): number => [...field.kills.values()].reduce((sum, one) => sum + one, 0);
  const work = async (name: string): Promise<void> => {
    const place = field.pick(["many", "big.csv"] as const);
    try {
      await works[name]?.(field, place);
    } catch (error) {
      throw new Error(`${name} of ${place}, after ${killed()} kills`, { cause: error });
    }
  };
  await begin(field);
  await work("register");
  for (let turn = 0; killed() < count; turn++) await work(names[turn % names.length] ?? "");
  const verified = await loam(field.folder, ["verify"]);
  assert.equal(verified.code, 0, verified.out.toString() + verified.err);
  await work("collect");
}
