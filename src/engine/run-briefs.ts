import { metricsThatMatter } from "../core/tracking/metrics-that-matter.js";
import { readRunFacts } from "../core/tracking/run-facts.js";
import { storedRunIds } from "../core/tracking/run-ids.js";
import { archivedTag } from "../core/tracking/run-lists.js";
import type { Searches } from "../core/tracking/search.js";
import type { Workbench } from "../core/workbench.js";
import type { RunBrief } from "../protocol/tracking.js";

/** Runs as a list shows them; those that the index does not know are left out. */
export function briefsOf(searches: Searches, ids: readonly string[]): RunBrief[] {
  return searches.rows(ids).map(({ document: { info, data }, state, launched }) => {
    const metrics = Object.fromEntries(data.metrics.map(({ key, value }) => [key, value]));
    const [name] = metricsThatMatter([{ metrics }], [], 1);
    const archived = data.tags.some(({ key }) => key === archivedTag);
    return {
      id: info.run_id,
      name: info.run_name,
      experiment: info.experiment_id,
      state,
      stage: info.lifecycle_stage === "deleted" ? "deleted" : archived ? "archived" : "active",
      start: info.start_time > 0 ? info.start_time : null,
      end: info.end_time ?? null,
      headline: name === undefined ? null : { name, value: metrics[name] ?? "NaN" },
      launched,
    };
  });
}

/** Of the newest runs so many are looked at for the one that a process has just made. */
const looked = 50;

/** The run whose supervisor is a process of this machine; null where it has made none yet. */
export function runOfProcess({ store }: Workbench, pid: number): string | null {
  const found = storedRunIds(store)
    .slice(-looked)
    .findLast((id) => {
      const launch = readRunFacts(store, id)?.facts.get("launch.started");
      return launch?.pid === pid && launch.machine === store.self.machine && launch.boot === store.self.boot;
    });
  return found ?? null;
}
