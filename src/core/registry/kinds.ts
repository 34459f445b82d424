import { registryFolds } from "./model.js";

/** The kinds of facts of models in the ledger. */
export const registryKinds: ReadonlySet<string> = new Set(Object.keys(registryFolds));
