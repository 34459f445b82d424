import { Failure } from "../base/failure.js";
import type { Fact } from "./fact.js";
import type { ObjectHash } from "./object-names.js";
import { hashesIn } from "./reach.js";
import type { Pace } from "./pace.js";
import type { Store } from "./store.js";
import type { Findings } from "./verify-report.js";

const fromCopy = "Join a copy that still has it: `loam join OTHER`.";
const mostNamed = 3;

/** What pillars know of facts of the ledger. */
export interface AboutFacts {
  /** How a person calls what a fact is about. */
  readonly nameOf: (fact: Fact) => string | undefined;
  /** Of a fact that made something that stands: the facts whose contents that came of, and how a person calls these. */
  readonly cameOf: (fact: Fact) => readonly { readonly fact: string; readonly name: string }[];
}

/** Whether the contents that facts of the ledger name can be had. `damaged`: objects that are not what was stored. */
export async function verifyVersions(
  store: Store,
  findings: Findings,
  damaged: ReadonlySet<ObjectHash>,
  { nameOf, cameOf }: AboutFacts,
  pace: Pace,
): Promise<void> {
  const here = new Map<ObjectHash, boolean>();
  const has = (hash: ObjectHash): boolean => {
    let found = here.get(hash);
    if (found === undefined) here.set(hash, (found = store.objects.has(hash)));
    return found;
  };
  for (const { fact, published } of store.ledger.entries) {
    if (store.purged.isPurgedContent(fact.id)) continue;
    for (const came of cameOf(fact)) noteGivenUp(store, findings, nameOf(fact) ?? fact.id, came);
    for (const [, root = ""] of JSON.stringify(fact).matchAll(/"manifest":"([0-9a-f]{64})"/g)) {
      const shown = `manifests/${root.slice(0, 2)}/${root.slice(2)}`;
      const name = nameOf(fact) ?? `${fact.kind} ${fact.id}`;
      const seen = { files: 0, missing: [] as string[], damaged: [] as string[] };
      try {
        await lookAt(store, root, "", pace, (path, hash) => {
          seen.files++;
          if (damaged.has(hash)) seen.damaged.push(path);
          else if (!has(hash)) seen.missing.push(path);
        });
      } catch (error) {
        if (!(error instanceof Failure) || error.code === "cancelled") throw error;
        const what = `${name} cannot be read: ${error.message}`;
        if (published) findings.damage(shown, what, error.next ?? fromCopy);
        else findings.note(shown, what, "Check out a branch that has it, or join a store that does.");
        continue;
      }
      const { files, missing } = seen;
      if (seen.damaged.length > 0)
        findings.damage(shown, `${name}: ${listed(seen.damaged, files)} damaged`, fromCopy);
      if (missing.length === files && files > 0)
        findings.note(
          shown,
          `${name}: its content is not in this store`,
          "Join the store in which it was made: `loam join OTHER`.",
        );
      else if (missing.length > 0)
        findings.damage(shown, `${name}: ${listed(missing, files)} missing`, fromCopy);
    }
  }
}

/** Its clone did not know that somebody gave it up, who did not know that something came of it. */
function noteGivenUp(
  store: Store,
  findings: Findings,
  what: string,
  came: { readonly fact: string; readonly name: string },
): void {
  const by = store.purged.contentGivenUp(came.fact);
  if (!by) return;
  const day = new Date(by.at).toISOString().slice(0, 10);
  const entry = [...store.ledger.entries].find(({ id }) => id === by.fact);
  findings.note(
    entry ? `ledger/${day.slice(0, 7)}/${entry.name}.json` : by.fact,
    `${what} came of ${came.name}, which ${by.author === "" ? "somebody" : by.author} gave up for ever on ${day}`,
    "Nothing brings it back. Say so in the model's card, or register a version of other data.",
  );
}

const listed = (paths: readonly string[], files: number): string =>
  `${paths.length} of ${files} files (${paths
    .slice(0, mostNamed)
    .map((path) => path || "the file")
    .join(", ")}${paths.length > mostNamed ? " …" : ""}) ${paths.length === 1 ? "is" : "are"}`;

/** Each line of a manifest and of those that it names. Lines are read loosely: what they say is checked elsewhere. */
async function lookAt(
  store: Store,
  manifest: ObjectHash,
  prefix: string,
  pace: Pace,
  see: (path: string, hash: ObjectHash) => void,
  depth = 0,
): Promise<void> {
  if (depth > 200) return;
  for (const line of store.manifests.read(manifest).toString("utf8").split("\n")) {
    const [hash] = hashesIn(line);
    if (hash === undefined) continue;
    const name = nameIn(line);
    if (line.includes('"manifest":')) await lookAt(store, hash, `${prefix}${name}/`, pace, see, depth + 1);
    else see(prefix + name, hash);
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
