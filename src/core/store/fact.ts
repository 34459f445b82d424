import type { HybridClock } from "../base/clock.js";
import type { Clock } from "../base/clock.js";
import { canonicalJson } from "./canonical.js";
import { newUlid, type IdSource, type Ulid } from "./ids.js";

/** What every fact carries: what happened (`kind`), when by the wall (`at`, ms), in which order (`clock`, `id`), by whom. */
export interface Fact {
  readonly id: Ulid;
  readonly kind: string;
  readonly at: number;
  readonly clock: number;
  readonly author?: string | undefined;
  readonly [field: string]: unknown;
}

/** A fact before it has an id and times: a kind with its own fields. */
export type FactBody<F extends Fact> = F extends Fact ? { readonly kind: F["kind"] } & Own<F> : never;
type Own<F> = {
  [
    K in keyof F as K extends "id" | "at" | "clock" | "author" | "kind" ? never : string extends K ? never : K
  ]: F[K];
};

/**
 * Total order of facts: the hybrid clock, ties by id. Negative where `a` comes first. Two facts of one id are one
 * fact, unless somebody altered a copy: then their text decides, so that every reader takes the same one.
 */
export function compareFacts(a: Fact, b: Fact): number {
  const order = a.clock - b.clock || compareText(a.id, b.id);
  return order !== 0 || a === b ? order : compareText(canonicalJson(a), canonicalJson(b));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Stamps facts for one process. */
export class FactSource {
  readonly #ids: IdSource;
  readonly #hybrid: HybridClock;
  readonly #author: () => string | undefined;

  /** `author`: who writes; asked for each fact. */
  constructor(ids: IdSource, hybrid: HybridClock, author: () => string | undefined) {
    this.#ids = ids;
    this.#hybrid = hybrid;
    this.#author = author;
  }

  make<F extends Fact>(body: FactBody<F>): F {
    const stamp = { id: newUlid(this.#ids), at: this.#ids.clock.now(), clock: this.#hybrid.tick() };
    const who = this.#author();
    const author = who === undefined ? {} : { author: who };
    return { ...stamp, ...author, ...body } as unknown as F;
  }

  /** Takes note of a fact that was read. */
  observe(fact: Pick<Fact, "clock">): void {
    this.#hybrid.observe(fact.clock);
  }

  get clock(): Clock {
    return this.#ids.clock;
  }
}

/** What a calendar of JavaScript holds, in ms: whoever shows a later moment would fail. */
export const latestDate = 8.64e15;

/** A parsed JSON value as a fact, or why it is none. A store may come from a hostile clone: nothing is assumed. */
export function asFact(value: unknown): Fact | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not an object";
  const { id, kind, at, clock, author } = value as Record<string, unknown>;
  if (typeof id !== "string" || id.length === 0 || id.length > 64) return "no id";
  if (typeof kind !== "string" || kind.length === 0 || kind.length > 64) return "no kind";
  if (typeof at !== "number" || !(Math.abs(at) <= latestDate)) return "no time";
  if (typeof clock !== "number" || !Number.isSafeInteger(clock) || clock < 0) return "no clock";
  if (author !== undefined && typeof author !== "string") return "an author that is no text";
  return value as Fact;
}
