import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { isEntityId, type EntityRef } from "../core/store/layout.js";

/** A file or folder among the artifacts of a run, a logged model or a trace. */
export interface Place {
  readonly ref: EntityRef;
  /** Relative to the entity's artifacts. */
  readonly inside: string;
}

const invalid = (path: string, why: string): Failure =>
  new Failure("path.invalid", said`Invalid path: '${path.slice(0, 200)}' ${why}.`);

/** Refuses what could lead out of a root, also where it is percent-encoded, however often. */
export function checked(path: string): string {
  let decoded = path;
  for (let round = 0; round < 10; round++) {
    let next: string;
    try {
      next = decodeURIComponent(decoded);
    } catch {
      break;
    }
    if (next === decoded) break;
    decoded = next;
  }
  for (const form of [path, decoded]) {
    if (/^([/\\]|[A-Za-z]:[/\\])/.test(form)) throw invalid(path, "is absolute");
    if (form.split(/[/\\]/).includes("..")) throw invalid(path, "leads out of its folder");
    if (form.includes("#")) throw invalid(path, "holds a '#'");
  }
  return path;
}

/** What a path below the proxy's root belongs to: `…/<run id>/artifacts/…`, `…/models/<id>/artifacts/…`, `…/traces/<id>/artifacts/…`. */
export function placeOf(path: string): Place {
  const parts = checked(path)
    .split("/")
    .filter((part) => part !== "");
  for (let at = 0; at + 1 < parts.length; at++) {
    if (parts[at + 1] !== "artifacts") continue;
    const above = parts[at - 1];
    const room = above === "models" ? "logged" : above === "traces" ? "traces" : "runs";
    const id = parts[at] ?? "";
    if (isEntityId(room, id)) return { ref: { room, id }, inside: parts.slice(at + 2).join("/") };
  }
  throw new Failure(
    "path.invalid",
    said`Invalid path: '${path.slice(0, 200)}' belongs to no run, logged model or trace.`,
    {
      next: said`Log files to a run: their place is the run's artifact_uri.`,
    },
  );
}
