import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { EntityRef } from "../core/store/layout.js";
import { isModelId } from "../core/store/ids.js";
import type { Registry } from "../core/registry/registry.js";
import { versionNumbered } from "../core/registry/names.js";
import type { ModelVersionDetail } from "../core/registry/view.js";
import { checked, placeOf } from "./artifact-place.js";
import { isOfVersion, placeOfVersion } from "./version-files.js";

/** What the `source` of a new version means. */
export type VersionSource =
  | { readonly kind: "artifact"; readonly run: string; readonly path: string }
  | { readonly kind: "logged"; readonly model: string }
  | { readonly kind: "version"; readonly version: ModelVersionDetail }
  /** In a place that this store knows nothing of: its address is kept as it was said. */
  | { readonly kind: "elsewhere" };

const invalid = (source: string, why: string): Failure =>
  new Failure("value.invalid", said`Invalid model version source: '${source.slice(0, 300)}'. ${why}`);

/** Reads the `source` of a new version. Throws `value.invalid`, `path.invalid`, `version.notFound`. */
export function versionSource(registry: Registry, source: string): VersionSource {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(source) ?? [];
  if (scheme === "" || scheme.toLowerCase() === "file")
    throw invalid(
      source,
      "A path of one machine means nothing to others: log the file to a run and register that.",
    );
  checkPath(source, rest);
  switch (scheme.toLowerCase()) {
    case "runs":
      return ofRun(source, rest);
    case "models":
      return ofModels(registry, source, rest);
    case "mlflow-artifacts":
      return ofProxy(registry, withoutHost(rest));
    case "http":
    case "https": {
      const [, inside] = /\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.*)$/s.exec(rest) ?? [];
      return inside === undefined ? { kind: "elsewhere" } : ofProxy(registry, inside);
    }
    default:
      return { kind: "elsewhere" };
  }
}

/** No address may lead upwards, also where that is percent-encoded. */
function checkPath(source: string, rest: string): void {
  try {
    checked(rest.replace(/^\/+/, "").replace(/[?#].*$/s, ""));
  } catch {
    throw invalid(source, "It must be an absolute address that does not lead upwards.");
  }
  if (rest.includes("\0") || /%00/i.test(rest)) throw invalid(source, "It holds a zero byte.");
}

/** `/a/b` of `//host:port/a/b` and of `/a/b`. */
const withoutHost = (rest: string): string => rest.replace(/^\/\/[^/]*/, "");

function ofRun(source: string, rest: string): VersionSource {
  const [, run = "", path = ""] = /^\/([^/]+)\/?(.*)$/s.exec(rest) ?? [];
  if (run === "") throw invalid(source, "It is written runs:/RUN_ID/PATH.");
  return { kind: "artifact", run, path: path.replace(/\/+$/, "") };
}

function ofModels(registry: Registry, source: string, rest: string): VersionSource {
  const [, first = "", second] = /^\/([^/]+)(?:\/([^/]+))?\/?$/s.exec(rest) ?? [];
  if (first === "") throw invalid(source, "It is written models:/NAME/VERSION, or models:/MODEL_ID.");
  if (second === undefined && isModelId(first)) return { kind: "logged", model: first };
  const [name = "", alias] = second === undefined ? first.split("@") : [first];
  if (second === undefined && alias === undefined)
    throw invalid(source, "It is written models:/NAME/VERSION, or models:/NAME@ALIAS.");
  const model = registry.named(name);
  const number =
    second === undefined
      ? Object.hasOwn(model.aliases, alias ?? "")
        ? model.aliases[alias ?? ""]
        : undefined
      : second.toLowerCase() === "latest"
        ? model.latest?.number
        : versionNumbered(second);
  if (number === undefined) throw invalid(source, "There is no such version.");
  return { kind: "version", version: registry.version(model, number) };
}

function ofProxy(registry: Registry, path: string): VersionSource {
  if (isOfVersion(path)) return { kind: "version", version: placeOfVersion(registry, path).version };
  const { ref, inside } = placeOf(path.replace(/^\/+/, ""));
  return ofEntity(ref, inside, path);
}

function ofEntity({ room, id }: EntityRef, path: string, source: string): VersionSource {
  if (room === "runs") return { kind: "artifact", run: id, path };
  if (room === "logged" && path === "") return { kind: "logged", model: id };
  if (room === "logged") throw invalid(source, "A logged model is registered as a whole.");
  throw invalid(source, "It belongs to a trace.");
}
