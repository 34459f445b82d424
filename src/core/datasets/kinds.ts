import { datasetFolds } from "./model.js";

/** The kinds of facts of data sets in the ledger. */
export const datasetKinds: ReadonlySet<string> = new Set(Object.keys(datasetFolds));
