import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { CellValue, DiffRow, TableDiff } from "../../src/protocol/datasets.js";
import { failureText } from "../answer.js";
import type { Page } from "../bridge.js";
import type { Cell } from "../grid/cell.js";
import { usualLayout, type ColumnLayout, type GridColumn, type PlacedColumn } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import type { MenuItem } from "../grid/menu.js";
import { RowStore, type RowSource } from "../grid/row-store.js";
import { Failed, Notice } from "../notice.js";
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
}

/** Whether only the columns that changed are shown at first; where no row changed there are none. */
export const isWide = ({ shown, changedCells }: TableDiff): boolean =>
  shown.length > fewColumns && changedCells.length > 0;

/** The rows that differ, with the cells marked that do. */
export function DiffGrid({ page, diff, handle, changes, onlyChanged, isNarrow }: DiffGridProps): VNode {
  const [layout, setLayout] = useState<ColumnLayout>(usualLayout);
  const [, drawAgain] = useState(0);
  const [numeric, setNumeric] = useState<ReadonlySet<number>>();
  const of = `${handle} ${changes.join(" ")}`;
  const store = useMemo(() => new RowStore<DiffRow>(), [handle]);
  useEffect(() => {
    const unheard = store.listen((came) => {
      setNumeric((known) => known ?? (came.length === 0 ? undefined : numericOf(came)));
      drawAgain((times) => times + 1);
    });
    return () => {
      unheard();
      store.dispose();
    };
  }, [store]);
  const source = useMemo((): RowSource<DiffRow> => {
    const count = changes.reduce((sum, change) => sum + diff[change], 0);
    return {
      count,
      keyAt: (index) => `${of} ${index}`,
      rows: async (from, to, signal) => {
        const asked = { handle, changes, from, most: to - from };
        return (await page.ask.request("datasets/diffRows", asked, signal)).rows;
      },
    };
  }, [page, of, diff]);
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
  const rowMenu = ([key]: readonly string[]): readonly MenuItem[] => {
    const row = key === undefined ? undefined : store.byKey(key);
    if (!row) return [];
    const text = (row.after ?? row.before ?? [])
      .map((value) => (value === null ? "" : String(value)))
      .join("\t");
    const copy = (): void => {
      page.ask.request("host/copy", { text }).catch(() => undefined); // the editor tells what went wrong
    };
    return [{ label: said.copyRow, icon: "copy", run: copy }];
  };
  if (store.failure)
    return (
      <Failed
        what={said.rowsFailed}
        failure={failureText(store.failure)}
        onAgain={() => {
          store.retry();
        }}
      />
    );
  if (source.count === 0) return <Notice>{said.noRows}</Notice>;
  return (
    <div class="diff-grid">
      <Grid<DiffRow>
        label={said.changedRows}
        columns={columns}
        layout={layout}
        onLayout={setLayout}
        of={of}
        source={source}
        store={store}
        cell={cell}
        sorted={[]}
        rowMenu={rowMenu}
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
