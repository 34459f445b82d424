import { Failure } from "../base/failure.js";
import type { Fact } from "./fact.js";
import { contentsOf, namedFiles, onceEach } from "./named-files.js";
import type { ObjectHash } from "./object-names.js";
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

/**
 * Whether the contents that facts of the ledger name can be had. `damaged`: objects that are not what was stored. The
 * manifests of those that are whole.
 */
export async function verifyVersions(
  store: Store,
  findings: Findings,
  damaged: ReadonlySet<ObjectHash>,
  { nameOf, cameOf }: AboutFacts,
  pace: Pace,
): Promise<ReadonlySet<ObjectHash>> {
  const has = onceEach((hash) => store.objects.has(hash));
  const whole = new Set<ObjectHash>();
  for (const { fact, published } of store.ledger.entries) {
    if (store.purged.isPurgedContent(fact.id)) continue;
    for (const came of cameOf(fact)) noteGivenUp(store, findings, nameOf(fact) ?? fact.id, came);
    for (const root of contentsOf(fact)) {
      const shown = `manifests/${root.slice(0, 2)}/${root.slice(2)}`;
      const name = nameOf(fact) ?? `${fact.kind} ${fact.id}`;
      const seen = { files: 0, missing: [] as string[], damaged: [] as string[] };
      try {
        for await (const { path, hash } of namedFiles(store, root, pace)) {
          seen.files++;
          if (damaged.has(hash)) seen.damaged.push(path);
          else if (!has(hash)) seen.missing.push(path);
        }
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
      if (missing.length > 0) tellMissing(findings, shown, name, seen, store.whole.has(root));
      else if (seen.damaged.length === 0) whole.add(root);
    }
  }
  return whole;
}

/** What was here and is not any more was lost; what never was stands in the clone that made it, or nowhere. */
function tellMissing(
  findings: Findings,
  shown: string,
  name: string,
  { files, missing }: { readonly files: number; readonly missing: readonly string[] },
  wasHere: boolean,
): void {
  if (wasHere) {
    findings.damage(shown, `${name}: ${listed(missing, files)} missing; all were here`, fromCopy);
    return;
  }
  const what =
    missing.length === files
      ? `${name}: its content is not in this store`
      : `${name}: ${listed(missing, files)} not in this store, which never had all of them`;
  findings.note(shown, what, "Join the store in which it was made: `loam join OTHER`.");
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
