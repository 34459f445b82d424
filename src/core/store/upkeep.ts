import { Failure, toFailure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import { isClaim, type Claim, type ClaimKind, type Holder } from "./claims.js";
import { entityFileOf, entityKey, type EntityRef, type EntityRoom } from "./layout.js";
import type { Store } from "./store.js";

/** Work on a whole store that only one process may do at a time: joining, collecting, purging. */
export async function alone<T>(store: Store, what: Said, work: () => Promise<T>): Promise<T> {
  const claim = store.claims.take("store", "upkeep");
  if (!isClaim(claim)) {
    throw new Failure(
      "state.wrong",
      said`${what} has to wait: process ${claim.pid} is at work on the whole store.`,
      {
        next: said`Try again when it has ended.`,
      },
    );
  }
  try {
    return await work();
  } finally {
    claim.release();
  }
}

const claimKinds: Readonly<Record<EntityRoom, ClaimKind>> = {
  runs: "run",
  logged: "logged",
  traces: "traces",
};

/** The entity with nobody writing to it, until it is released; else who may be. */
export function quieten(store: Store, ref: EntityRef): Claim | { readonly busy: Said } {
  const claim = store.claims.take(claimKinds[ref.room], ref.id);
  if (!isClaim(claim) && claim.writer !== store.self.writer) return { busy: processName(claim) };
  const own = store.writer(ref);
  const busy = own.whole
    ? otherWriter(store, ref)
    : said`this process, whose last write the disk did not take`;
  if (busy !== undefined) {
    if (isClaim(claim)) claim.release();
    return { busy };
  }
  try {
    own.close(); // opened anew with the next fact
  } catch (error) {
    if (isClaim(claim)) claim.release();
    throw toFailure(error, said`Cannot make ${entityKey(ref)} durable`);
  }
  return isClaim(claim) ? claim : { release: () => undefined };
}

/** A live process among those that wrote to the entity without owning it, as artifacts and traces are written. */
function otherWriter(store: Store, ref: EntityRef): Said | undefined {
  for (const { name } of store.ports.files.list(store.layout.entity(ref))) {
    const file = entityFileOf(name);
    if (file.kind === "other" || file.writer === store.self.writer) continue;
    const live = store.live.get(file.writer);
    if (live) return processName(live);
  }
  return undefined;
}

const processName = (holder: Holder): Said => said`process ${holder.pid}`;
