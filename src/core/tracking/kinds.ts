import type { KnownKinds } from "../store/known-kinds.js";
import { experimentFolds, modelFolds, runFolds, traceFolds } from "./model.js";

const namesOf = (folds: Readonly<Record<string, unknown>>): ReadonlySet<string> =>
  new Set(Object.keys(folds));

/** The kinds of facts that tracking knows how to fold. What frees anything refuses while a store has others. */
export const trackingKinds: KnownKinds = {
  runs: namesOf(runFolds),
  logged: namesOf(modelFolds),
  traces: namesOf(traceFolds),
  ledger: namesOf(experimentFolds),
};
