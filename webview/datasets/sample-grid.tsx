import type { VNode } from "preact";
import { useCallback, useMemo } from "preact/hooks";
import type { CellValue } from "../../src/protocol/datasets.js";
import type { Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import { RowsGrid } from "../grid/rows-grid.js";
import { rowHeight } from "../grid/window.js";
import { countText } from "../numbers.js";
import { valueCell, valueText } from "./cell-text.js";
import { datasetWords } from "./dataset-words.js";

export interface SampleRow {
  readonly number: number;
  readonly cells: readonly CellValue[];
  /** What stands before the cells in place of the row's number. */
  readonly head?: Cell;
}

interface SampleGridProps {
  readonly label: string;
  readonly columns: readonly { readonly name: string; readonly isNumeric: boolean }[];
  readonly rows: readonly SampleRow[];
  /** The title of the first column. */
  readonly head?: string;
  readonly headWidth?: number;
}

/** Rows of a table as they are. */
export function SampleGrid({ label, columns, rows, head, headWidth = 56 }: SampleGridProps): VNode {
  const shown = useMemo(
    (): readonly GridColumn[] => [
      { id: "row", title: head ?? datasetWords.rowNumber, width: headWidth, fixed: true },
      ...columns.map(({ name, isNumeric }, at) => ({
        id: String(at),
        title: name,
        width: widthOf(name, rows, at),
        numeric: isNumeric,
      })),
    ],
    [columns, rows],
  );
  const cell = useCallback((row: SampleRow, { id }: PlacedColumn): Cell => {
    if (id === "row") return row.head ?? { text: countText(row.number), tone: "quiet" };
    return valueCell(row.cells[Number(id)]);
  }, []);
  return (
    <div class="sample-grid" style={{ "--rows-height": `${Math.min(rows.length, 12) * rowHeight + 42}px` }}>
      <RowsGrid<SampleRow>
        label={label}
        columns={shown}
        rows={rows}
        rowKey={({ number }) => String(number)}
        cell={cell}
      />
    </div>
  );
}

/** Wide enough for the name and for what stands below it, up to some. */
function widthOf(name: string, rows: readonly SampleRow[], at: number): number {
  const longest = rows.reduce((most, { cells }) => Math.max(most, valueText(cells[at] ?? null).length), 0);
  return Math.min(240, Math.max(48, name.length * 8 + 30, longest * 8 + 20));
}
