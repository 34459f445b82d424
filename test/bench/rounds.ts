import * as fs from "node:fs";
import type { Series } from "./benchmark.js";

/** Rounds in which other machines on the same host took more of the processor than this do not count. */
const mostSteal = 0.05;
/** How many rounds are tried for each that must count. */
const patience = 3;

/** Figures of one round by name. */
export type Sample = Readonly<Record<string, number>>;

export interface Contender {
  readonly name: string;
  readonly round: () => Promise<Sample>;
}

interface ProcessorTimes {
  readonly steal: number;
  readonly all: number;
}

/** Linux only; elsewhere nothing is known of steal and every round counts. */
function processorTimes(): ProcessorTimes {
  if (!fs.existsSync("/proc/stat")) return { steal: 0, all: 0 };
  const line = fs.readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "";
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  return { steal: times[7] ?? 0, all: times.reduce((sum, one) => sum + one, 0) };
}

/** Share of the processor that went to other machines while `work` ran. */
async function withSteal<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly steal: number }> {
  const before = processorTimes();
  const result = await work();
  const after = processorTimes();
  return { result, steal: (after.steal - before.steal) / Math.max(1, after.all - before.all) };
}

/** What came of some rounds. */
export class Rounds {
  readonly leftOut: number;
  /** The largest share of the processor that other machines took in a round that counts. */
  readonly steal: number;
  readonly #samples: ReadonlyMap<string, readonly Sample[]>;

  constructor(samples: ReadonlyMap<string, readonly Sample[]>, leftOut: number, steal: number) {
    this.#samples = samples;
    this.leftOut = leftOut;
    this.steal = steal;
  }

  /** Whether it took part. */
  has(contender: string): boolean {
    return this.#samples.has(contender);
  }

  /** A contender's figures of one name; throws where it gave none. */
  of(contender: string, figure: string): Series {
    const values = (this.#samples.get(contender) ?? []).flatMap((sample) => sample[figure] ?? []);
    if (values.length === 0) throw new Error(`${contender} gave no ${figure}`);
    return { name: contender, values };
  }
}

/** Lets the contenders take turns until `wanted` rounds count. Throws where too many had to be left out. */
export async function interleave(contenders: readonly Contender[], wanted: number): Promise<Rounds> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  let counted = 0;
  let leftOut = 0;
  let most = 0;
  while (counted < wanted) {
    if (counted + leftOut >= wanted * patience) {
      throw new Error(`in ${leftOut} of ${counted + leftOut} rounds other machines took the processor`);
    }
    const { result, steal } = await withSteal(async () => {
      const round: [string, Sample][] = [];
      for (const { name, round: run } of contenders) round.push([name, await run()]);
      return round;
    });
    if (steal > mostSteal) {
      leftOut++;
      continue;
    }
    counted++;
    most = Math.max(most, steal);
    for (const [name, sample] of result) samples.get(name)?.push(sample);
  }
  return new Rounds(samples, leftOut, most);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
