import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { restoreSnapshot } from "../core/code/restore.js";
import { entityFiles } from "../core/store/entity-reader.js";
import { entityFileOf, type EntityRef } from "../core/store/layout.js";
import { nameOnDisk } from "../core/store/names.js";
import { keyText, pointSize, readRecords } from "../core/store/points.js";
import type { RunState } from "../core/tracking/run-state.js";
import { stepOf } from "../core/tracking/summary.js";
import type { Workbench } from "../core/workbench.js";
import { consoleFile, launchedRun } from "../core/tracking/run-facts.js";
import { csvLine } from "./csv.js";
import { detailOf } from "../core/tracking/run-detail.js";
import { isOwnTag } from "../core/tracking/run-summary.js";
import type { RunSummary } from "../core/tracking/view.js";

/** In characters, of which each takes at most four bytes on disk. */
const longestName = 50;

/** What a run's folder of an export is called: its name, as every system can hold it, and the beginning of its id. */
export function folderNameOf(run: Pick<RunSummary, "id" | "name">): string {
  const name = [...run.name.replaceAll("/", "_")].slice(0, longestName).join("");
  return nameOnDisk(name === "" ? run.id : `${name}-${run.id.slice(0, 12)}`);
}

/**
 * Copies a run into a new folder below `to`: `run.json`, `params.csv`, `metrics.csv` with all points, its console and
 * artifacts, and with `code` its code. Nothing that exists is written over; a copy that fails leaves nothing. Returns
 * the folder.
 * @throws Failure `name.taken` (the folder is there), `store.full`, `store.readOnly`, `store.io`, `cancelled`
 */
export async function exportRun(
  bench: Workbench,
  run: RunState,
  to: string,
  code: boolean,
  signal: AbortSignal,
): Promise<string> {
  const target = path.join(path.resolve(to), folderNameOf(run));
  const taken = (): Failure =>
    new Failure("name.taken", said`${target} exists already.`, {
      next: said`Export to another folder with --to.`,
    });
  if (fs.existsSync(target)) throw taken();
  const temporary = path.join(path.dirname(target), `.${run.id}.part`);
  try {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.rmSync(temporary, { recursive: true, force: true });
    fs.mkdirSync(temporary);
    await fill(bench, run, temporary, code, signal);
    fs.renameSync(temporary, target);
    return target;
  } catch (error) {
    // where the folder above it could not be made, there is nothing, and Node 20 would fail to remove nothing
    if (fs.existsSync(temporary)) fs.rmSync(temporary, { recursive: true });
    if (fs.existsSync(target)) throw taken(); // made by another meanwhile
    throw toFailure(error, said`Cannot export to ${target}`);
  }
}

async function fill(
  bench: Workbench,
  run: RunState,
  folder: string,
  code: boolean,
  signal: AbortSignal,
): Promise<void> {
  const detail = detailOf(bench.tracking, run);
  fs.writeFileSync(path.join(folder, "run.json"), `${JSON.stringify(detail, null, 2)}\n`);
  const params = Object.entries(detail.params).map(([key, value]) => csvLine([key, value]));
  fs.writeFileSync(path.join(folder, "params.csv"), csvLine(["key", "value"]) + params.join(""));
  writeMetrics(bench, run, path.join(folder, "metrics.csv"), signal);
  const written = consoleFile(bench.store, run.id);
  if (written !== undefined) fs.copyFileSync(written, path.join(folder, "console.log"));
  const artifacts = bench.store.layout.artifacts({ room: "runs", id: run.id });
  if (fs.existsSync(artifacts)) {
    await fs.promises.cp(artifacts, path.join(folder, "artifacts"), {
      recursive: true,
      // A link in a store may lead anywhere.
      filter: (file) => !fs.lstatSync(file).isSymbolicLink(),
    });
  }
  signal.throwIfAborted();
  const commit = (launchedRun(bench.store, run) ?? run).facts.get("code.recorded")?.commit;
  if (code && commit !== undefined)
    await restoreSnapshot(bench.store.layout.root, commit, path.join(folder, "code"), signal);
}

/** All points of a run, in the order in which they were written. */
function writeMetrics(bench: Workbench, run: RunState, file: string, signal: AbortSignal): void {
  const { ports, layout } = bench.store;
  const ref: EntityRef = { room: "runs", id: run.id };
  const fd = fs.openSync(file, "wx");
  try {
    fs.writeSync(fd, csvLine(["name", "step", "time", "value", "dataset", "digest", "model"]));
    for (const name of entityFiles(ports.files, layout, ref).keys()) {
      if (entityFileOf(name).kind !== "points") continue;
      for (const { records } of readRecords(ports.files, path.join(layout.entity(ref), name))) {
        signal.throwIfAborted();
        fs.writeSync(fd, pointLines(run, records).join(""));
      }
    }
  } finally {
    fs.closeSync(fd);
  }
}

function pointLines(run: RunState, records: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < records.byteLength; at += pointSize) {
    const declared = run.facts.get("metric.declared", keyText(records.readBigUInt64LE(at)));
    if (!declared) continue; // padding, or its declaration was not read yet
    const { name, dataset, digest, model } = declared;
    const step = stepOf(records.readUInt32LE(at + 8), records.readUInt32LE(at + 12)).toString();
    const value = String(records.readDoubleLE(at + 24));
    lines.push(csvLine([name, step, records.readDoubleLE(at + 16), value, dataset, digest, model]));
  }
  return lines;
}

/** One line a run, with a column for each metric, param and tag that any of them has. */
export function runsCsv(runs: readonly RunSummary[]): string {
  const keys = (of: (run: RunSummary) => Readonly<Record<string, unknown>>): string[] =>
    [...new Set(runs.flatMap((run) => Object.keys(of(run))))].sort();
  const metrics = keys(({ metrics: own }) => own);
  const params = keys(({ params: own }) => own);
  const tags = keys(({ tags: own }) => own).filter((key) => !isOwnTag(key));
  const head = [
    ...["id", "name", "experiment", "state", "user", "start", "end", "seconds"],
    ...metrics.map((key) => `metrics.${key}`),
    ...params.map((key) => `params.${key}`),
    ...tags.map((key) => `tags.${key}`),
  ];
  const lines = runs.map((run) => [
    run.id,
    run.name,
    run.experiment.name ?? run.experiment.id,
    run.state,
    run.user,
    run.start,
    run.end,
    run.seconds,
    ...metrics.map((key) => run.metrics[key] ?? null),
    ...params.map((key) => run.params[key] ?? null),
    ...tags.map((key) => run.tags[key] ?? null),
  ]);
  return [head, ...lines].map(csvLine).join("");
}
