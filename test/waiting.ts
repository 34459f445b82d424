import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

/** A quiet machine needs a hundredth of it; one that does much else must not fail for that. */
export const patienceMs = 60_000;

/** What `look` finds, asked again and again until that is neither undefined nor false. Fails with `what` past the limit. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  forMs = patienceMs,
): Promise<T> {
  for (const end = Date.now() + forMs; ; await sleep(20)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${forMs / 1000} s for ${what}.`);
  }
}

/** Waits until `look` gives what equals `expected`. Past the limit it fails with how the two differ. */
export async function becomes<T>(look: () => Promise<T> | T, expected: T): Promise<void> {
  for (const end = Date.now() + patienceMs; ; await sleep(20)) {
    const seen = await look();
    if (isDeepStrictEqual(seen, expected)) return;
    if (Date.now() > end) assert.deepEqual(seen, expected);
  }
}
