import * as path from "node:path";
import { metricsThatMatter } from "../core/tracking/metrics-that-matter.js";
import { launchedRun, readRunFacts } from "../core/tracking/run-facts.js";
import { summaryOf } from "../core/tracking/run-summary.js";
import type { Searches } from "../core/tracking/search.js";
import type { Workbench } from "../core/workbench.js";
import type { FileRuns } from "../protocol/tracking.js";

/** Of runs whose script has the file's name, so many are looked at for those whose script is the file. */
const mostLooked = 500;

/** Runs that a file started, newest first. `file`: absolute path. */
export function runsOfFile(bench: Workbench, searches: Searches, file: string, most: number): FileRuns {
  const name = path.basename(file);
  const escaped = name.replaceAll("'", "''").replaceAll(/[%_]/g, "_");
  const filter = `tags.\`mlflow.source.name\` like '%${escaped}'`;
  const { ids } = searches.find({ filter, stage: "active", most: mostLooked });
  const own = ids.filter((id) => isOf(bench, id, file));
  const rows = searches.rows(own.slice(0, most));
  const runs = rows.map(({ document, state }) => summaryOf(bench.tracking, document, state));
  return { runs, total: own.length, headline: metricsThatMatter(runs, [], 1)[0] ?? null };
}

/** Whether a run's script is the file: of a run that `loam run` started its entry, of others what the client said. */
function isOf(bench: Workbench, id: string, file: string): boolean {
  const run = readRunFacts(bench.store, id);
  if (!run) return false;
  const launch = launchedRun(bench.store, run)?.facts.get("launch.started");
  const source = launch?.entry ?? run.tag("mlflow.source.name");
  if (source === undefined) return false;
  return path.resolve(bench.folder, launch?.folder ?? "", source) === file;
}
