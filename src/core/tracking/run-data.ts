import { belowDataset, type Tie } from "../datasets/ties.js";
import type { DatasetDetail } from "../datasets/view.js";
import type { DataUsed, RunFact } from "./model.js";
import { launchedRun } from "./run-facts.js";
import type { RunState } from "./run-state.js";
import type { Tracking } from "./tracking.js";
import type { RunData } from "./view.js";

type DataRead = Extract<RunFact, { kind: "data.read" }>;
type InputUsed = Extract<RunFact, { kind: "input.used" }>;

/** A folder is told with a slash at its end. */
const plainPath = (path: string): string => (path.length > 1 ? path.replace(/\/$/, "") : path);

/**
 * The data that a run read, by path, with the versions of data sets that it is: as the run recorded it, else by content,
 * so that data which was tracked later is found too. One that a script began beside another run has what its launch read.
 */
export function dataOfRun(tracking: Tracking, run: RunState): readonly RunData[] {
  const launched = launchedRun(tracking.store, run) ?? run;
  const datasets = tracking.ties.datasets.all();
  const byId = new Map(datasets.map((dataset) => [dataset.id, dataset]));
  const used = new Map<string, DataUsed[]>();
  for (const fact of launched.facts.all("data.used")) {
    const at = plainPath(fact.path);
    used.set(at, [...(used.get(at) ?? []), fact]);
  }
  const rows = launched.facts.all("data.read").flatMap((read): RunData[] => {
    const facts = used.get(plainPath(read.path)) ?? [];
    used.delete(plainPath(read.path));
    if (facts.length > 0) return facts.map((fact) => ofFact(fact, byId.get(fact.dataset), read));
    const { path, sha256 } = read;
    const ties = sha256 === undefined ? [] : tracking.ties.of({ path, sha256 }, launched.start, datasets);
    if (ties.length > 0) return ties.map((tie) => ofTie(tie, read));
    return [untied(read, datasets)];
  });
  for (const facts of used.values())
    rows.push(...facts.map((fact) => ofFact(fact, byId.get(fact.dataset), undefined)));
  const tied = new Set(rows.flatMap(({ version }) => version?.id ?? []));
  for (const input of run.facts.all("input.used")) {
    const named = datasets.flatMap((dataset) => ofInput(input, dataset) ?? []);
    rows.push(...named.filter(({ version }) => !tied.has(version?.id ?? "")));
  }
  return rows.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function ofFact(fact: DataUsed, dataset: DatasetDetail | undefined, read: DataRead | undefined): RunData {
  const version = dataset?.history.find(({ id }) => id === fact.version);
  return {
    path: fact.path,
    size: read?.size ?? version?.size ?? 0,
    sha256: read?.sha256 ?? null,
    changed: fact.changed === true || read?.changed === true,
    by: fact.by,
    dataset: dataset ? { id: dataset.id, name: dataset.name } : null,
    version: dataset && version ? shownVersion(dataset, version) : null,
  };
}

const shownVersion = (
  { latest }: DatasetDetail,
  { id, number, content }: { readonly id: string; readonly number: number; readonly content: string },
): NonNullable<RunData["version"]> => ({
  id,
  number,
  content,
  newest: Math.max(latest?.number ?? 0, number),
});

const ofTie = ({ dataset, version }: Tie, read: DataRead): RunData => ({
  ...untied(read, []),
  dataset: { id: dataset.id, name: dataset.name },
  version: shownVersion(dataset, version),
});

function untied({ path, size, sha256, changed }: DataRead, datasets: readonly DatasetDetail[]): RunData {
  const home = datasets.find(
    (dataset) => dataset.stage === "active" && belowDataset(dataset, plainPath(path)) !== undefined,
  );
  return {
    path,
    size,
    sha256: sha256 ?? null,
    changed: changed === true,
    by: "hook",
    dataset: home ? { id: home.id, name: home.name } : null,
    version: null,
  };
}

/** An input that was logged under the name of a data set, with the number or the beginning of the hash of a version. */
function ofInput({ name, digest }: InputUsed, dataset: DatasetDetail): RunData | undefined {
  if (dataset.stage !== "active" || (name !== dataset.name && name !== dataset.path)) return undefined;
  const version = dataset.history.find(
    ({ number, content }) =>
      digest === `v${number}` ||
      digest === String(number) ||
      (digest.length >= 8 && content.startsWith(digest)),
  );
  return (
    version && {
      path: dataset.path,
      size: version.size,
      sha256: null,
      changed: false,
      by: "mlflow",
      dataset: { id: dataset.id, name: dataset.name },
      version: shownVersion(dataset, version),
    }
  );
}
