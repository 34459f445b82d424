import { Failure } from "../base/failure.js";
import type { Fact } from "./fact.js";
import type { ObjectHash } from "./object-names.js";
import type { Pace } from "./pace.js";
import { hashesIn } from "./reach.js";
import type { Store } from "./store.js";

const deepest = 200;

/** The manifests of the contents that a fact names. */
export const contentsOf = (fact: Fact): ObjectHash[] =>
  [...JSON.stringify(fact).matchAll(/"manifest":"([0-9a-f]{64})"/g)].map(([, root = ""]) => root);

/**
 * The files that a manifest names, and those that its folders do. Lines are read loosely: what they say is checked
 * elsewhere. Throws as `Manifests.read` does.
 */
export async function* namedFiles(
  store: Store,
  manifest: ObjectHash,
  pace: Pace,
  prefix = "",
  depth = 0,
): AsyncGenerator<{ readonly path: string; readonly hash: ObjectHash }> {
  if (depth > deepest) return;
  for (const line of store.manifests.read(manifest).toString("utf8").split("\n")) {
    const [hash] = hashesIn(line);
    if (hash === undefined) continue;
    const path = prefix + nameIn(line);
    if (line.includes('"manifest":')) yield* namedFiles(store, hash, pace, `${path}/`, depth + 1);
    else yield { path, hash };
    await pace.turn();
  }
}

function nameIn(line: string): string {
  try {
    const { path, folder } = JSON.parse(line) as { path?: unknown; folder?: unknown };
    const names = [path, folder].filter((name) => typeof name === "string");
    return names[0] ?? "";
  } catch {
    return "";
  }
}

/** An answer for each hash, asked once. */
export function onceEach(ask: (hash: ObjectHash) => boolean): (hash: ObjectHash) => boolean {
  const answers = new Map<ObjectHash, boolean>();
  return (hash) => {
    let answer = answers.get(hash);
    if (answer === undefined) answers.set(hash, (answer = ask(hash)));
    return answer;
  };
}

/** Notes which of the contents that the ledger names are whole here; those that are known to be are not looked at. */
export async function noteWhole(store: Store, pace: Pace): Promise<void> {
  const has = onceEach((hash) => store.objects.has(hash));
  for (const { fact } of store.ledger.entries)
    for (const root of store.purged.isPurgedContent(fact.id) ? [] : contentsOf(fact))
      if (!store.whole.has(root) && (await isWhole(store, root, has, pace))) store.whole.note(root);
}

async function isWhole(
  store: Store,
  root: ObjectHash,
  has: (hash: ObjectHash) => boolean,
  pace: Pace,
): Promise<boolean> {
  try {
    for await (const { hash } of namedFiles(store, root, pace)) if (!has(hash)) return false;
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code !== "cancelled") return false;
    throw error;
  }
}
