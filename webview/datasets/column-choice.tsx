import type { VNode } from "preact";
import type { ColumnProfile } from "../../src/protocol/datasets.js";
import { Checkbox, TextField } from "../controls.js";
import { countText } from "../numbers.js";
import { changesWords } from "./changes-words.js";
import { isNotable, notables, type ColumnChoice } from "./notable-columns.js";
import { profileWords as said } from "./profile-words.js";

/** So many columns are read without a choice. */
const fewColumns = 12;

interface ColumnChoicesProps {
  readonly columns: readonly ColumnProfile[];
  readonly choice: ColumnChoice;
  readonly onChoice: (choice: ColumnChoice) => void;
  /** How many are shown. */
  readonly shown: number;
}

/** Of many columns: a field for words of their names, and how many there are of those that stand out. */
export function ColumnChoices({ columns, choice, onChoice, shown }: ColumnChoicesProps): VNode | null {
  if (columns.length <= fewColumns) return null;
  const counts = notables.map((kind) => [kind, columns.filter(isNotable[kind]).length] as const);
  return (
    <div class="toolbar" role="group" aria-label={said.choice}>
      <TextField
        class="files-filter"
        label={changesWords.filterColumns}
        value={choice.text}
        onInput={(text) => {
          onChoice({ ...choice, text });
        }}
      />
      {counts
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => (
          <Checkbox
            key={kind}
            checked={choice.notable.includes(kind)}
            onChange={(checked) => {
              const others = choice.notable.filter((one) => one !== kind);
              onChoice({ ...choice, notable: checked ? [...others, kind] : others });
            }}
          >
            {`${said.notable[kind]} ${countText(count)}`}
          </Checkbox>
        ))}
      {shown < columns.length && (
        <span class="muted" role="status">
          {said.shown(shown)}
        </span>
      )}
    </div>
  );
}
