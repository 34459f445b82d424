import type { ComponentChildren } from "preact";

/** What stands in a cell. `text` is what is read out, also where `drawn` is seen in its place. */
export interface Cell {
  readonly text: string;
  readonly title?: string;
  /** There is no value: shown as an en dash. */
  readonly missing?: boolean;
  /** Name of a codicon before the text. */
  readonly icon?: string;
  /** Which of the grid's tones the icon and text take; never the only sign of what they mean. */
  readonly tone?: "good" | "bad" | "warn" | "live" | "quiet" | "added" | "removed" | "changed";
  /** CSS colour of a dot before the text; it tells nothing that is not said otherwise. */
  readonly dot?: string;
  readonly drawn?: ComponentChildren;
}

/** The cell of a value that is not there; `title` says why. */
export const missing = (title: string): Cell => ({ text: "–", title, missing: true });
