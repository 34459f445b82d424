import { findDataset, findVersion, splitName } from "../core/datasets/find.js";
import type { DatasetDetail, DatasetVersionSummary } from "../core/datasets/view.js";
import type { Workbench } from "../core/workbench.js";
import { wrongUsage } from "./command.js";

/** The data set and the version that `NAME[@VERSION]` means: the newest where it names none. */
export function findPlace(
  bench: Workbench,
  word: string,
): { readonly detail: DatasetDetail; readonly version: DatasetVersionSummary } {
  const { name, version } = splitName(word);
  const detail = findDataset(bench.datasets, name);
  return { detail, version: findVersion(detail, version) };
}

/** The one word that a verb takes. */
export function oneWord(positionals: readonly string[], usage: string): string {
  const [word, extra] = positionals;
  if (word === undefined) throw wrongUsage("Which data set? loam data list shows them.", usage);
  if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
  return word;
}
