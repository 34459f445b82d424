import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { secretMask } from "../core/store/secrets.js";
import { launchedRun } from "../core/tracking/run-facts.js";
import type { RunState } from "../core/tracking/run-state.js";
import type { Workbench } from "../core/workbench.js";
import { checkOut } from "../run/checkout.js";
import type { Standing } from "../run/checkout-place.js";
import { withParams } from "../run/shell-line.js";
import { runOrder } from "./run.js";

export interface RerunWords {
  /** The code as it was in the run, or as it is now. */
  readonly code: "same" | "now";
  readonly params: readonly { readonly key: string; readonly value: string }[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Repeats a launched run, or the launch that made the run, as a new one, with other params where given. Exit code: the command's. */
export async function rerun(
  workbench: Workbench,
  run: RunState,
  words: RerunWords,
  signal: AbortSignal,
): Promise<number> {
  const launched = launchedRun(workbench.store, run);
  const launch = launched?.facts.get("launch.started");
  if (!launched || !launch) {
    throw new Failure(
      "state.wrong",
      said`${run.name} was not started by loam run, so its command is not known.`,
      {
        next: said`Start it with: loam run -- COMMAND`,
      },
    );
  }
  const command = withParams(launch.command, new Map(words.params.map(({ key, value }) => [key, value])));
  const masked = command.find((word) => word.includes(secretMask));
  if (masked !== undefined) {
    throw new Failure(
      "state.wrong",
      said`The command of ${run.name} holds a secret that was not kept: ${masked}`,
      {
        next: said`Give it anew, as in: loam runs rerun RUN --param NAME=VALUE`,
      },
    );
  }
  const standing =
    words.code === "now"
      ? { folder: path.join(workbench.folder, launch.folder) }
      : await oldCode(workbench, launched, signal);
  const order = { ...standing, command, experiment: experimentOf(workbench, run), rerunOf: launched.id };
  return runOrder({ order, json: words.json, quiet: words.quiet }, workbench.store.layout.root);
}

const experimentOf = (workbench: Workbench, run: RunState): string | undefined =>
  run.experiment === "0" ? undefined : workbench.tracking.experiments.find(run.experiment)?.name;

async function oldCode(workbench: Workbench, run: RunState, signal: AbortSignal): Promise<Standing> {
  const code = run.facts.get("code.recorded");
  if (!code) {
    throw new Failure("state.wrong", said`The code of ${run.name} was not kept.`, {
      next: said`Repeat it with the code as it is now: loam runs rerun RUN --code now`,
    });
  }
  const from = path.resolve(workbench.folder, code.root);
  return checkOut(workbench, code, from, signal);
}
