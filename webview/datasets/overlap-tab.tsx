import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { CellValue, DatasetPlace, ListedDataset, Overlap } from "../../src/protocol/datasets.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Dropdown } from "../controls.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { Working } from "../progress.js";
import { ColumnPicker } from "./column-picker.js";
import { overlapWords as said } from "./more-words.js";
import { SampleGrid } from "./sample-grid.js";

interface OverlapTabProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  readonly version: number;
}

/** Which rows of another data set also stand in this one. */
export function OverlapTab({ page, place, version }: OverlapTabProps): VNode {
  const { result, failure, again } = useAnswer(page, "datasets/list", null, version);
  const [chosen, setChosen] = useState<string>();
  if (failure !== undefined) return <Failed what={said.listFailed} failure={failure} onAgain={again} />;
  if (!result) return <Skeleton lines={4} />;
  const others = result.filter(
    ({ id, stage, latest }) => id !== place.dataset && stage === "active" && latest !== null,
  );
  const other = others.find(({ id }) => id === chosen) ?? likely(others);
  if (!other)
    return (
      <Notice>
        <p>{said.none}</p>
        <Button
          onClick={() => {
            const asked = { command: "loam.data.track", dataset: null } as const;
            page.ask.request("host/dataCommand", asked).catch(() => undefined); // the editor tells what went wrong
          }}
        >
          {said.track}
        </Button>
      </Notice>
    );
  return (
    <>
      <p class="muted">{said.intro}</p>
      <div class="toolbar">
        <span class="field-beside">
          <span class="muted">{said.other}</span>
          <Dropdown
            label={said.other}
            value={other.id}
            options={others.map(({ id, name }) => ({ value: id, text: name }))}
            onChange={setChosen}
          />
        </span>
      </div>
      <OverlapWith key={other.id} page={page} place={place} other={other} />
    </>
  );
}

/** The other half of a split, by its name; else the first that is a table. */
function likely(others: readonly ListedDataset[]): ListedDataset | undefined {
  const tables = others.filter(({ isTable }) => isTable);
  const isHalf = ({ name }: ListedDataset): boolean => /test|valid|eval|hold/i.test(name);
  return tables.find(isHalf) ?? others.find(isHalf) ?? tables[0] ?? others[0];
}

interface OverlapWithProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  readonly other: ListedDataset;
}

function OverlapWith({ page, place, other }: OverlapWithProps): VNode {
  const [columns, setColumns] = useState<readonly string[]>();
  const b = { dataset: other.id, version: other.latest?.id ?? null };
  const asked = { a: place, b, ...(columns ? { columns } : {}) };
  const answer = useLongAnswer(page, "datasets/overlap", asked);
  const { result, failure, again } = answer;
  if (failure !== undefined) return <Failed what={said.failed} failure={failure} onAgain={again} />;
  if (!result) return <Working what={said.comparing} lines={6} answer={answer} />;
  return <OverlapView overlap={result} name={other.name} onColumns={setColumns} />;
}

const isAllNumbers = (values: readonly CellValue[]): boolean => {
  const there = values.filter((value) => value !== null);
  return there.length > 0 && there.every((value) => typeof value === "number");
};

/** More columns are counted. */
const mostNamed = 6;

function columnsText(columns: readonly string[], shared: readonly string[]): string {
  if (columns.length === shared.length) return said.allColumns(shared.length);
  return columns.length > mostNamed ? said.someColumns(columns.length, shared.length) : columns.join(", ");
}

interface OverlapViewProps {
  readonly overlap: Overlap;
  readonly name: string;
  /** undefined: all that both have. */
  readonly onColumns: (columns: readonly string[] | undefined) => void;
}

function OverlapView({ overlap, name, onColumns }: OverlapViewProps): VNode {
  const { exact, normalised, rowsB, columns, shared, sample } = overlap;
  const heads = useMemo(
    () =>
      columns.map((name, at) => ({
        name,
        isNumeric: isAllNumbers(sample.map(({ cells }) => cells[at] ?? null)),
      })),
    [columns, sample],
  );
  const rows = useMemo(
    () =>
      sample.map(({ cells, kind }, at) => ({
        number: at + 1,
        cells,
        head: { text: said.kinds[kind], icon: kind === "exact" ? "symbol-operator" : "wand" },
      })),
    [sample],
  );
  return (
    <>
      <p class="summary">
        <strong>{normalised === 0 ? said.nothing(name) : said.found(normalised, rowsB, name)}</strong>
        {normalised > 0 && (
          <span class="muted">
            {said.exactly(exact)}
            {normalised > exact && ` · ${said.normalised(normalised - exact)}`}
          </span>
        )}
      </p>
      <p>
        <span class="muted">{said.comparedBy}</span>{" "}
        <ColumnPicker
          title={said.columnsTitle}
          text={columnsText(columns, shared)}
          columns={shared}
          picked={columns}
          onPick={onColumns}
          usual={{
            text: said.useAll,
            onPick: () => {
              onColumns(undefined);
            },
          }}
        />
      </p>
      {sample.length > 0 && (
        <section class="part" aria-label={said.sample}>
          <h2>{said.sample}</h2>
          <SampleGrid label={said.sample} columns={heads} rows={rows} head={said.how} headWidth={110} />
        </section>
      )}
    </>
  );
}
