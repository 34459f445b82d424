import { mostHeads } from "./ledger-file.js";
import type { LedgerEntry } from "./ledger-entry.js";

/**
 * The latest facts of this branch that no other of this branch names. Those of other branches are left out: whoever
 * clones this branch alone has everything that its facts name.
 */
export class LedgerHeads {
  /** How many facts of the branch name a fact. */
  readonly #naming = new Map<string, number>();
  readonly #published = new Set<string>();
  readonly #heads = new Set<string>();

  came({ name, heads }: LedgerEntry): void {
    this.#published.add(name);
    if (!this.#naming.has(name)) this.#heads.add(name);
    for (const head of heads) {
      this.#naming.set(head, (this.#naming.get(head) ?? 0) + 1);
      this.#heads.delete(head);
    }
  }

  went({ name, heads }: LedgerEntry): void {
    this.#published.delete(name);
    this.#heads.delete(name);
    for (const head of heads) {
      const left = (this.#naming.get(head) ?? 1) - 1;
      if (left > 0) this.#naming.set(head, left);
      else {
        this.#naming.delete(head);
        if (this.#published.has(head)) this.#heads.add(head);
      }
    }
  }

  /** Those that a new fact names. */
  latest(): string[] {
    return [...this.#heads].sort().slice(-mostHeads);
  }
}
