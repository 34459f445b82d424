import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { DatasetPlace, ListedFile } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import type { Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import type { MenuItem } from "../grid/menu.js";
import { WindowGrid } from "../grid/window-grid.js";
import { useLastAnswer } from "../last-answer.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice } from "../notice.js";
import { bytesText } from "../numbers.js";
import { useNarrow } from "../page-width.js";
import { Working } from "../progress.js";
import { filesFilter, firstFiles, listHead, pathText } from "./file-list.js";
import { filesWords as said } from "./more-words.js";

interface FilesTabProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  /** What the file of a data set of one file is called: in its list it has no path. */
  readonly name: string;
  readonly version: number;
  /** The table is to be shown in its profile. */
  readonly onProfile: (file: string) => void;
}

/** The files of a version; those that come into view are asked for. */
export function FilesTab({ page, place, name, version, onProfile }: FilesTabProps): VNode {
  const answer = useLongAnswer(page, "datasets/listFiles", place, version);
  const { result, failure, again } = answer;
  if (failure !== undefined) return <Failed what={said.failed} failure={failure} onAgain={again} />;
  if (!result) return <Working what={said.listing} lines={8} answer={answer} />;
  if (result.total === 0) return <Notice>{said.none}</Notice>;
  return <FileList {...{ page, place, name, onProfile }} {...result} onAgain={again} />;
}

interface FileListProps extends Pick<FilesTabProps, "page" | "place" | "name" | "onProfile"> {
  readonly handle: string;
  readonly total: number;
  readonly onAgain: () => void;
}

function FileList({ page, place, name, handle, total, onAgain, onProfile }: FileListProps): VNode {
  const [text, setText] = useState("");
  const isNarrow = useNarrow(700);
  const { last, failure } = useLastAnswer(page, "datasets/files", {
    handle,
    text,
    from: 0,
    most: firstFiles,
  });
  const columns = useMemo(() => columnsOf(isNarrow), [isNarrow]);
  const cell = useCallback(
    (file: ListedFile, { id }: PlacedColumn): Cell =>
      cellOf(file.path === "" ? { ...file, path: name } : file, id),
    [name],
  );
  if (failure !== undefined) return <Failed what={said.failed} failure={failure} onAgain={onAgain} />;
  const { dataset, version: id } = place;
  const open = (file: ListedFile): void => {
    page.ask.request("host/openDataFile", { dataset, version: id, file: file.path }).catch(() => undefined); // the editor tells what went wrong
  };
  return (
    <>
      <div class="toolbar">
        {listHead(said.count(total), last?.result.total, total)}
        {filesFilter(total, text, setText)}
      </div>
      {last?.result.total === 0 && <Notice>{said.noneFits}</Notice>}
      {last && last.result.total > 0 && (
        <div class="diff-grid">
          <WindowGrid<ListedFile>
            label={said.label}
            columns={columns}
            cell={cell}
            of={`${id ?? ""} ${last.params.text}`}
            handle={last.params.handle}
            count={last.result.total}
            read={async (from, to, signal) => {
              const { params, result } = last;
              if (to <= result.files.length) return result.files.slice(from, to);
              const asked = { ...params, from, most: to - from };
              return (await page.ask.request("datasets/files", asked, signal)).files;
            }}
            failed={said.failed}
            onAgain={onAgain}
            onOpen={open}
            menu={(file) => menuOf(page, place, file, { name, open, onProfile })}
          />
        </div>
      )}
    </>
  );
}

interface MenuActs {
  readonly name: string;
  readonly open: (file: ListedFile) => void;
  readonly onProfile: (file: string) => void;
}

/** What can be done with a file. */
function menuOf(
  page: Page,
  { dataset, version }: DatasetPlace,
  file: ListedFile,
  { name, open, onProfile }: MenuActs,
): readonly MenuItem[] {
  const copy = (text: string) => (): void => {
    page.ask.request("host/copy", { text }).catch(() => undefined); // the editor tells what went wrong
  };
  const restore = (id: string) => (): void => {
    const asked = { command: "loam.data.restore", dataset, version: id, file: file.path } as const;
    page.ask.request("host/dataCommand", asked).catch(() => undefined); // the editor tells what went wrong
  };
  return [
    { label: said.open, icon: "go-to-file", run: () => void open(file) },
    ...(file.isTable ? [{ label: said.profile, icon: "graph", run: () => void onProfile(file.path) }] : []),
    ...(version === null ? [] : [{ label: said.restore, icon: "discard", run: restore(version) }]),
    "line",
    { label: said.copyPath, icon: "copy", run: copy(file.path === "" ? name : file.path) },
    { label: said.copyHash, run: copy(file.hash) },
  ];
}

const columnsOf = (isNarrow: boolean): readonly GridColumn[] => [
  { id: "path", title: said.path, width: isNarrow ? 180 : 480, fixed: true },
  { id: "size", title: said.size, width: 100, numeric: true },
  { id: "hash", title: said.hash, width: 160 },
  { id: "mode", title: said.mode, width: 100, aside: true },
];

function cellOf({ path, size, hash, executable }: ListedFile, id: string): Cell {
  if (id === "path") return { text: path, title: path, icon: "file", drawn: pathText(path) };
  if (id === "size") return { text: bytesText(size) };
  if (id === "hash")
    return {
      text: hash.slice(0, 16),
      title: hash,
      tone: "quiet",
      drawn: <span class="grid-text figures">{hash.slice(0, 16)}</span>,
    };
  return { text: executable ? said.executable : "", tone: "quiet" };
}
