import { openWorkbench, type Workbench } from "../core/workbench.js";
import { TabularProcess } from "../workers/tabular-client.js";
import { markLost } from "../core/tracking/lost.js";
import { sendWebhooks } from "../core/registry/send-webhooks.js";
import type { CommandContext } from "./command.js";
import { Failure } from "../core/base/failure.js";

/** Opens the store of the folder for one verb, and closes it after. `create`: makes it where there is none. */
export async function inFolder<T>(
  context: CommandContext,
  work: (bench: Workbench) => Promise<T>,
  how: { readonly create?: boolean } = {},
): Promise<T> {
  const tabular = (spill: () => string, folder: string): TabularProcess => new TabularProcess(spill, folder);
  const bench = openWorkbench(context.folder, context.ports, { ...how, tabular });
  try {
    bench.tracking.experiments.look();
    return await work(bench);
  } finally {
    bench.dispose();
  }
}

/** How long a verb waits for those who are told of what it did; what is not delivered by then is sent later. */
const tellingMs = 5000;

/** As `inFolder`, for a verb that changes models: who wants to hear of it is told at the end. */
export async function inRegistry<T>(
  context: CommandContext,
  work: (bench: Workbench) => Promise<T>,
  how: { readonly create?: boolean } = {},
): Promise<T> {
  return inFolder(
    context,
    async (bench) => {
      const result = await work(bench);
      if (bench.registry.webhooks.queued().length === 0) return result;
      const { deliver } = await import("../api/deliver.js");
      const left = await sendWebhooks(bench.registry, deliver, AbortSignal.timeout(tellingMs));
      if (left > 0) context.say("A webhook was not delivered yet: loam models webhooks list tells more.");
      return result;
    },
    how,
  );
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
