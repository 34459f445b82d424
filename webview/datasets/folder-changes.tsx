import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { DatasetPlace, FileChange } from "../../src/protocol/datasets.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Checkbox } from "../controls.js";
import type { Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import type { MenuItem } from "../grid/menu.js";
import { RowsGrid } from "../grid/rows-grid.js";
import { imageTypeOf } from "../image-view.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { bytesText, countText } from "../numbers.js";
import { changesWords as said } from "./changes-words.js";
import { ImagesBeside } from "./images-beside.js";
import { TableChanges } from "./table-changes.js";

/** A list of more files is told by its count. */
const mostFiles = 100_000;
const kinds: readonly FileChange["change"][] = ["added", "removed", "changed", "mode"];
const icons = {
  added: "diff-added",
  removed: "diff-removed",
  changed: "diff-modified",
  mode: "diff-modified",
} as const;

/** Which files are read as tables, by their names. */
const isTable = (path: string): boolean => /\.(csv|tsv|parquet|jsonl|ndjson|arrow|feather)$/i.test(path);

interface FolderChangesProps {
  readonly page: Page;
  readonly before: DatasetPlace;
  readonly after: DatasetPlace;
  readonly version: number;
}

/** Which files of a folder differ; one that is opened is compared as what it is: table, image or text. */
export function FolderChanges({ page, before, after, version }: FolderChangesProps): VNode {
  const asked = { before, after, most: mostFiles };
  const { result, failure, again } = useAnswer(page, "datasets/fileChanges", asked, version);
  const [shown, setShown] = useState<readonly FileChange["change"][]>(kinds);
  const [opened, setOpened] = useState<FileChange>();
  const rows = useMemo(() => result?.changes.filter(({ change }) => shown.includes(change)), [result, shown]);
  const cell = useCallback((row: FileChange, { id }: PlacedColumn): Cell => fileCell(row, id), []);
  if (failure !== undefined) return <Failed what={said.filesFailed} failure={failure} onAgain={again} />;
  if (!result) return <Skeleton lines={8} />;
  const { changes, total } = result;
  if (total === 0) return <Notice>{said.sameFiles}</Notice>;
  const diffInEditor = (file: string): void => {
    const { dataset } = after;
    const asked_ = { dataset, before: before.version, after: after.version, file };
    page.ask.request("host/diffDataFile", asked_).catch(() => undefined); // the editor tells what went wrong
  };
  const open = (file: FileChange | undefined): void => {
    if (!file) return;
    if (isTable(file.path) || imageTypeOf(file.path) !== undefined) setOpened(file);
    else diffInEditor(file.path);
  };
  const menu = ([key]: readonly string[]): readonly MenuItem[] => {
    const file = changes.find(({ path }) => path === key);
    if (!file) return [];
    const copy = (): void => {
      page.ask.request("host/copy", { text: file.path }).catch(() => undefined); // the editor tells what went wrong
    };
    return [
      { label: said.openFile, icon: "diff", run: () => void open(file) },
      { label: said.openDiff, icon: "go-to-file", run: () => void diffInEditor(file.path) },
      { label: said.copyPath, icon: "copy", run: copy },
    ];
  };
  if (opened)
    return (
      <>
        <div class="toolbar">
          <Button
            icon="arrow-left"
            onClick={() => {
              setOpened(undefined);
            }}
          >
            {said.back}
          </Button>
          <strong class="code file-name">{opened.path}</strong>
          <span class="muted">{said.fileChanges[opened.change]}</span>
        </div>
        <OpenedFile page={page} before={before} after={after} file={opened} version={version} />
      </>
    );
  return (
    <>
      <p class="summary diff-counts">
        <strong>{said.filesCount(total)}</strong>
        {changes.length < total && <span class="muted">{said.firstFiles(changes.length, total)}</span>}
      </p>
      <div class="toolbar" role="group" aria-label={said.files}>
        {kinds.map((kind) => {
          const count = changes.filter(({ change }) => change === kind).length;
          if (count === 0) return null;
          return (
            <Checkbox
              key={kind}
              checked={shown.includes(kind)}
              onChange={(checked) => {
                setShown(kinds.filter((one) => (one === kind ? checked : shown.includes(one))));
              }}
            >
              {`${said.fileChanges[kind]} ${countText(count)}`}
            </Checkbox>
          );
        })}
      </div>
      <div class="diff-grid">
        <RowsGrid<FileChange>
          label={said.files}
          columns={fileColumns}
          rows={rows}
          rowKey={({ path }) => path}
          cell={cell}
          onOpen={(key) => {
            open(changes.find(({ path }) => path === key));
          }}
          onPick={(key) => {
            open(changes.find(({ path }) => path === key));
          }}
          rowMenu={menu}
        />
      </div>
    </>
  );
}

const fileColumns: readonly GridColumn[] = [
  { id: "path", title: said.path, width: 320, fixed: true },
  { id: "change", title: said.change, width: 120 },
  { id: "size", title: said.size, width: 180, numeric: true },
];

function fileCell({ path, change, before, after }: FileChange, id: string): Cell {
  if (id === "path") return { text: path, title: path, icon: icons[change] };
  if (id === "change") return { text: said.fileChanges[change] };
  const [old, now] = [before, after].map((side) => (side ? bytesText(side.size) : undefined));
  if (old === undefined || now === undefined || old === now) return { text: now ?? old ?? "" };
  return { text: said.from(old, now) };
}

interface OpenedFileProps extends FolderChangesProps {
  readonly file: FileChange;
}

function OpenedFile({ page, before, after, file, version }: OpenedFileProps): VNode {
  const { path } = file;
  const [old, now] = [
    { ...before, file: path },
    { ...after, file: path },
  ];
  if (imageTypeOf(path) !== undefined)
    return (
      <ImagesBeside
        page={page}
        before={file.before === null ? undefined : old}
        after={file.after === null ? undefined : now}
        path={path}
        version={version}
      />
    );
  if (file.before !== null && file.after !== null)
    return <TableChanges page={page} before={old} after={now} version={version} />;
  return <Notice>{said.fileChanges[file.change]}</Notice>;
}
