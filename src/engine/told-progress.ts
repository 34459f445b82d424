import type { Said } from "../core/base/said.js";
import { RemoteFailure } from "../protocol/failure.js";
import type { LongWork, Progress } from "../protocol/work.js";

const apartMs = 100;

/** Tells who asked how far a request is. */
export type Tell = (progress: Progress) => void;

/** Tells of a request that carries a `work`, ten times a second at most; of others nothing. */
export function tellingOf(
  tell: Tell,
  { work }: LongWork,
): (what: string | Said, done: number, total: number | null) => void {
  if (work === undefined) return () => undefined;
  if (typeof work !== "string" || work.length > 100)
    throw new RemoteFailure({ code: "value.invalid", message: "A work is named by a short text." });
  let told = 0;
  return (what, done, total) => {
    const now = performance.now();
    if (now - told < apartMs && done !== total) return;
    told = now;
    tell({
      work,
      ...(typeof what === "string" ? { text: what } : { text: what.text, told: what }),
      done,
      total,
    });
  };
}
