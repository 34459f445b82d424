import { useRef } from "preact/hooks";

/**
 * Gives each thing that is drawn a place among elements that are used again: what stays drawn keeps its element, what
 * comes takes one that became free. So a scroll makes no elements and moves none.
 */
export class Slots {
  #slots: ReadonlyMap<string, number> = new Map();

  /** The place of each key, for keys that differ from each other. */
  take(keys: readonly string[]): readonly number[] {
    const before = this.#slots;
    const now = new Map<string, number>();
    const taken = new Set<number>();
    for (const key of keys) {
      const slot = before.get(key);
      if (slot === undefined) continue;
      now.set(key, slot);
      taken.add(slot);
    }
    let free = 0;
    for (const key of keys) {
      if (now.has(key)) continue;
      while (taken.has(free)) free++;
      now.set(key, free++);
    }
    this.#slots = now;
    return keys.map((key) => now.get(key) ?? 0);
  }
}

export function useSlots(keys: readonly string[]): readonly number[] {
  const slots = useRef<Slots>(undefined);
  slots.current ??= new Slots();
  return slots.current.take(keys);
}
