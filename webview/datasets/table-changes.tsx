import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { DatasetPlace, DiffRow, TableDiff, TableDiffRequest } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import { Checkbox, TextField } from "../controls.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice } from "../notice.js";
import { useNarrow } from "../page-width.js";
import { Working } from "../progress.js";
import { countText } from "../numbers.js";
import * as l10n from "../l10n.js";
import { changesWords as said } from "./changes-words.js";
import { DiffGrid, isWide } from "./diff-grid.js";
import { KeyPicker } from "./key-picker.js";
import { StatisticsBeside } from "./statistics-beside.js";

const allChanges: readonly DiffRow["change"][] = ["added", "removed", "changed"];

interface TableChangesProps {
  readonly page: Page;
  readonly before: DatasetPlace;
  readonly after: DatasetPlace;
  /** Grows when one of them may have changed. */
  readonly version: number;
}

type Tolerance = TableDiffRequest["tolerance"];
const exact: Tolerance = { absolute: 0, relative: 0 };

/** How two versions of a table differ, row by row. */
export function TableChanges({ page, before, after, version }: TableChangesProps): VNode {
  const [keys, setKeys] = useState<readonly string[] | null>(null);
  const [tolerance, setTolerance] = useState<Tolerance>(exact);
  const asked = { before, after, keys, tolerance };
  const answer = useLongAnswer(page, "datasets/diff", asked, version);
  const { result, failure, again } = answer;
  if (failure !== undefined) return <Failed what={said.failed} failure={failure} onAgain={again} />;
  if (!result) return <Working what={said.comparing} lines={10} answer={answer} />;
  return (
    <DiffView
      key={JSON.stringify(asked)}
      page={page}
      before={before}
      after={after}
      version={version}
      diff={result.diff}
      handle={result.handle}
      onKeys={setKeys}
      tolerance={tolerance}
      onTolerance={setTolerance}
      onAgain={again}
    />
  );
}

interface DiffViewProps extends TableChangesProps {
  readonly diff: TableDiff;
  readonly handle: string;
  readonly onKeys: (keys: readonly string[] | null) => void;
  readonly tolerance: Tolerance;
  readonly onTolerance: (tolerance: Tolerance) => void;
  readonly onAgain: () => void;
}

function DiffView({ page, before, after, version, diff, handle, ...choices }: DiffViewProps): VNode {
  const { onKeys, tolerance, onTolerance, onAgain } = choices;
  const [changes, setChanges] = useState(allChanges);
  const [onlyChanged, setOnlyChanged] = useState(isWide(diff));
  const isNarrow = useNarrow(700);
  const rows = diff.added + diff.removed + diff.changed;
  return (
    <>
      <p class="summary diff-counts">
        <strong>{sentenceOf(diff)}</strong>
        <span class="muted">{said.unchanged(diff.same)}</span>
      </p>
      <div class="toolbar">
        <KeyPicker diff={diff} onKeys={onKeys} />
        <ToleranceFields tolerance={tolerance} onTolerance={onTolerance} />
      </div>
      {diff.notes.length > 0 && (
        <ul class="plain-list notes">
          {diff.notes.map((note) => (
            <li key={note.text}>{l10n.told(note)}</li>
          ))}
        </ul>
      )}
      {diff.duplicateKeys > 0 && <p class="muted">{said.twice(diff.duplicateKeys)}</p>}
      {diff.columns.length > 0 && <ColumnChanges diff={diff} isOpen={!isNarrow} />}
      {diff.changedCells.length > 0 && <ChangedCells diff={diff} isOpen={!isNarrow} />}
      {rows === 0 ? (
        <Notice>{diff.columns.length === 0 ? said.same : said.noRows}</Notice>
      ) : (
        <section class="diff-rows" aria-label={said.changedRows}>
          <div class="toolbar" role="group" aria-label={said.show}>
            {allChanges
              .filter((change) => diff[change] > 0)
              .map((change) => (
                <Checkbox
                  key={change}
                  checked={changes.includes(change)}
                  onChange={(checked) => {
                    setChanges(
                      allChanges.filter((one) => (one === change ? checked : changes.includes(one))),
                    );
                  }}
                >
                  {`${said.rowChanges[change]} ${countText(diff[change])}`}
                </Checkbox>
              ))}
            {isWide(diff) && (
              <Checkbox checked={onlyChanged} onChange={setOnlyChanged}>
                {said.onlyChanged}
              </Checkbox>
            )}
          </div>
          <DiffGrid
            page={page}
            diff={diff}
            handle={handle}
            changes={changes}
            onlyChanged={onlyChanged}
            isNarrow={isNarrow}
            onAgain={onAgain}
          />
        </section>
      )}
      <StatisticsBeside page={page} before={before} after={after} version={version} />
    </>
  );
}

/** `+120, −4, ~31 rows, 1 column retyped`. */
function sentenceOf(diff: TableDiff): string {
  const parts: string[] = [];
  const { added, removed, changed } = diff;
  if (added > 0) parts.push(said.added(added));
  if (removed > 0) parts.push(said.removed(removed));
  if (changed > 0) parts.push(said.changed(changed));
  else if (parts.length > 0) parts.push(said.rowsTold(parts.pop() ?? "", added + removed));
  for (const kind of ["added", "removed", "moved", "retyped", "renamed"] as const) {
    const count = diff.columns.filter(({ change }) => change === kind).length;
    if (count > 0) parts.push(said.columnsBy[kind](count));
  }
  return parts.length === 0 ? said.same : parts.join(", ");
}

interface ToleranceProps {
  readonly tolerance: Tolerance;
  readonly onTolerance: (tolerance: Tolerance) => void;
}

/** How much numbers may differ and be the same. Taken when the field is left or Enter is pressed. */
function ToleranceFields({ tolerance, onTolerance }: ToleranceProps): VNode {
  const [typed, setTyped] = useState({
    absolute: tolerance.absolute === 0 ? "" : String(tolerance.absolute),
    relative: tolerance.relative === 0 ? "" : String(tolerance.relative * 100),
  });
  const take = (): void => {
    const next = { absolute: numberOf(typed.absolute), relative: numberOf(typed.relative) / 100 };
    if (next.absolute !== tolerance.absolute || next.relative !== tolerance.relative) onTolerance(next);
  };
  return (
    <span
      class="tolerance"
      role="group"
      aria-label={said.tolerance}
      title={said.toleranceTitle}
      onFocusOut={take}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
      }}
    >
      <span class="muted">{said.tolerance}</span>
      <TextField
        label={said.absolute}
        placeholder={said.absoluteShort}
        value={typed.absolute}
        onInput={(absolute) => {
          setTyped({ ...typed, absolute });
        }}
      />
      <TextField
        label={said.relative}
        placeholder={said.relativeShort}
        value={typed.relative}
        onInput={(relative) => {
          setTyped({ ...typed, relative });
        }}
      />
    </span>
  );
}

/** What a person typed, with a point or a comma; what is no number is none. */
function numberOf(text: string): number {
  const value = Number(text.trim().replace(",", "."));
  return Number.isFinite(value) && value > 0 ? value : 0;
}

const mostColumns = 100;

interface PartProps {
  readonly diff: TableDiff;
  /** Whether it may stand open where it is short. */
  readonly isOpen: boolean;
}

const ColumnChanges = ({ diff: { columns }, isOpen }: PartProps): VNode => (
  <details class="diff-part" open={isOpen && columns.length <= 4}>
    <summary>
      {said.columnsTitle} <span class="muted">{countText(columns.length)}</span>
    </summary>
    <ul class="plain-list column-changes">
      {columns.slice(0, mostColumns).map(({ change, name, before, after }) => (
        <li key={`${change} ${name}`}>
          <span class="code">{name}</span> {said.columnChanges[change]}{" "}
          {before !== null && after !== null ? (
            <span class="muted">{said.from(before, after)}</span>
          ) : (
            <span class="muted">{before ?? after}</span>
          )}
        </li>
      ))}
    </ul>
  </details>
);

const mostBars = 30;

/** Which columns changed most. */
function ChangedCells({ diff: { changedCells }, isOpen }: PartProps): VNode {
  const most = Math.max(...changedCells.map(({ cells }) => cells), 1);
  return (
    <details class="diff-part" open={isOpen && changedCells.length <= 6}>
      <summary>
        {said.cellsByColumn} <span class="muted">{countText(changedCells.length)}</span>
      </summary>
      <ul class="top-values">
        {changedCells.slice(0, mostBars).map(({ column, cells }) => (
          <li key={column}>
            <span class="top-name code" title={column}>
              {column}
            </span>
            <span class="top-room" aria-hidden="true">
              <span class="top-bar" style={{ width: `${(cells / most) * 100}%` }} />
            </span>
            <span class="number">{countText(cells)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
