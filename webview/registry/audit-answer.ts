import type { AuditEntry, AuditReport } from "../../src/protocol/registry.js";
import * as l10n from "../l10n.js";
import { auditWords } from "./audit-words.js";

/** What an audit came to, in a sentence or two: what is wrong first. */
export function auditSentence({ entries, problems }: AuditReport): string {
  if (entries.length + problems.length === 0) return auditWords.none;
  const altered = entries.filter(({ proof }) => proof === "altered").length;
  const elsewhere = entries.filter(({ proof }) => proof === "elsewhere").length;
  const verified = entries.filter(({ proof }) => proof === "verified").length;
  const told = [
    ...(altered > 0 ? [auditWords.altered(altered)] : []),
    ...(problems.length > 0 && altered === 0 ? [auditWords.problems(problems.length)] : []),
    ...(elsewhere > 0 ? [auditWords.elsewhere(elsewhere)] : []),
    ...(altered + problems.length === 0 ? [auditWords.sound(entries.length - elsewhere)] : []),
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
  /** How facts are proved; "" all. */
  readonly proof: string;
}

export const noFilter: AuditFilter = { text: "", version: "", person: "", proof: "" };

export const versionKey = ({ model, version }: AuditEntry): string =>
  version === null ? "" : `${model} ${version}`;

export const newestFirst = (entries: readonly AuditEntry[]): readonly AuditEntry[] =>
  [...entries].sort((a, b) => b.at - a.at || (a.fact < b.fact ? 1 : -1));

/** What each fact is found by, made when it is first looked for. */
const texts = new WeakMap<AuditEntry, string>();

function textOf(entry: AuditEntry): string {
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const { what, comment, author, commit, fact } = entry;
  const made = [l10n.told(what), comment, author, commit?.id ?? "", fact].join("\n").toLowerCase();
  texts.set(entry, made);
  return made;
}

/** So many texts are made at once: some milliseconds. */
const slice = 2000;

/** Makes what facts are found by while nobody waits, so that the first letter typed waits for little. Gives what stops it. */
export function prepareTexts(entries: readonly AuditEntry[]): () => void {
  let [at, timer] = [0, setTimeout(next, 500)];
  function next(): void {
    for (const entry of entries.slice(at, at + slice)) textOf(entry);
    at += slice;
    if (at < entries.length) timer = setTimeout(next, 16);
  }
  return () => {
    clearTimeout(timer);
  };
}

/** The facts that pass a filter, in their order. */
export function filtered(
  entries: readonly AuditEntry[],
  { text, version, person, proof }: AuditFilter,
): readonly AuditEntry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted + version + person + proof === "") return entries;
  return entries.filter(
    (entry) =>
      (version === "" || versionKey(entry) === version) &&
      (person === "" || entry.author === person) &&
      (proof === "" || entry.proof === proof) &&
      (wanted === "" || textOf(entry).includes(wanted)),
  );
}
