import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { entitiesOf, topNames } from "./entity-walk.js";
import type { KnownKinds } from "./known-kinds.js";
import { isObjectsLink } from "./objects-place.js";
import type { ObjectHash } from "./object-names.js";
import { Pace } from "./pace.js";
import type { Store } from "./store.js";
import { verifyContent } from "./verify-content.js";
import { verifyEntity } from "./verify-entity.js";
import { verifyLedger } from "./verify-ledger.js";
import { verifyVersions, type AboutFacts } from "./verify-versions.js";
import { Findings, type Verified } from "./verify-report.js";

/** How far a verification has come. */
export interface VerifyProgress {
  readonly part: "ledger" | "entities" | "content";
  /** Entities that were looked at. */
  readonly entities: number;
}

const unproven: readonly string[] = [
  "Who wrote a fact: the author stands in the fact itself, and a commit's author is what its writer set; only signed commits say more.",
  "That nothing is missing at the end: a fact that no other fact follows can be removed without a trace here.",
  "That nobody wrote everything anew, git history included. A copy kept elsewhere would show it: join it and look.",
];

/**
 * Checks every fact, point, artifact and object of a store against what was recorded. It changes nothing. `known` names
 * the kinds of facts that this version knows; without it none is counted as unknown. `about`: what the
 * pillars know of facts of the ledger. Throws only where it cannot go on.
 */
export async function verifyStore(
  store: Store,
  signal: AbortSignal,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
  known?: KnownKinds,
  about: AboutFacts = { nameOf: () => undefined, cameOf: () => [] },
): Promise<Verified> {
  const pace = new Pace(signal, said`verifying`);
  const findings = new Findings(known);
  let objects: ReadonlySet<ObjectHash>;
  let contents: ReadonlySet<ObjectHash>;
  const now = store.ports.clock.now();
  try {
    onProgress({ part: "ledger", entities: 0 });
    await verifyLedger(store, findings, now, pace, signal);
    const foreign = (file: string): void => {
      findings.seeForeign(file);
    };
    for (const { name, kind } of store.ports.files.list(store.layout.root))
      if (!topNames.has(name) || (kind === "link" && !isObjectsLink(store.layout, name))) foreign(name);
    for (const ref of entitiesOf(store.ports.files, store.layout, foreign)) {
      await verifyEntity(store, ref, findings, now, pace);
      if (findings.counts.entities % 100 === 0)
        onProgress({ part: "entities", entities: findings.counts.entities });
      await pace.turn();
    }
    onProgress({ part: "content", entities: findings.counts.entities });
    objects = await verifyContent(store, findings, pace);
    contents = await verifyVersions(store, findings, objects, about, pace);
  } catch (error) {
    throw toFailure(error, said`Cannot verify ${store.layout.root}`);
  }
  const unknownKinds = findings.unknown.counts;
  findings.counts.unknown = [...unknownKinds.values()].reduce((sum, count) => sum + count, 0);
  const { problems, counts, authors } = findings;
  const files = problems.flatMap(({ severity, file }) =>
    severity === "damage" && /^((local\/)?ledger|manifests)\//.test(file) ? [file] : [],
  );
  const damaged = { objects, files: new Set(files) };
  return { problems, damaged, contents, counts, unknownKinds, foreign: findings.foreign, authors, unproven };
}
