import type { Pace } from "../store/pace.js";
import type { LedgerEntry } from "../store/ledger-entry.js";
import { entryOf } from "./audit-entry.js";
import type { AuditEntry, ListedFact } from "./audit-view.js";
import { registryKinds } from "./kinds.js";
import type { Registry } from "./registry.js";

/** A fact in a list, of which there may be very many: what it says is made when somebody asks. */
export interface FactInList {
  readonly listed: ListedFact;
}

/**
 * What was done to a model (null: to all), the newest first, as it was read when it came: nothing is compared with what
 * lies on the disk now, and git is not asked. Throws `model.notFound`.
 */
export function listFacts(registry: Registry, model: string | null): readonly FactInList[] {
  if (model === null) registry.look();
  else registry.known(model);
  return [...registry.store.ledger.entries]
    .filter((entry) => registryKinds.has(entry.kind) && (model === null || entry.about("model") === model))
    .map((entry) => new UncheckedFact(registry, entry))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
}

class UncheckedFact implements FactInList {
  readonly id: string;
  readonly #registry: Registry;
  readonly #entry: LedgerEntry;
  #listed: ListedFact | undefined;

  constructor(registry: Registry, entry: LedgerEntry) {
    this.id = entry.id;
    this.#registry = registry;
    this.#entry = entry;
  }

  get listed(): ListedFact {
    if (this.#listed) return this.#listed;
    const line = { file: "", fact: this.#entry.fact, state: "good" } as const;
    const entry = entryOf(this.#registry, line, undefined, undefined);
    this.#listed = { ...withName(this.#registry, entry), proof: null };
    return this.#listed;
  }
}

/** Facts of an audit, the newest first. Throws `cancelled`. */
export async function listAudited(
  registry: Registry,
  entries: readonly AuditEntry[],
  pace: Pace,
): Promise<readonly FactInList[]> {
  const facts: { readonly listed: ListedFact }[] = [];
  for (const entry of entries) {
    facts.push({ listed: withName(registry, entry) });
    await pace.turn();
  }
  return facts.sort((a, b) => (a.listed.fact < b.listed.fact ? 1 : -1));
}

const withName = (registry: Registry, entry: AuditEntry): AuditEntry & Pick<ListedFact, "name"> => ({
  ...entry,
  name: registry.find(entry.model)?.name ?? entry.model.slice(0, 8),
});
