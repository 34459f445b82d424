import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { ColumnProfile, DatasetPlace, TableProfile } from "../../src/protocol/datasets.js";
import { missing, type Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import { RowsGrid } from "../grid/rows-grid.js";
import { rowHeight } from "../grid/window.js";
import type { Page } from "../bridge.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed } from "../notice.js";
import { Working } from "../progress.js";
import { SmallHistogram } from "../histogram.js";
import { columnTexts, countText, percentText } from "../numbers.js";
import { isTime, momentText } from "./cell-text.js";
import { changesWords as said } from "./changes-words.js";
import { datasetWords } from "./dataset-words.js";
import { profileWords } from "./profile-words.js";
import { missingShare } from "./missing-share.js";

interface Pair {
  readonly name: string;
  readonly before: ColumnProfile | undefined;
  readonly after: ColumnProfile | undefined;
}

const columns: readonly GridColumn[] = [
  { id: "name", title: profileWords.column, width: 160, fixed: true },
  { id: "missing", title: profileWords.missing, width: 130, numeric: true },
  { id: "distinct", title: profileWords.distinct, width: 140, numeric: true },
  { id: "mean", title: profileWords.mean, width: 160, numeric: true },
  { id: "least", title: profileWords.least, width: 190, numeric: true },
  { id: "greatest", title: profileWords.greatest, width: 190, numeric: true },
  { id: "distribution", title: profileWords.distribution, width: 180 },
];

interface StatisticsBesideProps {
  readonly page: Page;
  readonly before: DatasetPlace;
  readonly after: DatasetPlace;
  /** Grows when one of them may have changed. */
  readonly version: number;
}

/** The statistics of each column before and after, made when they are first looked at. */
export function StatisticsBeside(props: StatisticsBesideProps): VNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="diff-part"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>{said.statistics}</summary>
      {isOpen && <Asked {...props} />}
    </details>
  );
}

function Asked({ page, before, after, version }: StatisticsBesideProps): VNode {
  const [old, now] = [
    useLongAnswer(page, "datasets/profile", before, version),
    useLongAnswer(page, "datasets/profile", after, version),
  ];
  for (const { failure, again } of [old, now])
    if (failure !== undefined) return <Failed what={profileWords.failed} failure={failure} onAgain={again} />;
  const waiting = [old, now].find(({ result }) => !result);
  if (waiting) return <Working what={profileWords.reading} lines={6} answer={waiting} />;
  return old.result && now.result ? <Beside before={old.result} after={now.result} /> : <></>;
}

interface BesideProps {
  readonly before: TableProfile;
  readonly after: TableProfile;
}

/** Those that differ first. */
function Beside({ before, after }: BesideProps): VNode {
  const pairs = useMemo(() => pairsOf(before, after), [before, after]);
  const cell = useCallback((pair: Pair, { id }: PlacedColumn): Cell => cellOf(pair, id), []);
  return (
    <>
      {pairs.length === 0 ? (
        <p class="muted">{said.noStatistics}</p>
      ) : (
        <div
          class="sample-grid"
          style={{ "--rows-height": `${Math.min(pairs.length, 12) * rowHeight + 42}px` }}
        >
          <RowsGrid<Pair>
            label={said.statistics}
            columns={columns}
            rows={pairs}
            rowKey={({ name }) => name}
            cell={cell}
          />
        </div>
      )}
    </>
  );
}

function pairsOf(before: TableProfile, after: TableProfile): readonly Pair[] {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const now = new Map(after.columns.map((column) => [column.name, column]));
  const pairs = [
    ...after.columns.map(({ name }) => ({ name, before: old.get(name), after: now.get(name) })),
    ...before.columns
      .filter(({ name }) => !now.has(name))
      .map((column) => ({ name: column.name, before: column, after: undefined })),
  ];
  const isSame = ({ before: a, after: b }: Pair): boolean => told(a) === told(b);
  return [...pairs.filter((pair) => !isSame(pair)), ...pairs.filter(isSame)];
}

const told = (column: ColumnProfile | undefined): string =>
  JSON.stringify(column && [column.missing, column.distinct, column.numbers, column.lengths]);

function cellOf({ name, before, after }: Pair, id: string): Cell {
  switch (id) {
    case "name":
      return { text: name, title: name };
    case "missing":
      return beside([before, after], (column) => percentText(missingShare(column)));
    case "distinct":
      return beside([before, after], (column) => countText(column.distinct));
    case "mean":
      return [before, after].some((column) => column && isTime(column))
        ? missing(profileWords.noMean)
        : numbersBeside(before, after, ({ mean }) => mean);
    case "least":
      return numbersBeside(before, after, ({ min }) => min);
    case "greatest":
      return numbersBeside(before, after, ({ max }) => max);
    default: {
      const counts = [before, after].map((column) => column?.numbers?.histogram.counts ?? []);
      if (counts.every((one) => one.length === 0)) return missing(profileWords.noDistribution);
      const text = profileWords.of(name);
      const drawn = (
        <>
          {counts.map((one, at) => (
            <SmallHistogram key={at} counts={one} width={76} height={16} />
          ))}
        </>
      );
      return { text, title: text, drawn };
    }
  }
}

function beside(
  columns_: readonly (ColumnProfile | undefined)[],
  textOf: (column: ColumnProfile) => string,
): Cell {
  const [old, now] = columns_.map((column) => (column ? textOf(column) : "–"));
  if (old === now) return { text: now ?? "", tone: "quiet" };
  const text = said.from(old ?? "", now ?? "");
  return { text, title: text };
}

function numbersBeside(
  before: ColumnProfile | undefined,
  after: ColumnProfile | undefined,
  valueOf: (numbers: NonNullable<ColumnProfile["numbers"]>) => number,
): Cell {
  const values = [before, after].map((column) => column?.numbers && valueOf(column.numbers));
  const present = values.filter((value) => value !== undefined && value !== null);
  if (present.length === 0) return missing(datasetWords.noValue);
  const isMoment = [before, after].some((column) => column && isTime(column));
  const texts = isMoment ? present.map(momentText) : columnTexts(present);
  const [old, now] = values.map((value) => {
    const at = value === undefined || value === null ? -1 : present.indexOf(value);
    return at < 0 ? "–" : (texts[at] ?? "");
  });
  if (old === now) return { text: now ?? "", tone: "quiet" };
  const text = said.from(old ?? "", now ?? "");
  return { text, title: text };
}
