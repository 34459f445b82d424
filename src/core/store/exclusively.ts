import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { isClaim, type ClaimKind, type Claims } from "./claims.js";

const patience = 5000;

/**
 * Does `work` while this process has the claim of a name: it looks at what is there and writes, so that a name or a
 * number is given once on a machine. The holder needs microseconds, so waiting is short. Throws `owner.gone`.
 */
export function exclusively<T>(claims: Claims, kind: ClaimKind, name: string, work: () => T): T {
  const until = Date.now() + patience;
  for (;;) {
    const claim = claims.take(kind, name);
    if (isClaim(claim)) {
      try {
        return work();
      } finally {
        claim.release();
      }
    }
    if (Date.now() > until) {
      throw new Failure(
        "owner.gone",
        said`Another process (pid ${claim.pid}) has been creating '${name}' for 5 s.`,
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  }
}
