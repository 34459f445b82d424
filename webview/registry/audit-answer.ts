import type { AuditEntry, AuditReport } from "../../src/protocol/registry.js";
import * as l10n from "../l10n.js";
import { auditWords } from "./audit-words.js";

/** What an audit came to, in a sentence or two: what is wrong first. */
export function auditSentence({ entries, problems }: AuditReport): string {
  if (entries.length + problems.length === 0) return auditWords.none;
  const altered = entries.filter(({ proof }) => proof === "altered").length;
  const verified = entries.filter(({ proof }) => proof === "verified").length;
  const told = [
    ...(altered > 0 ? [auditWords.altered(altered)] : []),
    ...(problems.length > 0 && altered === 0 ? [auditWords.problems(problems.length)] : []),
    ...(altered + problems.length === 0 ? [auditWords.sound(entries.length)] : []),
    ...(verified > 0 ? [auditWords.verified(verified)] : []),
  ];
  return told.join(" ");
}

/** The name of a model by its id. */
export type ModelNames = (model: string) => string;

export interface AuditFilter {
  readonly text: string;
  /** `MODEL NUMBER`; "" all. */
  readonly version: string;
  /** An author; "" all. */
  readonly person: string;
}

export const noFilter: AuditFilter = { text: "", version: "", person: "" };

export const versionKey = ({ model, version }: AuditEntry): string =>
  version === null ? "" : `${model} ${version}`;

/** The facts that pass a filter, newest first. */
export function filtered(
  entries: readonly AuditEntry[],
  { text, version, person }: AuditFilter,
): readonly AuditEntry[] {
  const wanted = text.trim().toLowerCase();
  return entries
    .filter(
      (entry) =>
        (version === "" || versionKey(entry) === version) &&
        (person === "" || entry.author === person) &&
        (wanted === "" ||
          [l10n.told(entry.what), entry.comment, entry.author, entry.commit?.id ?? "", entry.fact].some(
            (one) => one.toLowerCase().includes(wanted),
          )),
    )
    .sort((a, b) => b.at - a.at || (a.fact < b.fact ? 1 : -1));
}
