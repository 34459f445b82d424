import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { CellValue, DiffRow, TableDiff } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import type { Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import type { MenuItem } from "../grid/menu.js";
import { WindowGrid } from "../grid/window-grid.js";
import { Notice } from "../notice.js";
import { valueCell, valueText } from "./cell-text.js";
import { changesWords as said } from "./changes-words.js";
import { datasetWords } from "./dataset-words.js";

const icons = { added: "diff-added", removed: "diff-removed", changed: "diff-modified" } as const;
/** Of a table with no more columns all are shown at first. */
const fewColumns = 12;

interface DiffGridProps {
  readonly page: Page;
  readonly diff: TableDiff;
  /** Names the rows of the diff to the engine. */
  readonly handle: string;
  readonly changes: readonly DiffRow["change"][];
  readonly onlyChanged: boolean;
  readonly isNarrow: boolean;
  /** Compares anew. */
  readonly onAgain: () => void;
}

/** Whether only the columns that changed are shown at first; where no row changed there are none. */
export const isWide = ({ shown, changedCells }: TableDiff): boolean =>
  shown.length > fewColumns && changedCells.length > 0;

/** The rows that differ, with the cells marked that do. */
export function DiffGrid(props: DiffGridProps): VNode {
  const { page, diff, handle, changes, onlyChanged, isNarrow, onAgain } = props;
  const [numeric, setNumeric] = useState<ReadonlySet<number>>();
  const columns = useMemo(
    () => columnsOf({ diff, onlyChanged, isNarrow, numeric }),
    [diff, onlyChanged, isNarrow, numeric],
  );
  const cell = useCallback(
    (row: DiffRow, { id }: PlacedColumn): Cell =>
      id === "change"
        ? { text: said.rowChanges[row.change], icon: icons[row.change], tone: row.change }
        : diffCell(row, Number(id)),
    [],
  );
  const menu = (row: DiffRow): readonly MenuItem[] => {
    const text = (row.after ?? row.before ?? [])
      .map((value) => (value === null ? "" : String(value)))
      .join("\t");
    const copy = (): void => {
      page.ask.request("host/copy", { text }).catch(() => undefined); // the editor tells what went wrong
    };
    return [{ label: said.copyRow, icon: "copy", run: copy }];
  };
  const count = changes.reduce((sum, change) => sum + diff[change], 0);
  if (count === 0) return <Notice>{said.noRows}</Notice>;
  return (
    <div class="diff-grid">
      <WindowGrid<DiffRow>
        label={said.changedRows}
        columns={columns}
        cell={cell}
        of={changes.join(" ")}
        handle={handle}
        count={count}
        read={async (from, to, signal) => {
          const asked = { handle, changes, from, most: to - from };
          return (await page.ask.request("datasets/diffRows", asked, signal)).rows;
        }}
        onCame={(rows) => {
          setNumeric((known) => known ?? numericOf(rows));
        }}
        failed={said.rowsFailed}
        onAgain={onAgain}
        menu={menu}
      />
    </div>
  );
}

interface Wanted {
  readonly diff: TableDiff;
  readonly onlyChanged: boolean;
  readonly isNarrow: boolean;
  /** Places of the columns whose values are numbers; undefined until some rows have come. */
  readonly numeric: ReadonlySet<number> | undefined;
}

/** Columns that have nothing but numbers in these rows. */
function numericOf(rows: readonly DiffRow[]): ReadonlySet<number> {
  const width = rows.reduce((most, row) => Math.max(most, (row.after ?? row.before ?? []).length), 0);
  const isNumeric = (at: number): boolean => {
    const values = rows
      .flatMap(({ before, after }) => [before?.[at], after?.[at]])
      .filter((value) => value !== null && value !== undefined);
    return values.length > 0 && values.every((value) => typeof value === "number");
  };
  return new Set(Array.from({ length: width }, (_, at) => at).filter(isNumeric));
}

function columnsOf({ diff, onlyChanged, isNarrow, numeric }: Wanted): readonly GridColumn[] {
  const { shown, keys, changedCells, columns } = diff;
  const changed = new Set([...changedCells.map(({ column }) => column), ...columns.map(({ name }) => name)]);
  const isShown = (name: string): boolean => !onlyChanged || keys.includes(name) || changed.has(name);
  const all = shown.map((name, at) => ({ name, at })).filter(({ name }) => isShown(name));
  const inOrder = [
    ...all.filter(({ name }) => keys.includes(name)),
    ...all.filter(({ name }) => !keys.includes(name)),
  ];
  return [
    { id: "change", title: said.change, width: isNarrow ? 44 : 108, fixed: true },
    ...inOrder.map(({ name, at }) => {
      const isChanging = changedCells.some(({ column }) => column === name);
      return {
        id: String(at),
        title: name,
        width: Math.min(260, Math.max(isChanging ? 150 : 84, name.length * 8 + 28)),
        numeric: numeric?.has(at) === true,
      };
    }),
  ];
}

function diffCell(row: DiffRow, at: number): Cell {
  if (row.change !== "changed") return { ...valueCell((row.after ?? row.before)?.[at]), tone: row.change };
  const after = row.after?.[at];
  if (!row.cells.includes(at)) return { ...valueCell(after), tone: "quiet" };
  const [old, now] = [valueOf(row.before?.[at]), valueOf(after)];
  return {
    text: said.from(old, now),
    title: said.from(old, now),
    tone: "changed",
    drawn: (
      <span class="grid-text">
        <span class="grid-old">{old}</span> → <span>{now}</span>
      </span>
    ),
  };
}

const valueOf = (value: CellValue | undefined): string =>
  value === null || value === undefined ? datasetWords.noValue : valueText(value);
