import { Probe } from "./probes.js";

/** Live runs, each written by a process of its own. */
export class LiveRuns {
  readonly #probes: readonly Probe[];
  /** Their ids, oldest first. */
  readonly ids: readonly string[];

  private constructor(probes: readonly Probe[], ids: readonly string[]) {
    this.#probes = probes;
    this.ids = ids;
  }

  /** Starts runs of a script that log 1,000 points a second each. */
  static async start(folder: string, script: string, count: number): Promise<LiveRuns> {
    const probes: Probe[] = [];
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const probe = await Probe.start("live", folder, `live-${n}`, script);
      probes.push(probe);
      ids.push((await probe.told<{ run: string }>()).run);
    }
    return new LiveRuns(probes, ids);
  }

  /** Ends them. Gives for each when its steps were acknowledged, the first step first, in milliseconds since the epoch. */
  async end(): Promise<readonly (readonly number[])[]> {
    return Promise.all(
      this.#probes.map(async (probe) => {
        probe.end();
        const { times } = await probe.told<{ times: readonly number[] }>();
        await probe.stop();
        return times;
      }),
    );
  }
}
