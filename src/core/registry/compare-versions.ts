import { Failure } from "../base/failure.js";
import type { Store } from "../store/store.js";
import { interestIn, isMoreBetter } from "../tracking/metrics-that-matter.js";
import { compareSignatures } from "./compare-signatures.js";
import { measuredOf } from "./measured.js";
import { summaryOfVersion } from "./summaries.js";
import type { ModelVersionDetail, VersionComparison } from "./view.js";

/** A list of packages above this is none that a Python wrote. */
const mostPackages = 4 * 1024 * 1024;

/** A name with a value a version, null where it has none. */
interface Row<V> {
  readonly name: string;
  readonly values: readonly (V | null)[];
}

/**
 * Versions side by side: all metrics, the ones that a person wants to see first; of params and environment what
 * differs; what callers of the first would notice of each; data, size, and what was measured on this machine.
 */
export function compareVersions(store: Store, versions: readonly ModelVersionDetail[]): VersionComparison {
  const metrics = rowsOf(versions.map((version) => new Map(Object.entries(version.metrics))))
    .map((row) => ({ ...row, better: betterOf(row.name) }))
    .sort((a, b) => interestIn(b.name) - interestIn(a.name) || (a.name < b.name ? -1 : 1));
  const params = rowsOf(versions.map((version) => new Map(Object.entries(version.params))));
  const environment = rowsOf(versions.map((version) => environmentOf(store, version)));
  const signatures = versions.map((version) => version.signature ?? version.converted?.signature ?? null);
  const [first] = signatures;
  return {
    versions: versions.map(summaryOfVersion),
    metrics,
    params: params.filter(differs),
    signatures: signatures.map((signature) =>
      first && signature ? compareSignatures(first, signature) : null,
    ),
    data: rowsOf(versions.map(dataOf)),
    environment: environment.filter(differs),
    sizes: versions.map(({ size }) => size),
    measured: versions.map((version) => measuredOf(store, version)),
    same: {
      metrics: metrics.filter((row) => !differs(row)).length,
      params: params.filter((row) => !differs(row)).length,
      environment: environment.filter((row) => !differs(row)).length,
    },
  };
}

function betterOf(name: string): "more" | "less" | null {
  const more = isMoreBetter(name);
  return more === undefined ? null : more ? "more" : "less";
}

const differs = ({ values }: Row<unknown>): boolean => new Set(values).size > 1;

function rowsOf<V>(all: readonly ReadonlyMap<string, V>[]): readonly Row<V>[] {
  const names = [...new Set(all.flatMap((one) => [...one.keys()]))].sort();
  return names.map((name) => ({ name, values: all.map((one) => one.get(name) ?? null) }));
}

/** Data sets by name with the version that was seen, and the content's beginning: a number may be given twice. */
const dataOf = ({ data }: ModelVersionDetail): ReadonlyMap<string, string> =>
  new Map(data.map(({ name, number, content }) => [name, `${number} (${content.slice(0, 8)})`]));

function environmentOf(store: Store, { environment, code }: ModelVersionDetail): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (code) found.set("code", code.commit.slice(0, 12));
  if (!environment) return found;
  if (environment.python !== null) found.set("Python", environment.python);
  if (environment.platform !== null) found.set("platform", environment.platform);
  for (const [name, version] of packagesOf(store, environment.packages)) found.set(name, version);
  return found;
}

/** Packages with their versions, from a list of `name==version` or `name @ address`; none where it is not here. */
function packagesOf(store: Store, list: string | null): readonly (readonly [string, string])[] {
  if (list === null) return [];
  try {
    return store.objects
      .get(list, mostPackages)
      .toString("utf8")
      .split("\n")
      .flatMap((line) => {
        const [, name, version] = /^(\S+?)(?:==|\s*@\s*)(.+)$/.exec(line.trim()) ?? [];
        return name === undefined || version === undefined ? [] : [[name, version] as const];
      });
  } catch (error) {
    if (error instanceof Failure && error.code === "artifact.notFound") return [];
    throw error;
  }
}
