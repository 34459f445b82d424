import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { LifecycleStage } from "../core/tracking/model.js";
import type { Workbench } from "../core/workbench.js";
import { changeRun } from "../api/change-run.js";
import { readWords, wrongUsage, type CommandBase } from "./command.js";
import { findRun } from "./find-run.js";
import { inFolder } from "./open-folder.js";
import { counted } from "./numbers.js";
import { summaryOfState } from "../core/tracking/run-summary.js";

const calls: Record<LifecycleStage, string> = { deleted: "delete", active: "restore" };

/** Deletes or restores runs: both ends of one thing, and each undoes the other. All are found before one is changed. */
export async function setStage(
  words: readonly string[],
  base: CommandBase,
  stage: LifecycleStage,
): Promise<number> {
  const { positionals, context } = readWords(words, base, {});
  if (positionals.length === 0) throw wrongUsage("Which run? Name one or several.", base.usage);
  return inFolder(context, async (bench) => {
    const { runs } = bench.tracking;
    const found = new Set<string>();
    const before: LifecycleStage = stage === "deleted" ? "active" : "deleted";
    for (const word of positionals) found.add(await findRun(bench, word, context, before));
    const ids = [...found];
    for (const id of ids) {
      const there = { call: calls[stage], body: { run_id: id } };
      await changeRun(
        bench,
        id,
        {
          here: (recorder) => {
            recorder.setStage(stage);
          },
          there,
        },
        context.signal,
      );
    }
    if (stage === "active") for (const id of ids) checkExperiment(bench, id);
    const changed = ids.map((id) => runs.get(id));
    if (context.json) {
      context.out(JSON.stringify({ runs: changed.map((run) => summaryOfState(bench.tracking, run)) }));
    } else if (stage === "deleted") {
      // Whole: runs that began in one millisecond differ in their last digits alone.
      context.say(`${counted(ids.length, "run")} deleted. To undo: loam runs restore ${ids.join(" ")}`);
    } else context.say(`${counted(ids.length, "run")} restored.`);
    return 0;
  });
}

/** A run that was not deleted by itself cannot come back without its experiment. */
function checkExperiment({ tracking }: Workbench, id: string): void {
  const run = tracking.runs.get(id);
  const experiment = tracking.experiments.find(run.experiment);
  if (experiment?.stage !== "deleted" || tracking.runs.stageOf(run) === "active") return;
  throw new Failure(
    "experiment.deleted",
    said`${run.name} is in the experiment '${experiment.name}', which is deleted.`,
    { next: said`Restore the experiment: MlflowClient().restore_experiment("${experiment.id}")` },
  );
}
