import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import * as l10n from "../l10n.js";
import type { DatasetPlace, TableProfile } from "../../src/protocol/datasets.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Dropdown } from "../controls.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { useNarrow } from "../page-width.js";
import { Working } from "../progress.js";
import { isNumeric } from "./cell-text.js";
import { ColumnDetail } from "./column-detail.js";
import { datasetWords } from "./dataset-words.js";
import { ProfileColumns } from "./profile-columns.js";
import { profileWords as said } from "./profile-words.js";
import { SampleGrid } from "./sample-grid.js";

/** A list of more is none that a person reads; the others are opened from the list of files. */
const mostTables = 200;

interface ProfileTabProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  /** Grows when the place may have changed. */
  readonly version: number;
  /** The table that was asked for. */
  readonly file: string | undefined;
  readonly onFile: (file: string) => void;
  readonly onFiles: () => void;
}

/** What is in a table: its columns, how their values lie, its first rows. */
export function ProfileTab({ page, place, version, file, onFile, onFiles }: ProfileTabProps): VNode {
  const { result: tables, failure, again } = useAnswer(page, "datasets/tables", place, version);
  if (failure !== undefined) return <Failed what={said.tablesFailed} failure={failure} onAgain={again} />;
  if (!tables) return <Skeleton lines={8} />;
  const chosen = file !== undefined && tables.includes(file) ? file : tables[0];
  if (chosen === undefined)
    return (
      <Notice>
        <p>{said.noTable}</p>
        <Button onClick={onFiles}>{said.showFiles}</Button>
      </Notice>
    );
  return (
    <>
      {tables.length > 1 && (
        <div class="toolbar">
          <Dropdown
            label={datasetWords.table}
            value={chosen}
            options={[...new Set([...tables.slice(0, mostTables), chosen])].map((one) => ({
              value: one,
              text: one,
            }))}
            onChange={onFile}
          />
          {tables.length > mostTables && (
            <span class="muted">{said.moreTables(tables.length - mostTables)}</span>
          )}
        </div>
      )}
      <TableProfileOf
        key={chosen}
        page={page}
        place={chosen === "" ? place : { ...place, file: chosen }}
        version={version}
      />
    </>
  );
}

interface TableProfileProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  readonly version: number;
}

/** What is in one table. */
export function TableProfileOf({ page, place, version }: TableProfileProps): VNode {
  const answer = useLongAnswer(page, "datasets/profile", place, version);
  const { result, failure, again } = answer;
  if (failure !== undefined) return <Failed what={said.failed} failure={failure} onAgain={again} />;
  if (!result) return <Working what={said.reading} lines={10} answer={answer} />;
  return <ProfileView profile={result} />;
}

function ProfileView({ profile }: { readonly profile: TableProfile }): VNode {
  const { rows, columns, sample, notes, duplicates, format } = profile;
  const [picked, setPicked] = useState<string>();
  const isNarrow = useNarrow(700);
  const detail = columns.find(({ name }) => name === picked);
  const sampled = useMemo(() => sample.map((cells, at) => ({ number: at + 1, cells })), [sample]);
  const heads = useMemo(
    () => columns.map((column) => ({ name: column.name, isNumeric: isNumeric(column) })),
    [columns],
  );
  return (
    <>
      <p class="summary">
        <strong>{said.shape(rows, columns.length)}</strong>
        <span class="muted">{format.toUpperCase()}</span>
        {duplicates !== null && (
          <span class={duplicates === 0 ? "muted" : ""}>{said.duplicates(duplicates)}</span>
        )}
      </p>
      {notes.length > 0 && (
        <ul class="plain-list notes">
          {notes.map((note) => (
            <li key={note.text}>{l10n.told(note)}</li>
          ))}
        </ul>
      )}
      <div class={detail ? "profile with-detail" : "profile"}>
        <ProfileColumns
          columns={columns}
          picked={picked}
          onPick={setPicked}
          isNarrow={isNarrow || detail !== undefined}
        />
        {detail && (
          <ColumnDetail
            column={detail}
            onClose={() => {
              setPicked(undefined);
            }}
          />
        )}
        <section class="part profile-sample" aria-label={said.sample(sample.length)}>
          <h2>{rows === 0 ? said.noRows : said.sample(sample.length)}</h2>
          {sample.length > 0 && (
            <SampleGrid label={said.sample(sample.length)} columns={heads} rows={sampled} />
          )}
        </section>
      </div>
    </>
  );
}
