import type { DatasetSummary } from "../../protocol/datasets.js";

/** So many data sets are read one below the other. */
const fewSets = 100;
/** A folder with fewer is no group. */
const manyOfFolder = 10;

/** Of many data sets those whose files are in one folder stand together, by the name of the folder; the others alone. */
export function byFolder<T extends Pick<DatasetSummary, "path">>(
  sets: readonly T[],
): {
  readonly groups: readonly { readonly folder: string; readonly sets: readonly T[] }[];
  readonly alone: readonly T[];
} {
  if (sets.length <= fewSets) return { groups: [], alone: sets };
  const folders = new Map<string, T[]>();
  for (const set of sets) {
    const folder = folderOf(set);
    const there = folders.get(folder);
    if (there) there.push(set);
    else folders.set(folder, [set]);
  }
  const isGroup = (folder: string): boolean =>
    folder !== "" && (folders.get(folder)?.length ?? 0) >= manyOfFolder;
  const groups = [...folders]
    .filter(([folder]) => isGroup(folder))
    .map(([folder, of]) => ({ folder, sets: of }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
  return { groups, alone: sets.filter((set) => !isGroup(folderOf(set))) };
}

const folderOf = ({ path }: Pick<DatasetSummary, "path">): string =>
  path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** How a data set is called below the row of its folder: without what stands there already. */
export const nameWithin = (name: string, folder: string): string =>
  folder !== "" && name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : name;
