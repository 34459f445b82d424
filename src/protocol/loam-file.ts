import type { LoamChoices, LoamExplained } from "../core/code/view.js";

export type { LoamChoice, LoamChoices } from "../core/code/view.js";

/** `loam.yaml` while a person edits it, saved or not. Offsets count UTF-16 units. */
export interface LoamFileRequests {
  /** What may stand at a place; null where nothing is known of it. Without a store: the keys alone. */
  "loamFile/choices": {
    params: { readonly text: string; readonly offset: number };
    result: LoamChoices | null;
  };
  /** What the key at a place means; null where none is known. */
  "loamFile/explain": {
    params: { readonly text: string; readonly offset: number };
    result: LoamExplained | null;
  };
}
