import type { AuditVerdict, FactFilter, FactList } from "../../src/protocol/registry.js";
import { auditWords } from "./audit-words.js";

/** What an audit came to, in a sentence or two: what is wrong first. */
export function auditSentence({ total, proofs, problemsTotal }: FactList & AuditVerdict): string {
  if (total + problemsTotal === 0) return auditWords.none;
  const { altered, elsewhere, verified } = proofs;
  const told = [
    ...(altered > 0 ? [auditWords.altered(altered)] : []),
    ...(problemsTotal > 0 && altered === 0 ? [auditWords.problems(problemsTotal)] : []),
    ...(elsewhere > 0 ? [auditWords.elsewhere(elsewhere)] : []),
    ...(altered + problemsTotal === 0 ? [auditWords.sound(total - elsewhere)] : []),
    ...(verified > 0 ? [auditWords.verified(verified)] : []),
  ];
  return told.join(" ");
}

export const noFilter: FactFilter = { text: "", version: "", person: "", proof: "" };
