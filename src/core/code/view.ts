// What a person is shown where loam.yaml is edited: types alone, fit for a wire.

import type { Said } from "../base/said.js";

/** Something that may stand where a person types in `loam.yaml`. */
export interface LoamChoice {
  readonly label: string;
  /** `key`: of the file's own form, which its JSON schema knows too · `value`: of this workspace, or of a closed list. */
  readonly kind: "key" | "value";
  /** What is put in, in the editor's form of snippets. */
  readonly snippet: string;
  /** A few words beside it; a name as it is, or words that can be said in other languages. */
  readonly detail?: Said;
  /** What it means. */
  readonly about?: Said;
}

/** What may stand at a place of the text, and what of the text it replaces: UTF-16 offsets. */
export interface LoamChoices {
  readonly from: number;
  /** Behind the whole word of which the person types a part. */
  readonly to: number;
  readonly choices: readonly LoamChoice[];
}

/** What a word of the text means. */
export interface LoamExplained {
  readonly from: number;
  readonly to: number;
  readonly about: Said;
}
