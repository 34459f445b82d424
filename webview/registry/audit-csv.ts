import type { PageRequests } from "../../src/protocol/pages.js";
import type { ListedFact } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";

/** Which facts of which list are wanted. */
export type FactQuestion = Omit<PageRequests["models/factRows"]["params"], "from" | "most">;

/** So many facts are asked for at once, where all are wanted. */
const step = 1000;

/** All facts that pass a filter, in their order. */
export async function allFacts(ask: Page["ask"], asked: FactQuestion): Promise<readonly ListedFact[]> {
  const facts: ListedFact[] = [];
  for (;;) {
    const { rows, total } = await ask.request("models/factRows", {
      ...asked,
      from: facts.length,
      most: step,
    });
    facts.push(...rows);
    if (rows.length === 0 || facts.length >= total) return facts;
  }
}

/** The names of the columns stay English: a table is read by programs. */
const header = "time,author,proof,what,model,version,comment,commit,commit_author,commit_signer,fact,kind";

/** A cell as RFC 4180 has it; one that a table program would take for a formula is made a text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Facts of an audit as CSV, a line each. */
export function auditCsv(entries: readonly ListedFact[]): string {
  const lines = entries.map((entry) =>
    [
      new Date(entry.at).toISOString(),
      entry.author,
      entry.proof ?? "",
      entry.what.text,
      entry.name,
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
