import type { VNode } from "preact";
import type { ColumnProfile } from "../../src/protocol/datasets.js";
import { Checkbox, TextField } from "../controls.js";
import { countText } from "../numbers.js";
import { changesWords } from "./changes-words.js";
import { profileWords as said } from "./profile-words.js";

/** So many columns are read without a choice. */
const fewColumns = 12;

/** What a reader of a profile looks for first. */
export type Notable = "constant" | "empty" | "missing" | "notFinite";

const isNotable: Readonly<Record<Notable, (column: ColumnProfile) => boolean>> = {
  empty: ({ count, missing }) => count === 0 && missing > 0,
  constant: ({ count, distinct }) => count > 1 && distinct === 1,
  missing: ({ count, missing }) => count > 0 && missing > 0,
  notFinite: ({ numbers }) => numbers !== null && numbers.nonFinite > 0,
};
const kinds = Object.keys(isNotable) as readonly Notable[];

/** Which columns of a profile are shown. */
export interface ColumnChoice {
  /** What stands in their names; "": anything. */
  readonly text: string;
  /** Those with any of these; none: all. */
  readonly notable: readonly Notable[];
}

export const allColumns: ColumnChoice = { text: "", notable: [] };

/** The columns that a choice leaves. */
export function chosenColumns(
  columns: readonly ColumnProfile[],
  { text, notable }: ColumnChoice,
): readonly ColumnProfile[] {
  const word = text.trim().toLowerCase();
  if (word === "" && notable.length === 0) return columns;
  return columns.filter(
    (column) =>
      column.name.toLowerCase().includes(word) &&
      (notable.length === 0 || notable.some((kind) => isNotable[kind](column))),
  );
}

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
  const counts = kinds.map((kind) => [kind, columns.filter(isNotable[kind]).length] as const);
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
