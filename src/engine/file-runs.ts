import { isMoreBetter, metricsThatMatter } from "../core/tracking/metrics-that-matter.js";
import { summaryOf } from "../core/tracking/run-summary.js";
import type { Searches } from "../core/tracking/search.js";
import type { Workbench } from "../core/workbench.js";
import type { FileRuns, ParamEffect } from "../protocol/tracking.js";

/** Of so many newest runs it is judged which metric matters. */
const judged = 20;

/** Runs that a file started, newest first. `file`: absolute path. */
export function runsOfFile(bench: Workbench, searches: Searches, file: string, most: number): FileRuns {
  const { ids, total } = searches.ofScript(file, most);
  const runs = searches.rows(ids).map(({ document, state }) => summaryOf(bench.tracking, document, state));
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))];
  const courses = searches.coursesOf(ids, metrics);
  return { runs, total, courses, headline: metricsThatMatter(runs, [], 1)[0] ?? null };
}

/** What a param did to the metric that matters, over the runs of a file. `file`: absolute path. */
export function effectOfParam(
  bench: Workbench,
  searches: Searches,
  file: string,
  param: string,
): ParamEffect {
  const { headline: metric } = runsOfFile(bench, searches, file, judged);
  const more = metric === null ? undefined : isMoreBetter(metric);
  const better = more === undefined ? null : more ? "more" : "less";
  return { metric, better, values: searches.valuesOfParam(file, param, metric) };
}
