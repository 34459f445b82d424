import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { ColumnProfile } from "../../src/protocol/datasets.js";
import { missing, type Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import type { Sorted } from "../grid/grid-props.js";
import { RowsGrid } from "../grid/rows-grid.js";
import { rowHeight } from "../grid/window.js";
import { SmallHistogram } from "../histogram.js";
import { countText, numberText, percentText } from "../numbers.js";
import { Notice } from "../notice.js";
import { isTime, momentText, valueText } from "./cell-text.js";
import { ColumnChoices } from "./column-choice.js";
import { datasetWords } from "./dataset-words.js";
import { allColumns, chosenColumns } from "./notable-columns.js";
import { profileWords as said } from "./profile-words.js";
import { missingShare, rowsOf } from "./missing-share.js";

const distributionWidth = 132;

const columnsOf = (nameWidth: number): readonly GridColumn[] => [
  { id: "name", title: said.column, width: nameWidth, fixed: true, sortable: true },
  { id: "type", title: said.type, width: 84, sortable: true },
  { id: "missing", title: said.missing, width: 84, numeric: true, sortable: true },
  { id: "distinct", title: said.distinct, width: 84, numeric: true, sortable: true },
  { id: "distribution", title: said.distribution, width: distributionWidth + 16 },
  { id: "range", title: said.range, width: 200 },
  { id: "mean", title: said.mean, width: 100, numeric: true, sortable: true },
];

interface ProfileColumnsProps {
  readonly columns: readonly ColumnProfile[];
  /** The name of the column that is shown in detail. */
  readonly picked: string | undefined;
  readonly onPick: (name: string) => void;
  readonly isNarrow: boolean;
}

/** The columns of a table, one a row, with how their values lie. */
export function ProfileColumns({ columns, picked, onPick, isNarrow }: ProfileColumnsProps): VNode {
  const [sorted, setSorted] = useState<readonly Sorted[]>([]);
  const [choice, setChoice] = useState(allColumns);
  const rows = useMemo(() => inOrder(chosenColumns(columns, choice), sorted), [columns, choice, sorted]);
  const cell = useCallback((row: ColumnProfile, { id }: PlacedColumn): Cell => cellOf(row, id), []);
  const shown = useMemo(() => columnsOf(isNarrow ? 120 : 200), [isNarrow]);
  const grid = (
    <div
      class="profile-grid"
      style={{ "--rows-height": `${Math.min(columns.length, 16) * rowHeight + 42}px` }}
    >
      <RowsGrid<ColumnProfile>
        label={said.columns}
        columns={shown}
        rows={rows}
        rowKey={({ name }) => name}
        cell={cell}
        sorted={sorted}
        onSort={(column, direction) => {
          setSorted(direction === null ? [] : [{ column, direction }]);
        }}
        {...(picked === undefined ? {} : { picked })}
        onPick={onPick}
      />
    </div>
  );
  return (
    <div class="profile-columns">
      <ColumnChoices columns={columns} choice={choice} onChoice={setChoice} shown={rows.length} />
      {rows.length === 0 && columns.length > 0 ? <Notice>{said.noneChosen}</Notice> : grid}
    </div>
  );
}

function inOrder(columns: readonly ColumnProfile[], [by]: readonly Sorted[]): readonly ColumnProfile[] {
  if (!by) return columns;
  const valueOf: Readonly<Record<string, (column: ColumnProfile) => number | string>> = {
    name: ({ name }) => name.toLowerCase(),
    type: ({ type }) => datasetWords.types[type],
    missing: missingShare,
    distinct: ({ distinct }) => distinct,
    mean: ({ numbers }) => numbers?.mean ?? Number.NEGATIVE_INFINITY,
  };
  const value = valueOf[by.column] ?? (() => 0);
  const sign = by.direction === "asc" ? 1 : -1;
  return [...columns].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}

function cellOf(column: ColumnProfile, id: string): Cell {
  switch (id) {
    case "name":
      return { text: column.name, title: column.name };
    case "type":
      return { text: datasetWords.types[column.type], title: column.nativeType };
    case "missing": {
      const title = said.missingTitle(column.missing, rowsOf(column));
      return column.missing === 0
        ? { text: "0", title, tone: "quiet" }
        : { text: percentText(missingShare(column)), title };
    }
    case "distinct": {
      const text = countText(column.distinct);
      return { text: column.distinctIsExact ? text : said.about(text) };
    }
    case "distribution":
      return distributionCell(column);
    case "range":
      return rangeCell(column);
    default: {
      const { numbers } = column;
      if (!numbers || isTime(column)) return missing(said.noMean);
      return { text: numberText(numbers.mean) };
    }
  }
}

function distributionCell({ numbers, top }: ColumnProfile): Cell {
  const counts = numbers?.histogram.counts ?? top.map(({ count }) => count);
  if (counts.length === 0) return missing(said.noDistribution);
  const text = numbers ? said.bins(counts.length) : said.topBars(counts.length);
  return {
    text,
    title: text,
    drawn: <SmallHistogram counts={counts} width={distributionWidth} height={16} areParted={!numbers} />,
  };
}

function rangeCell(column: ColumnProfile): Cell {
  const { numbers, lengths, top, count } = column;
  if (numbers) {
    const text = (
      isTime(column) ? [numbers.min, numbers.max].map(momentText) : [numbers.min, numbers.max].map(numberText)
    ).join(" – ");
    return { text, title: text, drawn: <span class="grid-text figures">{text}</span> };
  }
  const [most] = top;
  if (most && most.count > 1) {
    const texts = top.map(({ value, count: of }) => said.topShare(valueText(value), percentText(of / count)));
    return { text: texts[0] ?? "", title: texts.join("\n") };
  }
  if (lengths) {
    const { min, max } = lengths;
    const text = said.characters(min === max ? countText(min) : `${countText(min)}–${countText(max)}`);
    return { text, title: text, tone: "quiet" };
  }
  return missing(said.noRange);
}
