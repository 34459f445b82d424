import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { CellValue, DiffRow, TableDiff } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import type { Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import { WindowGrid } from "../grid/window-grid.js";
import { Notice } from "../notice.js";
import { valueCell, valueText } from "./cell-text.js";
import { changesWords as said } from "./changes-words.js";
import { datasetWords } from "./dataset-words.js";
import { DiffColumns, readRow, seenColumns, type ReadRow, type SeenColumn } from "./diff-rows.js";

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
  const [seen, setSeen] = useState<ReadonlyMap<number, SeenColumn>>(new Map());
  const parts = useMemo(() => new DiffColumns(), []);
  const columns = useMemo(
    () => columnsOf({ diff, onlyChanged, isNarrow, seen }),
    [diff, onlyChanged, isNarrow, seen],
  );
  const cell = useCallback(
    (row: ReadRow, { id }: PlacedColumn): Cell | undefined =>
      id === "change"
        ? {
            ...{ text: said.rowChanges[row.change], icon: icons[row.change], tone: row.change },
            ...(isNarrow ? { title: said.rowChanges[row.change], drawn: <></> } : {}),
          }
        : diffCell(row, Number(id)),
    [isNarrow],
  );
  const ask = async (from: number, to: number, of: readonly number[], signal?: AbortSignal) => {
    const asked = { handle, changes, from, most: to - from, columns: of };
    return (await page.ask.request("datasets/diffRows", asked, signal)).rows;
  };
  const copy = async (index: number): Promise<void> => {
    const [row] = await ask(
      index,
      index + 1,
      diff.shown.map((_, at) => at),
    );
    const values = row?.after ?? row?.before ?? [];
    const text = values.map((value) => (value === null ? "" : String(value))).join("\t");
    await page.ask.request("host/copy", { text });
  };
  const count = changes.reduce((sum, change) => sum + diff[change], 0);
  if (count === 0) return <Notice>{said.noRows}</Notice>;
  return (
    <div class="diff-grid">
      <WindowGrid<ReadRow>
        label={said.changedRows}
        columns={columns}
        cell={cell}
        of={changes.join(" ")}
        handle={handle}
        count={count}
        parts={parts}
        read={async (from, to, signal) => {
          const { wanted } = parts;
          return (await ask(from, to, wanted, signal)).map((row) => readRow(row, wanted));
        }}
        onCame={(rows) => {
          setSeen((known) => seenColumns(known, rows, valueText));
        }}
        failed={said.rowsFailed}
        onAgain={onAgain}
        menu={(_, index) => [
          {
            label: said.copyRow,
            icon: "copy",
            run: () => {
              copy(index).catch(() => undefined); // the editor tells what went wrong
            },
          },
        ]}
      />
    </div>
  );
}

interface Wanted {
  readonly diff: TableDiff;
  readonly onlyChanged: boolean;
  readonly isNarrow: boolean;
  /** What is known of columns by their places, once some rows have come. */
  readonly seen: ReadonlyMap<number, SeenColumn>;
}

function columnsOf({ diff, onlyChanged, isNarrow, seen }: Wanted): readonly GridColumn[] {
  const { shown, keys, changedCells, columns } = diff;
  const changing = new Set(changedCells.map(({ column }) => column));
  const changed = new Set([...changing, ...columns.map(({ name }) => name)]);
  const isShown = (name: string): boolean => !onlyChanged || keys.includes(name) || changed.has(name);
  const all = shown.map((name, at) => ({ name, at })).filter(({ name }) => isShown(name));
  // beside code there is room for two or three: then those that changed follow the key
  const rank = (name: string): number => (keys.includes(name) ? 0 : isNarrow && !changing.has(name) ? 2 : 1);
  const inOrder = [...all].sort((a, b) => rank(a.name) - rank(b.name));
  return [
    { id: "change", title: said.change, width: isNarrow ? 80 : 108, fixed: true },
    ...inOrder.map(({ name, at }) => {
      const { isNumeric = false, length } = seen.get(at) ?? {};
      const usual = changing.has(name) ? (length === undefined ? 150 : 96) : 64;
      const room = Math.max(usual, name.length * 8 + 28, (length ?? 0) * 7.5 + 20);
      return { id: String(at), title: name, width: Math.min(260, Math.round(room)), numeric: isNumeric };
    }),
  ];
}

function diffCell(row: ReadRow, at: number): Cell | undefined {
  if (!row.read.has(at)) return undefined;
  const [before, after] = [row.before.get(at), row.after.get(at)];
  if (row.change !== "changed")
    return { ...valueCell(row.change === "removed" ? before : after), tone: row.change };
  if (!row.cells.has(at)) return { ...valueCell(after), tone: "quiet" };
  const [old, now] = [valueOf(before), valueOf(after)];
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
