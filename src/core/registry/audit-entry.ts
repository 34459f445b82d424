import type { Fact } from "../store/fact.js";
import type { AddingCommit } from "../store/git-authors.js";
import type { CommitSignature } from "../store/git-signatures.js";
import { personOf } from "./approvals.js";
import type { AuditEntry } from "./audit-view.js";
import { factInWords } from "./audit-words.js";
import type { Registry } from "./registry.js";

/** A fact of the ledger, and whether it is what was written. */
export interface Line {
  /** Where it stands in the ledger, or would stand: as git has it. */
  readonly file: string;
  readonly fact: Fact;
  readonly state: "good" | "altered" | "elsewhere";
}

/** A fact as a line of an audit. `commits` and `signatures`: what git says; undefined where it cannot be asked. */
export function entryOf(
  registry: Registry,
  { file, fact, state }: Line,
  commits: ReadonlyMap<string, AddingCommit> | undefined,
  signatures: ReadonlyMap<string, CommitSignature> | undefined,
): AuditEntry {
  const model = String(fact["model"]);
  const numberOf = (version: unknown): number | null =>
    typeof version === "string" ? (registry.versionOf(model, version)?.number ?? null) : null;
  const commit = commits?.get(file);
  const signature = commit && signatures?.get(commit.id);
  const isSigned = signature?.state === "good";
  const author = fact.author ?? "";
  const isTheirs = isSigned && author !== "" && personOf(signature.signer) === personOf(author);
  return {
    fact: fact.id,
    kind: fact.kind,
    what: factInWords(fact, numberOf),
    comment: typeof fact["comment"] === "string" ? fact["comment"] : "",
    model,
    version: numberOf(fact.kind === "version.registered" ? fact.id : fact["version"]),
    author,
    at: fact.at,
    commit: commit
      ? {
          id: commit.id,
          author: commit.email === "" ? commit.author : `${commit.author} <${commit.email}>`,
          at: commit.at,
          signed: isSigned,
          signer: signature ? signature.signer : null,
        }
      : null,
    proof: state !== "good" ? state : isTheirs ? "verified" : "declared",
  };
}
