import { compareFacts, type Fact } from "./fact.js";

/**
 * A file of an entity was written or removed. The kind stands in the pillars' models too; the store reads it to know
 * which content belongs at a path.
 */
export interface ArtifactFact extends Fact {
  readonly path: string;
  /** null: removed, a folder with all below it. */
  readonly size: number | null;
  readonly sha256?: string;
  /** True for what was about to be done: it may have been done or not. */
  readonly pending?: boolean;
}

/** What the facts of one entity say about its artifacts. */
export class ArtifactRecord {
  readonly #byPath = new Map<string, ArtifactFact[]>();
  readonly #ids: ReadonlySet<string>;

  constructor(facts: readonly ArtifactFact[]) {
    this.#ids = new Set(facts.map((fact) => fact.id));
    for (const fact of facts.toSorted(compareFacts)) {
      const path = normal(fact.path);
      const known = this.#byPath.get(path);
      if (known) known.push(fact);
      else this.#byPath.set(path, [fact]);
    }
  }

  /** A fact about an artifact, or undefined for any other. */
  static asFact(fact: Fact): ArtifactFact | undefined {
    const { path, size, sha256 } = fact;
    if (fact.kind !== "artifact.written" || typeof path !== "string") return undefined;
    if (size !== null && typeof size !== "number") return undefined;
    if (sha256 !== undefined && typeof sha256 !== "string") return undefined;
    return fact as ArtifactFact;
  }

  get paths(): Iterable<string> {
    return this.#byPath.keys();
  }

  has(fact: ArtifactFact): boolean {
    return this.#ids.has(fact.id);
  }

  /** What was last done at a path; the removal of a folder above it counts. What was only about to be done does not. */
  last(path: string): ArtifactFact | undefined {
    return this.#latest(path, (fact) => fact.pending !== true);
  }

  /** True where something was about to be done at a path after what was last done there. */
  isUnsure(path: string): boolean {
    return this.#latest(path, () => true)?.pending === true;
  }

  #latest(path: string, counts: (fact: ArtifactFact) => boolean): ArtifactFact | undefined {
    let latest = this.#byPath.get(path)?.findLast(counts);
    for (let folder = path; folder !== "";) {
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
      const above = this.#byPath.get(folder);
      const removal = above?.findLast((fact) => fact.size === null && counts(fact));
      if (removal && (!latest || compareFacts(latest, removal) < 0)) latest = removal;
    }
    return latest;
  }

  /** SHA-256 of every content that was ever written to a path, or was about to be. */
  hashes(path: string): ReadonlySet<string> {
    return new Set(this.#byPath.get(path)?.flatMap((fact) => fact.sha256 ?? []));
  }

  /** Removals that another record does not have. */
  removalsBeyond(other: ArtifactRecord): boolean {
    return [...this.#byPath.values()].some((facts) =>
      facts.some((fact) => fact.size === null && fact.pending !== true && !other.has(fact)),
    );
  }
}

/** Clients may write a path in several ways. */
const normal = (path: string): string =>
  path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
