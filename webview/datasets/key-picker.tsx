import type { VNode } from "preact";
import type { TableDiff } from "../../src/protocol/datasets.js";
import { changesWords as said } from "./changes-words.js";
import { ColumnPicker } from "./column-picker.js";

interface KeyPickerProps {
  readonly diff: TableDiff;
  /** null: guessed; none: whole rows. */
  readonly onKeys: (keys: readonly string[] | null) => void;
}

/** By which columns rows are matched, and a way to say it otherwise. */
export const KeyPicker = ({ diff, onKeys }: KeyPickerProps): VNode => (
  <span class="key-picker">
    <span class="muted">{said.keys}</span>{" "}
    <ColumnPicker
      title={said.keysTitle}
      text={keysText(diff)}
      columns={diff.shown}
      picked={diff.keys}
      none={said.keysContent}
      onPick={onKeys}
      usual={{
        text: said.keysGuess,
        onPick: () => {
          onKeys(null);
        },
      }}
    />
  </span>
);

function keysText({ keys, keysFrom }: TableDiff): string {
  if (keysFrom === "content" || keys.length === 0) return said.wholeRows;
  return keysFrom === "guessed" ? said.guessed(keys.join(", ")) : keys.join(", ");
}
