import { openWorkbench, type Workbench } from "../core/workbench.js";
import { TabularProcess } from "../workers/tabular-client.js";
import { markLost } from "../core/tracking/lost.js";
import type { CommandContext } from "./command.js";
import { Failure } from "../core/base/failure.js";

/** Opens the store of the folder for one verb, and closes it after. `create`: makes it where there is none. */
export async function inFolder<T>(
  context: CommandContext,
  work: (bench: Workbench) => Promise<T>,
  how: { readonly create?: boolean } = {},
): Promise<T> {
  const tabular = (spill: string, folder: string): TabularProcess => new TabularProcess(spill, folder);
  const bench = openWorkbench(context.folder, context.ports, { ...how, tabular });
  try {
    bench.tracking.experiments.look();
    return await work(bench);
  } finally {
    bench.dispose();
  }
}

/** Marks the lost among these runs. A store that cannot be written is shown as it is. */
export function settleLost(bench: Workbench, ids: readonly string[]): void {
  try {
    markLost(bench.tracking, ids);
  } catch (error) {
    const code = error instanceof Failure ? error.code : "store.readOnly";
    if (code !== "store.readOnly" && code !== "store.full" && code !== "store.io") throw error;
  }
}
