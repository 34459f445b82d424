import { readCache, writeCache } from "../code/cache-file.js";
import type { Store } from "../store/store.js";
import type { Measured, ModelVersionDetail } from "./view.js";

const numbers = ["at", "load", "median", "slowest", "runs"] as const;

/** The content that is run for a version: its own where that is ONNX or may have it, else what was made of it. */
export function runnable({
  artifact,
  converted,
  flavor,
}: Pick<ModelVersionDetail, "artifact" | "converted" | "flavor">): ModelVersionDetail["artifact"] {
  if (flavor === "onnx") return artifact;
  return converted?.artifact ?? (flavor === "mlflow" ? artifact : null);
}

const placeOf = (store: Store, content: string): string =>
  store.layout.at("local", "measured", `${content}.json`);

/** What was measured of a version on this machine; null where nothing was. No fact: it holds here alone. */
export function measuredOf(
  store: Store,
  version: Pick<ModelVersionDetail, "artifact" | "converted" | "flavor">,
): Measured | null {
  const content = runnable(version)?.content;
  const kept = content === undefined ? undefined : readCache(store.ports, placeOf(store, content));
  if (typeof kept !== "object" || kept === null) return null;
  const found = kept as Readonly<Record<string, unknown>>;
  const whole =
    numbers.every((name) => typeof found[name] === "number") && typeof found["runtime"] === "string";
  return whole ? (kept as Measured) : null;
}

export function keepMeasured(store: Store, content: string, measured: Measured): void {
  writeCache(store.ports, placeOf(store, content), measured);
}
