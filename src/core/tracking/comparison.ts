import { compareSnapshots } from "../code/read.js";
import { Failure } from "../base/failure.js";
import { dataOfRun } from "./run-data.js";
import { listArtifacts } from "./run-detail.js";
import { launchedRun } from "./run-facts.js";
import type { RunState } from "./run-state.js";
import { summaryOfState } from "./run-summary.js";
import type { Tracking } from "./tracking.js";
import type { Comparison, Difference, FileDifference } from "./view.js";

interface Split<V> {
  readonly differing: readonly Difference<V>[];
  readonly same: number;
}

/** Names of any of the records, those that differ with their values, the others counted. */
function split<V extends string | number>(records: readonly ReadonlyMap<string, V>[]): Split<V> {
  const names = [...new Set(records.flatMap((one) => [...one.keys()]))].sort();
  const all = names.map((name) => ({ name, values: records.map((one) => one.get(name) ?? null) }));
  const differing = all.filter(({ values }) => new Set(values).size > 1);
  return { differing, same: all.length - differing.length };
}

const entries = <V>(record: Readonly<Record<string, V>>): Map<string, V> => new Map(Object.entries(record));

/** A run, and the one whose launch it shares: itself where it has its own. */
interface Compared {
  readonly run: RunState;
  readonly launched: RunState;
}

/**
 * The data that went into a run: the versions of data sets by their names, other files that its command read, and what it
 * named as inputs.
 */
function dataOf(tracking: Tracking, { run }: Compared): Map<string, string> {
  const inputs = run.facts.all("input.used").map(({ name, digest }) => [name, digest] as const);
  const versions = new Map<string, Set<number>>();
  const files = new Map<string, string>();
  for (const { path, size, sha256, dataset, version } of dataOfRun(tracking, run)) {
    if (dataset && version)
      versions.set(dataset.name, (versions.get(dataset.name) ?? new Set()).add(version.number));
    else files.set(path, sha256?.slice(0, 12) ?? `${size} bytes`);
  }
  const shown = [...versions].map(
    ([name, numbers]) =>
      [
        name,
        [...numbers]
          .sort((a, b) => a - b)
          .map((number) => `v${number}`)
          .join(", "),
      ] as const,
  );
  return new Map([...inputs, ...files, ...shown]);
}

/** The artifacts of a run with their sizes, and the beginning of their hash where it was recorded. */
function artifactsOf(tracking: Tracking, run: RunState): Map<string, string> {
  const hashes = new Map(run.facts.all("artifact.written").map(({ path, sha256 }) => [path, sha256]));
  return new Map(
    listArtifacts(tracking, run.id).map(({ path, size }) => {
      const hash = hashes.get(path)?.slice(0, 8);
      return [path, hash === undefined ? `${size} bytes` : `${size} bytes, ${hash}`] as const;
    }),
  );
}

function environmentOf({ launched }: Compared): Map<string, string> {
  const found = launched.facts.get("environment.recorded");
  if (!found) return new Map();
  const { python, executable, platform, cpus, memory, variables } = found;
  const host = launched.facts.get("launch.started")?.host;
  return new Map([
    ...(python === undefined ? [] : [["Python", python] as const]),
    ...(executable === undefined ? [] : [["interpreter", executable] as const]),
    ["platform", platform],
    ["CPUs", String(cpus)],
    ["memory", String(memory)],
    ...(host === undefined ? [] : [["host", host] as const]),
    ...Object.entries(variables),
  ]);
}

/** Installed packages with their versions; empty where they were not recorded or are not in this copy of the store. */
function packagesOf(tracking: Tracking, { launched }: Compared): Map<string, string> {
  const hash = launched.facts.get("environment.recorded")?.packages;
  if (hash === undefined) return new Map();
  try {
    const lines = tracking.store.objects.get(hash).toString("utf8").split("\n");
    return new Map(
      lines.flatMap((line) => {
        const at = line.indexOf("==");
        return at > 0 ? [[line.slice(0, at), line.slice(at + 2)] as const] : [];
      }),
    );
  } catch (error) {
    if (error instanceof Failure) return new Map();
    throw error;
  }
}

async function codeOf(
  tracking: Tracking,
  runs: readonly Compared[],
  signal: AbortSignal,
): Promise<readonly FileDifference[] | null> {
  const commits = runs.map(({ launched }) => launched.facts.get("code.recorded")?.commit);
  const [first] = commits;
  const states = new Map<string, FileDifference["states"][number][]>();
  for (const [at, commit] of commits.entries()) {
    if (first === undefined || commit === undefined) return null;
    if (commit === first) continue;
    try {
      for (const { path, state } of await compareSnapshots(
        tracking.store.layout.root,
        first,
        commit,
        signal,
      )) {
        const row = states.get(path) ?? runs.map(() => null);
        row[at] = state;
        states.set(path, row);
      }
    } catch (error) {
      // A copy of the store may be without the code.
      if (error instanceof Failure && error.code === "code.notFound") return null;
      throw error;
    }
  }
  return [...states].map(([path, row]) => ({ path, states: row })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What differs between runs, in all that was recorded of them. Files of code are told against the first run. */
export async function compareRuns(
  tracking: Tracking,
  runs: readonly RunState[],
  signal: AbortSignal,
): Promise<Comparison> {
  const summaries = runs.map((run) => summaryOfState(tracking, run));
  const compared = runs.map((run) => ({ run, launched: launchedRun(tracking.store, run) ?? run }));
  const params = split(summaries.map((one) => entries(one.params)));
  const metrics = split(summaries.map((one) => entries<string | number>(one.metrics)));
  const data = split(compared.map((one) => dataOf(tracking, one)));
  const artifacts = split(runs.map((run) => artifactsOf(tracking, run)));
  const environment = split(compared.map(environmentOf));
  const packages = split(compared.map((one) => packagesOf(tracking, one)));
  return {
    runs: summaries,
    params: params.differing,
    metrics: metrics.differing,
    code: await codeOf(tracking, compared, signal),
    data: data.differing,
    artifacts: artifacts.differing,
    environment: environment.differing,
    packages: packages.differing,
    same: {
      params: params.same,
      metrics: metrics.same,
      data: data.same,
      artifacts: artifacts.same,
      packages: packages.same,
    },
  };
}
