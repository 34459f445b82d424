import { jsonDouble, jsonInt, type JsonDouble } from "../core/tracking/run-document.js";
import { lastSign } from "../core/tracking/run-facts.js";
import type { RunState } from "../core/tracking/run-state.js";
import type { Workbench } from "../core/workbench.js";
import { summaryOfState, type RunSummary } from "./run-summary.js";
import { isHere } from "./run-table.js";

export interface SeriesDetail {
  readonly name: string;
  readonly last: JsonDouble;
  readonly step: number | string;
  readonly min: JsonDouble;
  readonly max: JsonDouble;
  readonly first: JsonDouble;
  readonly count: number;
  /** Read off the console, not logged. */
  readonly guessed: boolean;
  readonly dataset: string | null;
  readonly digest: string | null;
  readonly model: string | null;
}

export interface LaunchDetail {
  readonly command: readonly string[];
  readonly folder: string;
  readonly host: string;
  readonly rerunOf: string | null;
}

export interface EndDetail {
  readonly by: "supervisor" | "client" | "lost";
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly error: string | null;
  readonly where: { readonly file: string; readonly line: number } | null;
}

export interface SizedFile {
  readonly path: string;
  readonly size: number;
}

/** A run with all that is known of it, as `loam runs show --json` tells it. */
export interface RunDetail extends RunSummary {
  /** When anything of it was last written, in ms since the epoch; for one that runs on another machine, else null. */
  readonly heard: number | null;
  readonly launch: LaunchDetail | null;
  readonly ended: EndDetail | null;
  readonly series: readonly SeriesDetail[];
  readonly code: CodeDetail | null;
  readonly inputs: readonly { readonly name: string; readonly digest: string; readonly source: string }[];
  readonly data: readonly { readonly path: string; readonly size: number; readonly sha256: string | null }[];
  readonly models: { readonly used: readonly string[]; readonly logged: readonly string[] };
  readonly artifacts: readonly SizedFile[];
  /** Files that the command left in its folder, where they stand now. */
  readonly written: readonly SizedFile[];
  readonly environment: EnvironmentDetail | null;
  /** What could not be recorded. */
  readonly notes: readonly string[];
}

export interface EnvironmentDetail {
  readonly python: string | null;
  readonly executable: string | null;
  readonly platform: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly variables: Readonly<Record<string, string>>;
  /** How many packages are installed for that Python; null where that is not known. */
  readonly packages: number | null;
}

export interface CodeDetail {
  readonly commit: string;
  readonly head: string | null;
  readonly branch: string | null;
  readonly remote: string | null;
  readonly changed: number | null;
  readonly changedFiles: readonly { readonly path: string; readonly state: string }[];
  readonly leftOut: Readonly<Record<string, number>>;
  readonly files: number;
  readonly bytes: number;
  /** Its files were purged; what is told here is all that is left. */
  readonly purged: boolean;
}

/** All that the store knows of a run. */
export function detailOf(bench: Workbench, run: RunState): RunDetail {
  const { facts } = run;
  const launch = facts.get("launch.started");
  const ended = facts.get("run.ended");
  const summary = summaryOfState(bench.tracking, run);
  const isElsewhere = summary.state === "running" && !isHere(bench, launch?.machine);
  return {
    ...summary,
    heard: isElsewhere ? lastSign(bench.store, run) : null,
    launch: launch
      ? {
          command: launch.command,
          folder: launch.folder,
          host: launch.host,
          rerunOf: launch.rerunOf ?? null,
        }
      : null,
    ended: ended
      ? {
          by: ended.by,
          exitCode: ended.exitCode ?? null,
          signal: ended.signal ?? null,
          error: ended.error ?? null,
          where: ended.where ?? null,
        }
      : null,
    series: run.series.map(({ name, guessed, dataset, digest, model, summary: one }) => ({
      name,
      last: jsonDouble(one.lastValue),
      step: jsonInt(one.lastStep),
      min: jsonDouble(one.min),
      max: jsonDouble(one.max),
      first: jsonDouble(one.firstValue),
      count: one.count,
      guessed,
      dataset,
      digest,
      model,
    })),
    code: codeOf(bench, run),
    inputs: facts.all("input.used").map(({ name, digest, source }) => ({ name, digest, source })),
    data: facts.all("data.read").map(({ path, size, sha256 }) => ({ path, size, sha256: sha256 ?? null })),
    models: {
      used: facts.all("model.input").map(({ model }) => model),
      logged: facts.all("model.output").map(({ model }) => model),
    },
    artifacts: artifactsOf(bench, run.id),
    written: facts.all("file.offered").map(({ path, size }) => ({ path, size })),
    environment: environmentOf(run),
    notes: facts.all("recorder.note").map(({ text }) => text),
  };
}

function codeOf(bench: Workbench, run: RunState): CodeDetail | null {
  const code = run.facts.get("code.recorded");
  if (!code) return null;
  const { commit, head, branch, remote, changed, changedFiles, leftOut, files, bytes } = code;
  return {
    commit,
    head: head ?? null,
    branch: branch ?? null,
    remote: remote ?? null,
    changed,
    changedFiles,
    leftOut,
    files,
    bytes,
    purged: bench.store.purged.isPurgedSnapshot(commit),
  };
}

function environmentOf(run: RunState): EnvironmentDetail | null {
  const found = run.facts.get("environment.recorded");
  if (!found) return null;
  const { python, executable, platform, cpus, memory, variables, packageCount } = found;
  return {
    python: python ?? null,
    executable: executable ?? null,
    platform,
    cpus,
    memory,
    variables,
    packages: packageCount ?? null,
  };
}

/** All files of a run's artifacts, by path. */
function artifactsOf(bench: Workbench, id: string, folder = ""): SizedFile[] {
  const entries = bench.tracking.artifacts.list({ room: "runs", id }, folder);
  return entries.flatMap(({ name, folder: isFolder, size }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    return isFolder ? artifactsOf(bench, id, path) : [{ path, size }];
  });
}
