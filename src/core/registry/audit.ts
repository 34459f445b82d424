import { inRow, said, type Said } from "../base/said.js";
import type { Datasets } from "../datasets/datasets.js";
import { asFact, compareFacts, type Fact } from "../store/fact.js";
import { addingCommits, type AddingCommit } from "../store/git-authors.js";
import { commitSignatures, type CommitSignature } from "../store/git-signatures.js";
import { ledgerOnDisk, type LedgerFact, type LedgerOnDisk } from "../store/ledger-on-disk.js";
import { Pace } from "../store/pace.js";
import type { Store } from "../store/store.js";
import { readJson } from "../store/whole-file.js";
import { entryOf, type Line } from "./audit-entry.js";
import { reasonInWords } from "./audit-words.js";
import { holdingOf, type Damage } from "./holdings.js";
import { registryKinds } from "./kinds.js";
import type { Registry } from "./registry.js";
import { registryShapes } from "./shapes.js";
import type { AuditEntry, AuditHolding, AuditReport } from "./audit-view.js";

/** How far an audit is, in versions. */
export type OnAudited = (done: number, total: number) => void;

/**
 * Who did what to a model (null: to all) and when, read anew from the ledger and checked against its hashes, with the git
 * commit that brought each fact, and what of each version is here. Throws `cancelled`, `model.notFound`.
 */
export async function auditModels(
  ground: { readonly registry: Registry; readonly datasets: Datasets },
  model: string | null,
  signal: AbortSignal,
  progress: OnAudited = () => undefined,
): Promise<AuditReport> {
  const { registry, datasets } = ground;
  if (model !== null) registry.known(model);
  else registry.all();
  datasets.refresh();
  const pace = new Pace(signal, said`the audit`);
  const { entries, lines, shared, local, commits, signatures } = await auditedFacts(
    registry,
    model,
    pace,
    signal,
  );
  const damaged: Damage[] = [];
  const holdings = await holdingsOf(ground, model, pace, signal, progress, (damage) => damaged.push(damage));
  return {
    entries,
    holdings,
    problems: [...(await ledgerProblems(shared, local, pace)), ...shapeProblems(lines), ...damaged],
    unproven: unprovenOf(entries, holdings, commits, signatures),
  };
}

interface AuditedFacts {
  /** In the order of the facts. */
  readonly entries: readonly AuditEntry[];
  readonly lines: readonly Line[];
  readonly shared: LedgerOnDisk;
  readonly local: LedgerOnDisk;
  readonly commits: ReadonlyMap<string, AddingCommit> | undefined;
  readonly signatures: ReadonlyMap<string, CommitSignature> | undefined;
}

/** The facts of a model (null: of all) as they stand on the disk now; `ids`: these alone. */
async function auditedFacts(
  registry: Registry,
  model: string | null,
  pace: Pace,
  signal: AbortSignal,
  ids?: ReadonlySet<string>,
): Promise<AuditedFacts> {
  const { store } = registry;
  const read = { wanted: (name: string) => ids?.has(name.slice(0, 26)) ?? true };
  const shared = await ledgerOnDisk(store, "ledger", pace, read);
  const local = await ledgerOnDisk(store, "local/ledger", pace, read);
  const commits = await addingCommits(store.ports.files, store.layout, signal);
  const lines: Line[] = [];
  for (const line of factLines(store, shared, local)) {
    const { kind, model: of } = line.fact as Fact & { readonly model?: unknown };
    if (registryKinds.has(kind) && (model === null || of === model)) lines.push(line);
    await pace.turn();
  }
  lines.sort((a, b) => compareFacts(a.fact, b.fact));
  const brought = lines.flatMap(({ file }) => commits?.get(file) ?? []);
  const signatures = await commitSignatures(store.layout, [...new Set(brought.map(({ id }) => id))], signal);
  pace.check();
  const entries: AuditEntry[] = [];
  for (const line of lines) {
    entries.push(entryOf(registry, line, commits, signatures));
    await pace.turn();
  }
  return { entries, lines, shared, local, commits, signatures };
}

/**
 * How these facts of a model are proved, read anew and checked as an audit does it, by their ids: what nobody wrote is
 * left away. Throws `cancelled`, `model.notFound`.
 */
export async function proofsOfFacts(
  registry: Registry,
  model: string,
  facts: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AuditEntry["proof"]>> {
  registry.known(model);
  const pace = new Pace(signal, said`the audit`);
  const { entries } = await auditedFacts(registry, model, pace, signal, new Set(facts));
  return new Map(entries.map(({ fact, proof }) => [fact, proof]));
}

/** All facts of the ledger, the altered ones as they were where this machine remembers them. */
function* factLines(store: Store, shared: LedgerOnDisk, local: LedgerOnDisk): Generator<Line> {
  const names = new Map<string, number>();
  for (const name of new Set([...shared.good.keys(), ...local.good.keys()]))
    names.set(name.slice(0, 26), (names.get(name.slice(0, 26)) ?? 0) + 1);
  const isDouble = (name: string): boolean => (names.get(name.slice(0, 26)) ?? 0) > 1;
  for (const [name, { file, read }] of shared.good)
    yield { file, fact: read.fact, state: isDouble(name) ? "altered" : "good" };
  for (const [name, { file, read }] of local.good) {
    if (shared.good.has(name)) continue;
    const state = shared.bad.has(name) ? "altered" : "elsewhere";
    yield { file: file.replace(/^local\//, ""), fact: read.fact, state };
  }
  for (const [name, { file }] of shared.bad) {
    if (local.good.has(name)) continue;
    const fact = asFact(readJson(store.ports.files, store.layout.at(...file.split("/"))));
    if (typeof fact !== "string") yield { file, fact, state: "altered" };
  }
}

async function ledgerProblems(
  shared: LedgerOnDisk,
  local: LedgerOnDisk,
  pace: Pace,
): Promise<AuditReport["problems"][number][]> {
  const all = new Map<string, LedgerFact>([...local.good, ...shared.good]);
  const byId = new Map<string, string>();
  const problems = [...shared.bad.values()].map(({ file, why }) => ({ file, what: reasonInWords(why) }));
  for (const [name, { file, why }] of local.bad)
    if (!all.has(name)) problems.push({ file, what: reasonInWords(why) });
  for (const [name, { file }] of all) {
    await pace.turn();
    const other = byId.get(name.slice(0, 26));
    if (other === undefined) byId.set(name.slice(0, 26), name);
    else
      problems.push({
        file,
        what: said`it has the id of ${other}: one of the two was altered and named anew`,
      });
  }
  for (const { file, read } of all.values()) {
    await pace.turn();
    for (const head of read.heads) {
      if (all.has(head) || shared.bad.has(head) || local.bad.has(head)) continue;
      const renamed = byId.get(head.slice(0, 26));
      problems.push(
        renamed === undefined
          ? {
              file,
              what: said`it follows the fact ${head}, which is nowhere: removed, or never committed by its author`,
            }
          : {
              file: all.get(renamed)?.file ?? file,
              what: said`it was ${head} when others followed it: altered and named anew`,
            },
      );
    }
  }
  return problems;
}

/** Facts that are what was written, and yet lack what counts: a model is as if they were not there. */
const shapeProblems = (lines: readonly Line[]): AuditReport["problems"] =>
  lines.flatMap(({ file, fact, state }) =>
    state === "good" && registryShapes.get(fact.kind)?.(fact) === false
      ? [{ file, what: said`it is not what a fact of the kind ${fact.kind} is, and counts for nothing` }]
      : [],
  );

async function holdingsOf(
  { registry, datasets }: { readonly registry: Registry; readonly datasets: Datasets },
  model: string | null,
  pace: Pace,
  signal: AbortSignal,
  progress: OnAudited,
  damaged: (damage: Damage) => void,
): Promise<AuditHolding[]> {
  const versions = registry
    .all()
    .filter(({ id }) => model === null || id === model)
    .flatMap(({ id, history }) => history.flatMap((version) => registry.versionOf(id, version.id) ?? []))
    .filter(({ deleted }) => !deleted);
  const holdings: AuditHolding[] = [];
  for (const version of versions) {
    progress(holdings.length, versions.length);
    holdings.push(await holdingOf(datasets, version, pace, signal, damaged));
  }
  return holdings;
}

/** So many versions are named in a sentence; the rest is counted. */
const mostNamed = 20;

function unprovenOf(
  entries: readonly AuditEntry[],
  holdings: readonly AuditHolding[],
  commits: ReadonlyMap<string, AddingCommit> | undefined,
  signatures: ReadonlyMap<string, CommitSignature> | undefined,
): Said[] {
  const count = (n: number, words: (n: number) => Said): Said[] => (n === 0 ? [] : [words(n)]);
  const here = entries.filter(({ proof }) => proof !== "elsewhere");
  const unsigned = here.filter(({ commit, proof }) => commit !== null && proof === "declared");
  const untrusted = [...(signatures?.values() ?? [])].filter(({ state }) => state !== "good");
  const nobody = here.filter(({ author }) => author === "");
  const missing = (part: "artifact" | "code" | "data", words: (versions: Said) => Said): Said[] => {
    const lacking = holdings.filter((one) => one[part] === "missing");
    const named = lacking.slice(0, mostNamed).map(({ name, number }) => `${name}/${number}`);
    const versions = inRow(named, ", ");
    const left = lacking.length - named.length;
    return lacking.length === 0 ? [] : [words(left === 0 ? versions : said`${versions} and ${left} more`)];
  };
  return [
    ...(commits ? [] : [said`Who brought the facts: git cannot be asked here.`]),
    ...count(commits ? here.filter(({ commit }) => commit === null).length : 0, (n) =>
      n === 1
        ? said`One fact is not committed yet: only this folder vouches for it.`
        : said`${n} facts are not committed yet: only this folder vouches for them.`,
    ),
    ...count(unsigned.length, (n) =>
      n === 1
        ? said`Who wrote one fact: its author stands in the fact itself, and its commit is not signed by that person.`
        : said`Who wrote ${n} facts: their authors stand in the facts themselves, and their commits are not signed by those persons.`,
    ),
    ...(signatures ? [] : [said`Signatures of commits: git cannot check them here.`]),
    ...count(untrusted.length, (n) =>
      n === 1
        ? said`One commit is signed with a key that this machine does not trust, or that it cannot check.`
        : said`${n} commits are signed with keys that this machine does not trust, or that it cannot check.`,
    ),
    ...count(entries.length - here.length, (n) =>
      n === 1
        ? said`One fact is remembered here but is not on this branch.`
        : said`${n} facts are remembered here but are not on this branch.`,
    ),
    ...count(nobody.length, (n) =>
      n === 1 ? said`Who wrote one fact: it names nobody.` : said`Who wrote ${n} facts: they name nobody.`,
    ),
    ...missing(
      "artifact",
      (versions) =>
        said`What the model files were: their hashes are known, but the files are not in this store: ${versions}.`,
    ),
    ...missing(
      "code",
      (versions) =>
        said`What the code was: its commit is known, but the code is not in this store: ${versions}.`,
    ),
    ...missing(
      "data",
      (versions) =>
        said`What the data was: its hashes are known, but the data is not in this store: ${versions}.`,
    ),
    ...holdings.flatMap(({ givenUp }) => givenUp),
    said`That nothing is missing at the end: a fact that no other fact follows can be removed without a trace here.`,
    said`That nobody wrote everything anew, git history included. A copy kept elsewhere would show it: join it and look.`,
  ];
}
