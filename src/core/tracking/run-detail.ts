import { jsonDouble, jsonInt } from "./run-document.js";
import { isHere, lastSign, launchedRun } from "./run-facts.js";
import type { RunState } from "./run-state.js";
import { dataOfRun } from "./run-data.js";
import { summaryOfState } from "./run-summary.js";
import type { Tracking } from "./tracking.js";
import type { CodeDetail, EnvironmentDetail, RunDetail, SizedFile } from "./view.js";

/**
 * All that the store knows of a run. One that a script began beside the first has command, code, environment and the
 * files that were read from the launch that they share.
 */
export function detailOf(tracking: Tracking, run: RunState): RunDetail {
  const { facts } = run;
  const launched = launchedRun(tracking.store, run) ?? run;
  const launch = launched.facts.get("launch.started");
  const ended = facts.get("run.ended");
  const summary = summaryOfState(tracking, run);
  const isElsewhere = summary.state === "running" && !isHere(tracking.store, launch?.machine);
  return {
    ...summary,
    heard: isElsewhere ? lastSign(tracking.store, run) : null,
    launch: launch
      ? {
          run: launched.id,
          command: launch.command,
          folder: launch.folder,
          host: launch.host,
          rerunOf: launch.rerunOf ?? null,
          seconds: launchSeconds(launched),
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
    code: codeOf(tracking, launched),
    inputs: facts.all("input.used").map(({ name, digest, source }) => ({ name, digest, source })),
    data: dataOfRun(tracking, run),
    models: {
      used: facts.all("model.input").map(({ model }) => model),
      logged: facts.all("model.output").map(({ model }) => model),
    },
    artifacts: listArtifacts(tracking, run.id),
    written: facts.all("file.offered").map(({ path, size }) => ({ path, size })),
    environment: environmentOf(launched),
    notes: facts.all("recorder.note").map(({ text }) => text),
  };
}

/** From the start of the command until its supervisor saw its end. */
function launchSeconds({ facts }: RunState): number | null {
  const ended = facts.get("run.ended");
  const began = facts.get("run.created")?.start;
  return ended?.by !== "supervisor" || began === undefined ? null : (ended.end - began) / 1000;
}

function codeOf(tracking: Tracking, run: RunState): CodeDetail | null {
  const code = run.facts.get("code.recorded");
  if (!code) return null;
  const { commit, root, head, branch, remote, changed, changedFiles, leftOut, files, bytes } = code;
  return {
    commit,
    root,
    head: head ?? null,
    branch: branch ?? null,
    remote: remote ?? null,
    changed,
    changedFiles,
    leftOut,
    files,
    bytes,
    purged: tracking.store.purged.isPurgedSnapshot(commit),
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
export function listArtifacts(tracking: Tracking, id: string, folder = ""): SizedFile[] {
  const entries = tracking.artifacts.list({ room: "runs", id }, folder);
  return entries.flatMap(({ name, folder: isFolder, size }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    return isFolder ? listArtifacts(tracking, id, path) : [{ path, size }];
  });
}
