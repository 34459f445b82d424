import type { VNode } from "preact";
import { TextField } from "../controls.js";
import { filesWords as said } from "./more-words.js";

// What lists of files have in common.

/** How many of them come with the first answer: a screen. */
export const firstFiles = 100;
/** So many are read without a filter. */
const fewFiles = 12;

/** How many there are, and how many of them are shown where those are fewer. */
export const listHead = (count: string, shown: number | undefined, total: number): VNode => (
  <p class="summary list-head">
    <strong>{count}</strong>
    {shown !== undefined && shown < total && (
      <span class="muted" role="status">
        {said.shown(shown)}
      </span>
    )}
  </p>
);

/** A path in a list: where it is too long its end stays, which tells files apart. */
export const pathText = (path: string): VNode => (
  <span class="grid-text path-end">
    <bdi>{path}</bdi>
  </span>
);

/** A field for words of paths, where there are many. */
export const filesFilter = (total: number, text: string, onText: (text: string) => void): VNode | null =>
  total <= fewFiles ? null : (
    <TextField
      class="files-filter"
      label={said.filter}
      placeholder={said.filterShort}
      value={text}
      onInput={onText}
    />
  );
