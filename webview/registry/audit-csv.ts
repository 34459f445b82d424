import type { AuditEntry } from "../../src/protocol/registry.js";
import type { ModelNames } from "./audit-answer.js";

/** The names of the columns stay English: a table is read by programs. */
const header = "time,author,proof,what,model,version,comment,commit,commit_author,commit_signer,fact,kind";

/** A cell as RFC 4180 has it; one that a table program would take for a formula is made a text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Facts of an audit as CSV, a line each. */
export function auditCsv(entries: readonly AuditEntry[], names: ModelNames): string {
  const lines = entries.map((entry) =>
    [
      new Date(entry.at).toISOString(),
      entry.author,
      entry.proof,
      entry.what.text,
      names(entry.model),
      entry.version === null ? "" : String(entry.version),
      entry.comment,
      entry.commit?.id ?? "",
      entry.commit?.author ?? "",
      entry.commit?.signer ?? "",
      entry.fact,
      entry.kind,
    ]
      .map(cell)
      .join(","),
  );
  return [header, ...lines, ""].join("\r\n");
}
