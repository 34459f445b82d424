import type { VNode } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { DatasetPlace, FileChange, ListedChange } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import { Button, Checkbox } from "../controls.js";
import type { Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import type { MenuItem } from "../grid/menu.js";
import { WindowGrid } from "../grid/window-grid.js";
import { imageTypeOf } from "../image-view.js";
import { useLastAnswer } from "../last-answer.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice } from "../notice.js";
import { bytesText, countText } from "../numbers.js";
import { useNarrow } from "../page-width.js";
import { Working } from "../progress.js";
import { changesWords as said } from "./changes-words.js";
import { filesFilter, firstFiles, listHead, pathText } from "./file-list.js";
import { ImagesBeside } from "./images-beside.js";
import { TableProfileOf } from "./profile-tab.js";
import { TableChanges } from "./table-changes.js";

const kinds: readonly FileChange["change"][] = ["added", "removed", "changed", "mode"];
const icons = {
  added: "diff-added",
  removed: "diff-removed",
  changed: "diff-modified",
  mode: "diff-modified",
} as const;

interface FolderChangesProps {
  readonly page: Page;
  readonly before: DatasetPlace;
  readonly after: DatasetPlace;
  readonly version: number;
}

/** Which files of a folder differ; one that is opened is compared as what it is: table, image or text. */
export function FolderChanges(props: FolderChangesProps): VNode {
  const { page, before, after, version } = props;
  const answer = useLongAnswer(page, "datasets/compareFiles", { before, after }, version);
  const { result, failure, again } = answer;
  const [opened, setOpened] = useState<FileChange>();
  const list = useRef<HTMLDivElement>(null);
  const wasOpened = useRef(false);
  useLayoutEffect(() => {
    if (wasOpened.current && !opened)
      list.current?.querySelector<HTMLElement>(".grid [tabindex='0']")?.focus({ preventScroll: true });
    wasOpened.current = opened !== undefined;
  }, [opened]);
  if (failure !== undefined) return <Failed what={said.filesFailed} failure={failure} onAgain={again} />;
  if (!result) return <Working what={said.comparingFiles} lines={8} answer={answer} />;
  if (result.total === 0) return <Notice>{said.sameFiles}</Notice>;
  return (
    <>
      {opened && (
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
            <Button
              icon="diff"
              onClick={() => {
                diffInEditor(props, opened);
              }}
            >
              {said.openDiff}
            </Button>
          </div>
          <OpenedFile {...props} file={opened} />
        </>
      )}
      <div class="folder-changes" ref={list} hidden={opened !== undefined}>
        <ChangeList {...props} {...result} onAgain={again} onOpened={setOpened} />
      </div>
    </>
  );
}

function diffInEditor(
  { page, before, after }: Pick<FolderChangesProps, "after" | "before" | "page">,
  { path }: FileChange,
): void {
  const asked = { dataset: after.dataset, before: before.version, after: after.version, file: path };
  page.ask.request("host/diffDataFile", asked).catch(() => undefined); // the editor tells what went wrong
}

interface ChangeListProps extends FolderChangesProps {
  readonly handle: string;
  readonly total: number;
  readonly counts: Readonly<Record<FileChange["change"], number>>;
  readonly onAgain: () => void;
  readonly onOpened: (file: FileChange) => void;
}

function ChangeList({
  page,
  before,
  after,
  handle,
  total,
  counts,
  onAgain,
  onOpened,
}: ChangeListProps): VNode {
  const [text, setText] = useState("");
  const [left, setLeft] = useState<ReadonlySet<FileChange["change"]>>(new Set());
  const changes = kinds.filter((kind) => !left.has(kind));
  const isNarrow = useNarrow(700);
  const { last, failure } = useLastAnswer(page, "datasets/fileChanges", {
    ...{ handle, text, changes },
    ...{ from: 0, most: firstFiles },
  });
  const cell = useCallback((row: FileChange, { id }: PlacedColumn): Cell => fileCell(row, id), []);
  if (failure !== undefined) return <Failed what={said.filesFailed} failure={failure} onAgain={onAgain} />;
  const open = (file: ListedChange): void => {
    if (file.isTable || imageTypeOf(file.path) !== undefined) onOpened(file);
    else diffInEditor({ page, before, after }, file);
  };
  const menu = (file: ListedChange): readonly MenuItem[] => [
    { label: said.openFile, icon: "diff", run: () => void open(file) },
    { label: said.openDiff, icon: "go-to-file", run: () => void diffInEditor({ page, before, after }, file) },
    {
      label: said.copyPath,
      icon: "copy",
      run: () => {
        page.ask.request("host/copy", { text: file.path }).catch(() => undefined); // the editor tells what went wrong
      },
    },
  ];
  return (
    <>
      <div class="toolbar">
        {listHead(said.filesCount(total), last?.result.total, total)}
        {filesFilter(total, text, setText)}
      </div>
      <div class="toolbar" role="group" aria-label={said.show}>
        {kinds
          .filter((kind) => counts[kind] > 0)
          .map((kind) => (
            <Checkbox
              key={kind}
              checked={!left.has(kind)}
              onChange={(checked) => {
                setLeft(new Set(kinds.filter((one) => (one === kind ? !checked : left.has(one)))));
              }}
            >
              {`${said.fileChanges[kind]} ${countText(counts[kind])}`}
            </Checkbox>
          ))}
      </div>
      {last && last.result.total === 0 && <Notice>{said.noFiles}</Notice>}
      {last && last.result.total > 0 && (
        <div class="diff-grid">
          <WindowGrid<ListedChange>
            label={said.files}
            columns={isNarrow ? narrowColumns : fileColumns}
            cell={cell}
            of={`${before.version ?? ""} ${last.params.changes.join(" ")} ${last.params.text}`}
            handle={last.params.handle}
            count={last.result.total}
            read={async (from, to, signal) => {
              const { params, result } = last;
              if (to <= result.changes.length) return result.changes.slice(from, to);
              const asked = { ...params, from, most: to - from };
              return (await page.ask.request("datasets/fileChanges", asked, signal)).changes;
            }}
            failed={said.filesFailed}
            onAgain={onAgain}
            onOpen={open}
            isPressed
            menu={menu}
          />
        </div>
      )}
    </>
  );
}

const columnsOf = (pathWidth: number): readonly GridColumn[] => [
  { id: "path", title: said.path, width: pathWidth, fixed: true },
  { id: "change", title: said.change, width: 120 },
  { id: "size", title: said.size, width: 180, numeric: true },
];
const [fileColumns, narrowColumns] = [columnsOf(480), columnsOf(180)];

function fileCell({ path, change, before, after }: FileChange, id: string): Cell {
  if (id === "path") return { text: path, title: path, icon: icons[change], drawn: pathText(path) };
  if (id === "change")
    return { text: said.fileChanges[change], tone: change === "mode" ? "changed" : change };
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
  return (
    <>
      <p class="muted">{file.before === null ? said.isNew : said.isGone}</p>
      <TableProfileOf page={page} place={file.before === null ? now : old} version={version} />
    </>
  );
}
