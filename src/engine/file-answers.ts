import { fileChanges } from "../core/datasets/file-changes.js";
import { pathFilter } from "../core/datasets/path-filter.js";
import { tableFormatOf } from "../core/datasets/table-format.js";
import { isTableSet } from "../core/datasets/table-places.js";
import type { FileChange } from "../core/datasets/view.js";
import type { Handlers } from "../protocol/channel.js";
import type { DataFileRequests, ListedChange, ListedFile } from "../protocol/datasets.js";
import { beginningOf, filesOf } from "./dataset-files.js";
import { KeptLists, windowOf } from "./kept-lists.js";
import type { OpenFolder } from "./open-folder.js";

/** Files of a data set with whether each is a table; that of a data set of one file has no path of its own. */
function* marked<T extends { readonly path: string }>(
  { datasets }: OpenFolder["bench"],
  dataset: string,
  files: Iterable<T>,
): Generator<T & Pick<ListedFile, "isTable">> {
  const isAlone = isTableSet(datasets.get(dataset));
  for (const file of files) yield { ...file, isTable: isAlone || tableFormatOf(file.path) !== undefined };
}

/** What an engine answers about the files of data sets, and how they differ. */
export function fileAnswers(open: OpenFolder): Handlers<DataFileRequests> {
  const lists = new KeptLists<ListedFile>();
  const comparisons = new KeptLists<ListedChange>();
  return {
    "datasets/listFiles": async ({ dataset, version }, signal) => {
      const make = async (asked: AbortSignal) => [
        ...marked(open.bench, dataset, await filesOf(open.bench, { dataset, version }, asked)),
      ];
      const { handle, entries } = await lists.open(make, signal);
      return { handle, total: entries.length };
    },
    "datasets/files": async ({ handle, text, ...asked }, signal) => {
      const fits = pathFilter(text);
      const choice = { by: text, fits: ({ path }: ListedFile) => fits(path) };
      const { entries, total } = await lists.window(handle, windowOf(asked), choice, signal);
      return { files: entries, total };
    },
    "datasets/compareFiles": async ({ before, after }, signal) => {
      const make = async (asked: AbortSignal) => {
        const [was, is] = [await filesOf(open.bench, before, asked), await filesOf(open.bench, after, asked)];
        return [...marked(open.bench, after.dataset, fileChanges(was, is))];
      };
      const { handle, entries } = await comparisons.open(make, signal);
      const counts = { added: 0, removed: 0, changed: 0, mode: 0 };
      for (const { change } of entries) counts[change]++;
      return { handle, total: entries.length, counts };
    },
    "datasets/fileChanges": async ({ handle, text, changes, ...asked }, signal) => {
      const fits = pathFilter(text);
      const kinds = new Set(changes);
      const choice = {
        by: `${[...kinds].sort().join(" ")} ${text}`.trim(),
        fits: ({ path, change }: FileChange) => (kinds.size === 0 || kinds.has(change)) && fits(path),
      };
      const { entries, total } = await comparisons.window(handle, windowOf(asked), choice, signal);
      return { changes: entries, total };
    },
    "datasets/content": ({ most, ...place }) => beginningOf(open.bench, place, most),
  };
}
