// What a person is shown of an audit: types alone, as in view.ts.
import type { Said } from "../base/said.js";

/** One line of an audit: a fact of the ledger, who brought it, and whether it is what was written. */
export interface AuditEntry {
  readonly fact: string;
  readonly kind: string;
  /** In words: `asked for approval of version 3`. */
  readonly what: Said;
  readonly comment: string;
  readonly model: string;
  readonly version: number | null;
  /** Self-declared. */
  readonly author: string;
  readonly at: number;
  /** The commit that added the fact; null: not committed yet, or git cannot say. */
  readonly commit: {
    readonly id: string;
    readonly author: string;
    readonly at: number;
    /** True where the commit's signature is good. */
    readonly signed: boolean;
    readonly signer: string | null;
  } | null;
  /** `verified`: signed by who says to have written it · `declared`: as the author says · `altered`: changed by hand. */
  readonly proof: "verified" | "declared" | "altered" | "elsewhere";
}

/** A fact in a list of them. */
export interface ListedFact extends Omit<AuditEntry, "proof"> {
  /** Of its model; the beginning of the model's id where no fact names it. */
  readonly name: string;
  /** null: it was not looked at yet, and nothing is known of its commit. */
  readonly proof: AuditEntry["proof"] | null;
}

export interface AuditReport {
  /** In the order of the facts. */
  readonly entries: readonly AuditEntry[];
  /** What is left of each version in this store, the newest of a model first. */
  readonly holdings: readonly AuditHolding[];
  /** Files of the ledger that are not what was written, gaps, and content that is damaged. */
  readonly problems: readonly { readonly file: string; readonly what: Said }[];
  /** What cannot be proved, a sentence each. */
  readonly unproven: readonly Said[];
}

/**
 * `whole`: here, and what its hash says · `missing`: not in this store · `givenUp`: for ever, by a fact of the ledger ·
 * `none`: the version never had it.
 */
export type Held = "whole" | "missing" | "damaged" | "givenUp" | "none";

/** What an auditor can open of a version. */
export interface AuditHolding {
  readonly model: string;
  readonly name: string;
  readonly number: number;
  readonly artifact: Held;
  readonly code: Held;
  readonly data: Held;
  /** What of it was given up for ever: who, when and by which fact, a sentence each. */
  readonly givenUp: readonly Said[];
}
