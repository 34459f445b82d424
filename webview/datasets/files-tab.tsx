import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { DatasetPlace, ManifestFile } from "../../src/protocol/datasets.js";
import { failureText, useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import type { Cell } from "../grid/cell.js";
import { usualLayout, type ColumnLayout, type GridColumn, type PlacedColumn } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import type { MenuItem } from "../grid/menu.js";
import { RowStore, type RowSource } from "../grid/row-store.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { useNarrow } from "../page-width.js";
import { bytesText } from "../numbers.js";
import { filesWords as said } from "./more-words.js";

interface FilesTabProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  readonly version: number;
  /** The table is to be shown in its profile. */
  readonly onProfile: (file: string) => void;
}

/** The files of a version; those that come into view are asked for. */
export function FilesTab({ page, place, version, onProfile }: FilesTabProps): VNode {
  const [layout, setLayout] = useState<ColumnLayout>(usualLayout);
  const isNarrow = useNarrow(700);
  const first = useAnswer(page, "datasets/files", { ...place, from: 0, most: 100 }, version);
  const tables = useAnswer(page, "datasets/tables", place, version);
  const [, drawAgain] = useState(0);
  const store = useMemo(() => new RowStore<ManifestFile>(), [place.version]);
  useEffect(() => {
    const unheard = store.listen(() => {
      drawAgain((times) => times + 1);
    });
    return () => {
      unheard();
      store.dispose();
    };
  }, [store]);
  const { result } = first;
  const source = useMemo((): RowSource<ManifestFile> | undefined => {
    if (!result) return undefined;
    return {
      count: result.total,
      keyAt: (index) => `${version} ${index}`,
      rows: async (from, to, signal) => {
        if (to <= result.files.length) return result.files.slice(from, to);
        const asked = { ...place, from, most: to - from };
        return (await page.ask.request("datasets/files", asked, signal)).files;
      },
    };
  }, [result]);
  const columns = useMemo(() => columnsOf(isNarrow), [isNarrow]);
  const cell = useCallback((file: ManifestFile, { id }: PlacedColumn): Cell => cellOf(file, id), []);
  if (first.failure !== undefined)
    return <Failed what={said.failed} failure={first.failure} onAgain={first.again} />;
  if (!result) return <Skeleton lines={8} />;
  if (result.total === 0) return <Notice>{said.none}</Notice>;
  const { dataset, version: id } = place;
  const open = (file: ManifestFile | undefined): void => {
    if (!file) return;
    page.ask.request("host/openDataFile", { dataset, version: id, file: file.path }).catch(() => undefined); // the editor tells what went wrong
  };
  const copy = (text: string): void => {
    page.ask.request("host/copy", { text }).catch(() => undefined); // the editor tells what went wrong
  };
  const menu = ([key]: readonly string[]): readonly MenuItem[] => {
    const file = key === undefined ? undefined : store.byKey(key);
    if (!file) return [];
    const isTable = tables.result?.includes(file.path) === true;
    return [
      { label: said.open, icon: "go-to-file", run: () => void open(file) },
      ...(isTable ? [{ label: said.profile, icon: "graph", run: () => void onProfile(file.path) }] : []),
      ...(id === null
        ? []
        : [
            {
              label: said.restore,
              icon: "discard",
              run: () => {
                const asked = {
                  command: "loam.data.restore",
                  dataset,
                  version: id,
                  file: file.path,
                } as const;
                page.ask.request("host/dataCommand", asked).catch(() => undefined); // the editor tells what went wrong
              },
            },
          ]),
      "line",
      { label: said.copyPath, icon: "copy", run: () => void copy(file.path) },
      { label: said.copyHash, run: () => void copy(file.hash) },
    ];
  };
  return (
    <>
      <p class="summary">
        <strong>{said.count(result.total)}</strong>
      </p>
      {store.failure ? (
        <Failed
          what={said.failed}
          failure={failureText(store.failure)}
          onAgain={() => {
            store.retry();
          }}
        />
      ) : (
        <div class="diff-grid">
          <Grid<ManifestFile>
            label={said.label}
            columns={columns}
            layout={layout}
            onLayout={setLayout}
            of={place.version ?? ""}
            source={source}
            store={store}
            cell={cell}
            sorted={[]}
            onOpen={(key) => {
              open(store.byKey(key));
            }}
            rowMenu={menu}
          />
        </div>
      )}
    </>
  );
}

const columnsOf = (isNarrow: boolean): readonly GridColumn[] => [
  { id: "path", title: said.path, width: isNarrow ? 180 : 380, fixed: true },
  { id: "size", title: said.size, width: 100, numeric: true },
  { id: "hash", title: said.hash, width: 160 },
  { id: "mode", title: said.mode, width: 100, aside: true },
];

function cellOf({ path, size, hash, executable }: ManifestFile, id: string): Cell {
  if (id === "path") return { text: path, title: path, icon: "file" };
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
