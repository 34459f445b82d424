import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { isRunId } from "../core/store/ids.js";
import type { LifecycleStage } from "../core/tracking/model.js";
import type { RunDocument } from "../core/tracking/run-document.js";
import { readRunFacts } from "../core/tracking/run-facts.js";
import { idsWithPrefix, storedRunIds, tellingDigits } from "../core/tracking/run-ids.js";
import type { Searches } from "../core/tracking/search.js";
import type { Workbench } from "../core/workbench.js";
import type { CommandContext } from "./command.js";
import { counted } from "./numbers.js";

/** Digits that an id is shown with at least, and that name one at least. */
const leastShown = 8;
const leastTyped = 4;

/** Ids cut to the digits that tell them from all other runs of the store. */
export function shortIds(bench: Workbench): (id: string) => string {
  const sorted = storedRunIds(bench.store);
  return (id) => id.slice(0, tellingDigits(sorted, id, leastShown));
}

/**
 * The id of the run that a person means: its id, the beginning of it (at least 4 digits), its name (of several runs
 * the newest), or `latest`, the one made last. Of two with one name that one is meant whose lifecycle stage is
 * `prefer`. Says so where a name is that of several. Throws `run.notFound`.
 */
export async function findRun(
  bench: Workbench,
  word: string,
  context: Pick<CommandContext, "say">,
  prefer: LifecycleStage = "active",
): Promise<string> {
  const sorted = storedRunIds(bench.store);
  if (isRunId(word) && sorted.includes(word)) return word;
  const isPrefix = /^[0-9a-f]+$/.test(word) && word.length >= leastTyped;
  const begun = isPrefix ? idsWithPrefix(sorted, word) : [];
  if (begun.length === 1 && begun[0] !== undefined) return begun[0];
  if (word === "latest") return latestRun(bench, sorted, prefer);
  const searches = await bench.tracking.searches();
  const name = `run_name = '${word.replaceAll("'", "''")}'`;
  const other: LifecycleStage = prefer === "active" ? "deleted" : "active";
  for (const stage of [prefer, other]) {
    const [newest, ...more] = await newestRuns(searches, name, [stage], mostNamed);
    if (!newest) continue;
    const id = newest.info.run_id;
    if (more.length > 0) {
      const count =
        more.length + 1 === mostNamed ? `${mostNamed} or more runs` : counted(more.length + 1, "run");
      context.say(
        `'${word}' is the name of ${count}; this is the newest, ${id.slice(0, tellingDigits(sorted, id, leastShown))}.`,
      );
    }
    return id;
  }
  throw notFound(word, begun, sorted);
}

/** The run that was made last: ids begin with the time, so no index is needed. */
function latestRun(bench: Workbench, sorted: readonly string[], stage: LifecycleStage): string {
  const found = sorted.findLast((id) => {
    const run = readRunFacts(bench.store, id);
    return run !== undefined && bench.tracking.runs.stageOf(run) === stage;
  });
  if (found !== undefined) return found;
  if (stage === "deleted") {
    throw new Failure("run.notFound", said`There is no deleted run.`, {
      next: said`To see what there is: loam runs list`,
    });
  }
  throw new Failure("run.notFound", said`There is no run yet.`, {
    next: said`Track one with: loam run -- python train.py`,
  });
}

const mostNamed = 100;

async function newestRuns(
  searches: Searches,
  filter: string,
  stages: readonly LifecycleStage[],
  most: number,
): Promise<RunDocument[]> {
  const page = await searches.runs({
    experiments: "all",
    filter,
    dialect: "loam",
    orderBy: [],
    stages,
    most,
  });
  return page.items.map((text) => JSON.parse(text) as RunDocument);
}

function notFound(word: string, begun: readonly string[], sorted: readonly string[]): Failure {
  const shown = word.length > 60 ? `${word.slice(0, 60)}…` : word;
  if (begun.length > 1) {
    const some = begun.slice(-5).map((id) => id.slice(0, tellingDigits(sorted, id, leastShown)));
    return new Failure("run.notFound", said`${counted(begun.length, "id")} begin with '${shown}'.`, {
      next: said`Give more digits: ${begun.length > some.length ? "…, " : ""}${some.join(", ")}`,
    });
  }
  return new Failure("run.notFound", said`There is no run '${shown}' in this store.`, {
    next: said`Name a run by its id, the first digits of it (at least ${leastTyped}), its name, or latest. To see what there is: loam runs list`,
  });
}
