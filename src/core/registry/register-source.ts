import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Datasets } from "../datasets/datasets.js";
import { ArtifactRecord } from "../store/artifact-record.js";
import { entityFiles, readEntity } from "../store/entity-reader.js";
import { entityFileOf, type EntityRef } from "../store/layout.js";
import type { Store } from "../store/store.js";
import type { RunState } from "../tracking/run-state.js";
import { storedRunIds } from "../tracking/run-ids.js";
import { isSystemMetric } from "../tracking/run-summary.js";
import type { Tracking } from "../tracking/tracking.js";
import { frozenRun, noRun, type FrozenRun } from "./frozen-run.js";
import type { Registry } from "./registry.js";
import type { ModelVersionDetail, RegisterSource } from "./view.js";

/** Where models, runs, artifacts and data are found. */
export interface RegisterGround {
  readonly registry: Registry;
  readonly tracking: Tracking;
  readonly datasets: Datasets;
}

/** What a source turned out to be. `said`: how it stands in the fact. */
export type FoundSource = {
  readonly said: string;
  readonly logged: string | null;
  readonly frozen: FrozenRun;
} & (
  | {
      readonly from: "disk";
      /** Absolute. */
      readonly place: string;
      /** SHA-256 of a file below it ("" is it itself) as it was recorded when it was written. */
      readonly recorded: (file: string) => string | undefined;
    }
  | { readonly from: "version"; readonly version: ModelVersionDetail }
);

/**
 * Finds what becomes a version, with the facts of the run that made it. Throws `artifact.notFound`, `run.notFound`,
 * `model.notFound`, `version.notFound`, `state.wrong`, `content.changed`.
 */
export function findSource(ground: RegisterGround, source: RegisterSource): FoundSource {
  switch (source.kind) {
    case "artifact":
      return ofArtifact(ground, source.run, source.path);
    case "logged":
      return ofLogged(ground, source.model);
    case "file":
      return ofFile(ground, source.path, source.run);
    case "version": {
      const version = ground.registry.existingVersion(source.model, source.version);
      const { run, runName, experiment, code, data, params, metrics, environment, logged } = version;
      return {
        from: "version",
        version,
        said: `models:/${version.name}/${version.number}`,
        logged,
        frozen: { run, runName, experiment, code, data, params, metrics, environment },
      };
    }
  }
}

function ofArtifact(ground: RegisterGround, run: string, artifact: string): FoundSource {
  const { tracking, datasets } = ground;
  const state = tracking.runs.get(run);
  const ref: EntityRef = { room: "runs", id: run };
  const clean = artifact.replace(/^\/+|\/+$/g, "");
  return {
    from: "disk",
    said: `runs:/${run}/${clean}`,
    logged: null,
    frozen: frozenRun(tracking, datasets, state),
    place: tracking.artifacts.locate(ref, clean),
    recorded: recordedIn(tracking.store, ref, clean),
  };
}

/** What was written last at a path as the entity's facts say, unless a write of it was cut off. */
function recordedIn(store: Store, ref: EntityRef, below: string): (file: string) => string | undefined {
  const { files } = store.ports;
  const sizes = [...entityFiles(files, store.layout, ref)];
  const ofFacts = new Map(sizes.filter(([name]) => entityFileOf(name).kind === "facts"));
  const read = readEntity(files, store.layout, ref, new Map(), () => undefined, ofFacts, store.purged);
  const record = new ArtifactRecord(read.facts.flatMap((fact) => ArtifactRecord.asFact(fact) ?? []));
  return (file) => {
    const name = [below, file].filter((part) => part !== "").join("/");
    return record.isUnsure(name) ? undefined : record.last(name)?.sha256;
  };
}

function ofLogged(ground: RegisterGround, id: string): FoundSource {
  const { tracking, datasets } = ground;
  const model = tracking.models.get(id);
  if (model.status !== "LOGGED_MODEL_READY")
    throw new Failure(
      "state.wrong",
      model.status === "LOGGED_MODEL_PENDING"
        ? said`The logged model ${id} is still being written.`
        : said`The upload of the logged model ${id} failed: it is not whole.`,
      { next: said`Log it again, then register that one.` },
    );
  const run = model.created.sourceRun;
  const frozen = run === "" ? noRun : frozenRun(tracking, datasets, tracking.runs.get(run));
  return {
    from: "disk",
    said: `models:/${id}`,
    logged: id,
    frozen: {
      ...frozen,
      params: { ...frozen.params, ...Object.fromEntries(model.params.map(({ key, value }) => [key, value])) },
      metrics: {
        ...frozen.metrics,
        ...Object.fromEntries(
          model.metrics.flatMap(({ name, value }) => (isSystemMetric(name) ? [] : [[name, value] as const])),
        ),
      },
    },
    place: tracking.artifacts.locate({ room: "logged", id }, ""),
    recorded: recordedIn(tracking.store, { room: "logged", id }, ""),
  };
}

function ofFile({ registry, tracking, datasets }: RegisterGround, given: string, run?: string): FoundSource {
  const place = path.resolve(registry.folder, given);
  const stat = tracking.store.ports.files.stat(place);
  if (stat?.kind !== "file" && stat?.kind !== "folder")
    throw stat
      ? new Failure("artifact.notFound", said`${place} is neither a file nor a folder.`, {
          next: said`Links are not followed: name what it points to.`,
        })
      : new Failure("artifact.notFound", said`There is no file or folder ${place}.`, {
          next: said`Check the path.`,
        });
  const root = tracking.store.layout.root;
  if (place === root || root.startsWith(place + path.sep))
    throw new Failure("path.invalid", said`${place} holds the store itself.`, {
      next: said`Name the file or folder of the model.`,
    });
  const shown = path.relative(registry.folder, place).replaceAll(path.sep, "/");
  const isBelow = !shown.startsWith("../") && !path.isAbsolute(shown);
  const state =
    run !== undefined ? tracking.runs.get(run) : isBelow ? writerOf(tracking, shown, stat) : undefined;
  if (state && isBelow) checkUntouched(state, shown, stat);
  return {
    from: "disk",
    said: isBelow ? shown : place,
    logged: null,
    frozen: state ? frozenRun(tracking, datasets, state) : noRun,
    place,
    recorded: () => undefined,
  };
}

/** Between the end of a run and what its file system says of its last write may be some time. */
const slackMs = 60_000;

/** So many runs are asked whether they wrote a file. */
const mostAsked = 100;

interface Written {
  readonly size: number;
  readonly mtimeMs: number;
}

/** The newest run that left the file just as it lies there. */
function writerOf(tracking: Tracking, shown: string, stat: Written): RunState | undefined {
  const newest = storedRunIds(tracking.store).slice(-mostAsked).reverse();
  for (const id of newest) {
    const run = tracking.runs.find(id);
    const isWritten = run?.facts.get("file.offered", shown) && stat.mtimeMs >= run.start - slackMs;
    if (run && isWritten && isUntouched(run, shown, stat) && tracking.runs.stageOf(run) === "active")
      return run;
  }
  return undefined;
}

function isUntouched(run: RunState, shown: string, stat: Written): boolean {
  const offered = run.facts.get("file.offered", shown);
  const isSame = !offered || offered.size === stat.size;
  return isSame && (run.end === undefined || stat.mtimeMs <= run.end + slackMs);
}

/** Throws `content.changed` where a file that a run left was written since. */
function checkUntouched(run: RunState, shown: string, stat: Written): void {
  if (isUntouched(run, shown, stat)) return;
  throw new Failure("content.changed", said`${shown} was changed since the run ${run.name} wrote it.`, {
    next: said`Register it without the run, or an artifact of the run.`,
  });
}
