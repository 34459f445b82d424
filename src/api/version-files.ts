import { Readable } from "node:stream";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Contents } from "../core/datasets/contents.js";
import type { StoredContent } from "../core/datasets/view.js";
import { artifactName } from "../core/registry/version-files.js";
import type { Registry } from "../core/registry/registry.js";
import { isRegisteredId } from "../core/registry/model.js";
import type { ModelVersionDetail } from "../core/registry/view.js";
import { nameFromDisk, nameOnDisk } from "../core/store/names.js";
import type { ArtifactEntry } from "../core/tracking/artifacts.js";
import type { Answer } from "./call.js";
import { downloadOf } from "./download.js";

/** The first part of the paths below which the artifact proxy gives the frozen files of versions. */
const root = "registered";
/** Copies of copies are followed so far. */
const mostCopies = 50;

/**
 * Where clients fetch a version's files. Not the run's own place: what stands there may be overwritten or deleted, and a
 * version is what it was when it was registered. So a version has a place of its own in the artifact proxy, served from
 * what was frozen: `mlflow-artifacts:/registered/<model id>/<version id>/<name>`, where the name is that which the
 * files had. Experiments have digits for ids, so no run's place begins so. What was never frozen (`s3://…`, or nothing
 * was there yet) is where it was said to be.
 */
export function downloadUri(registry: Registry, version: ModelVersionDetail): string {
  const { artifact, model, id } = version;
  if (artifact === null) return elsewhere(registry, version, mostCopies);
  return `mlflow-artifacts:/${root}/${model}/${id}/${encodeURIComponent(nameOf(version))}`;
}

/** A copy of a version that was never frozen is where that one is. */
function elsewhere(registry: Registry, { source }: ModelVersionDetail, left: number): string {
  const [, name = "", number = ""] = /^models:\/([^/]+)\/(\d+)$/.exec(source) ?? [];
  const from = registry.byName(name)?.history.find((one) => one.number === Number(number));
  const version = from && registry.versionOf(from.model, from.id);
  return version && left > 0 ? elsewhere(registry, version, left - 1) : source;
}

/** What the files of a version are called together: as in the place that they came from. */
function nameOf(version: ModelVersionDetail): string {
  if (version.artifact?.form === "file") return version.file ?? artifactName(version);
  const last = version.source.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return /^[\w][\w.\- ]*$/.test(last) && !version.source.startsWith("models:") ? last : "model";
}

/** A file or folder of a version. */
export interface VersionPlace {
  readonly version: ModelVersionDetail;
  readonly artifact: StoredContent;
  /** Relative to the version's root; "" is the root itself. */
  readonly inside: string;
}

/** True for the paths of the proxy that belong to versions. */
export const isOfVersion = (path: string): boolean => {
  const [first, model = ""] = path.split("/").filter((part) => part !== "");
  return first === root && isRegisteredId(model);
};

/** What such a path leads to. Throws `version.notFound`, `artifact.notFound`. */
export function placeOfVersion(registry: Registry, path: string): VersionPlace {
  const [, model = "", id = "", , ...inside] = path.split("/").filter((part) => part !== "");
  registry.look();
  const version = registry.stands(model) ? registry.versionOf(model, id) : undefined;
  if (!version || version.deleted)
    throw new Failure("version.notFound", said`No model version has the files of '${path.slice(0, 200)}'`);
  return placeIn(version, inside.join("/"));
}

/** A path within the files of a version. Throws `artifact.notFound` where none were frozen. */
export function placeIn(version: ModelVersionDetail, inside: string): VersionPlace {
  const { artifact, name, number, source } = version;
  if (artifact) return { version, artifact, inside };
  throw new Failure(
    "artifact.notFound",
    said`The files of version ${number} of ${name} are not kept here, but at ${source.slice(0, 300)}`,
  );
}

export const frozen = (path: string): Failure =>
  new Failure("path.invalid", said`Invalid path: '${path.slice(0, 200)}' belongs to a model version.`, {
    next: said`What was registered stays as it was. Register a new version.`,
  });

/** Files were frozen as they stood below a run: by the names that they have on disk. */
const onDisk = (inside: string): string =>
  inside
    .split("/")
    .filter((part) => part !== "")
    .map(nameOnDisk)
    .join("/");

/** Files and folders directly below a folder of a version; none for a file, or where there is nothing. */
export function listVersion(contents: Contents, { artifact, inside }: VersionPlace): ArtifactEntry[] {
  if (artifact.form === "file") return [];
  const before = inside === "" ? "" : `${onDisk(inside)}/`;
  const entries = new Map<string, ArtifactEntry>();
  for (const { path, size } of contents.manifest(artifact)) {
    if (!path.startsWith(before)) continue;
    const [name = "", ...deeper] = path.slice(before.length).split("/");
    const folder = deeper.length > 0;
    if (!entries.has(name)) entries.set(name, { name: nameFromDisk(name), folder, size: folder ? 0 : size });
  }
  return [...entries.values()];
}

/** The bytes of a file of a version. Throws `artifact.notFound`, `path.invalid` for a folder. */
export function fetchVersion(contents: Contents, place: VersionPlace, range: string | undefined): Answer {
  const { artifact, inside, version } = place;
  const file = contents.manifest(artifact).find(onDisk(inside));
  if (!file) {
    if (inside === "" || listVersion(contents, place).length > 0)
      throw new Failure("path.invalid", said`Invalid path: '${inside}' is a folder.`);
    throw new Failure("artifact.notFound", said`No such artifact: '${inside}'`);
  }
  const name = inside === "" ? nameOf(version) : inside;
  const open = (from: number, to: number): Readable =>
    Readable.from(part(contents.slices(file.hash), from, to), { objectMode: false });
  return downloadOf({ size: file.size, open }, name, range);
}

/** The bytes from `from` to `to` of some slices. Read to their end, since only that shows that they are what was stored. */
function* part(slices: Iterable<Buffer>, from: number, to: number): Generator<Buffer> {
  let at = 0;
  for (const slice of slices) {
    const wanted = slice.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += slice.byteLength;
    if (wanted.byteLength > 0) yield wanted;
  }
}
