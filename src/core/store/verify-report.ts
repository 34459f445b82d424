import type { Damaged } from "./damaged.js";
import type { AddingCommit } from "./git-authors.js";
import type { KnownKinds } from "./known-kinds.js";
import { UnknownKinds } from "./known-kinds.js";
import type { EntityRoom } from "./layout.js";
import type { ObjectHash } from "./object-names.js";

export interface Problem {
  /** `damage`: something that was recorded cannot be had as it was. `note`: worth knowing, nothing is lost. */
  readonly severity: "damage" | "note";
  /** Below the store's root. */
  readonly file: string;
  readonly what: string;
  /** What to do about it. */
  readonly next: string;
}

/** Who brought a fact of the ledger: as the fact itself says, and as git does. */
export interface Authorship {
  readonly fact: string;
  readonly kind: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly author: string | undefined;
  /** `uncommitted`: no commit has it. `unknown`: git could not be asked. */
  readonly commit: AddingCommit | "uncommitted" | "unknown";
}

export interface VerifyCounts {
  entities: number;
  facts: number;
  points: number;
  artifacts: number;
  objects: number;
  ledger: number;
  /** Facts of the ledger that are remembered here but are not on this branch. */
  notOnBranch: number;
  /** Facts of kinds that this version does not know: kept and skipped. */
  unknown: number;
  /** Files that are none of Loam's. */
  foreign: number;
}

export interface Verified {
  readonly problems: readonly Problem[];
  /** What of this a join can take from a copy. */
  readonly damaged: Damaged;
  /** Manifests of contents that are whole here. */
  readonly contents: ReadonlySet<ObjectHash>;
  readonly counts: Readonly<VerifyCounts>;
  readonly unknownKinds: ReadonlyMap<string, number>;
  readonly foreign: readonly string[];
  readonly authors: readonly Authorship[];
  /** What this cannot prove, a sentence each. */
  readonly unproven: readonly string[];
}

const mostListed = 200;

/** Gathers what a verification finds. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly foreign: string[] = [];
  readonly authors: Authorship[] = [];
  readonly counts: VerifyCounts = {
    entities: 0,
    facts: 0,
    points: 0,
    artifacts: 0,
    objects: 0,
    ledger: 0,
    notOnBranch: 0,
    unknown: 0,
    foreign: 0,
  };
  readonly #known: KnownKinds | undefined;
  readonly unknown: UnknownKinds;

  constructor(known: KnownKinds | undefined) {
    this.#known = known;
    this.unknown = new UnknownKinds(
      known ?? { runs: new Set(), logged: new Set(), traces: new Set(), ledger: new Set() },
    );
  }

  damage(file: string, what: string, next: string): void {
    this.problems.push({ severity: "damage", file, what, next });
  }
  note(file: string, what: string, next: string): void {
    this.problems.push({ severity: "note", file, what, next });
  }

  seeKind(where: EntityRoom | "ledger", kind: string): void {
    if (this.#known) this.unknown.see(where, kind);
  }

  seeForeign(file: string): void {
    this.counts.foreign++;
    if (this.foreign.length < mostListed) this.foreign.push(file.slice(0, 300));
  }
}
