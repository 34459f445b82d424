import type { Fact } from "./fact.js";
import type { Findings } from "./verify-report.js";

/** Milliseconds since the epoch. */
export type Now = number;

const dayMs = 24 * 3600 * 1000;

/** Names a fact whose clock no other follows, as it is more than a day ahead. */
export function tooFarAhead(fact: Fact, file: string, now: Now, findings: Findings): boolean {
  if (fact.clock <= now + dayMs) return false;
  const days = Math.round((fact.clock - now) / dayMs);
  findings.note(
    file,
    `the fact ${fact.id} (${fact.kind}) is ${days} days ahead of this machine's clock, so it counts as the last of its kind until then`,
    "Check the clock of the machine that wrote it.",
  );
  return true;
}
