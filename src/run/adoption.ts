import { defaultExperiment } from "../core/tracking/model.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { NewRun, Runs } from "../core/tracking/runs.js";

/**
 * Answers the `runs/create` calls of a launch's process: the first one gets the run that the launch already has, so
 * that a script which logs by itself and one which only prints end up the same. Later ones make runs of their own,
 * linked to the launch. A program that names no experiment leaves the run in the one that the person named.
 */
export class Adoption {
  readonly #runs: Runs;
  readonly #own: RunRecorder;
  #taken = false;

  constructor(runs: Runs, own: RunRecorder) {
    this.#runs = runs;
    this.#own = own;
  }

  /** True once the process has logged by itself. */
  get taken(): boolean {
    return this.#taken;
  }

  create(input: NewRun): RunRecorder {
    if (this.#taken) return this.#runs.create({ ...input, launch: this.#own.id });
    const asked = input.experiment === defaultExperiment.id ? this.#own.state.experiment : input.experiment;
    this.#runs.adopt(this.#own, { ...input, experiment: asked });
    this.#taken = true;
    return this.#own;
  }
}
