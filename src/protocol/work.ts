import type { Told } from "./told.js";

/** How far a long request is. The asker names its work in the request (`work`), and hears of it until the answer comes. */
export interface Progress {
  /** As the asker named it. */
  readonly work: string;
  /** What is being done, in words for a person. */
  readonly text: string;
  /** The same for other languages; absent where it is a name. */
  readonly told?: Told;
  readonly done: number;
  /** null: nobody knows. */
  readonly total: number | null;
}

/** Part of the params of a request that may take longer than a second. */
export interface LongWork {
  /** Drawn by the asker; absent: it does not want to hear of it. */
  readonly work?: string;
}
