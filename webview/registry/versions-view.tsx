import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { ModelVersionSummary } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import type { Cell } from "../grid/cell.js";
import { usualLayout, type ColumnLayout, type GridColumn, type PlacedColumn } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import type { MenuItem } from "../grid/menu.js";
import { RowStore, type RowSource } from "../grid/row-store.js";
import { Failed } from "../notice.js";
import { isTrusted } from "../trust.js";
import { callModel, copyText, type VersionRef } from "./calls.js";
import { useModelsVersion } from "./models-version.js";
import { versionName } from "./names.js";
import { versionCell } from "./versions-cells.js";
import { versionsTable, type VersionRow } from "./versions-rows.js";
import { versionsSentence } from "./versions-sentence.js";
import { versionsWords } from "./versions-words.js";

interface VersionsViewProps {
  readonly page: Page;
  /** The others are compared with the first. */
  readonly versions: readonly VersionRef[];
  readonly onVersions: (versions: readonly VersionRef[]) => void;
}

const [nameWidth, narrowNameWidth] = [220, 128];
const narrowPage = 500;
const [leastVersion, mostVersion] = [150, 340];

/** What differs between versions: the answer in one sentence, then each difference in a row. */
export function VersionsView({ page, versions, onVersions }: VersionsViewProps): VNode {
  const models = useMemo(() => [...new Set(versions.map(({ model }) => model))], [versions]);
  const changes = useModelsVersion(page, models);
  const isOne = versions.length < 2;
  const { result, failure, again } = useAnswer(page, "models/compare", { versions }, changes);
  const [layout, setLayout] = useState<ColumnLayout>(usualLayout);
  const [toggled, setToggled] = useState<ReadonlySet<string>>();
  const table = useMemo(() => (result ? versionsTable(result) : undefined), [result]);
  const store = useMemo(() => new RowStore<VersionRow>(), []);
  const source = useMemo(() => table && sourceOf(table.rows), [table]);
  const summaries = result?.versions;
  const columns = useMemo(() => columnsOf(summaries ?? []), [summaries]);
  useEffect(() => {
    store.refresh([]);
  }, [store, source]);
  const cell = useCallback(
    (row: VersionRow, { id, width }: PlacedColumn): Cell => {
      const at = summaries?.findIndex((version) => version.id === id) ?? -1;
      return at < 0 ? { text: row.name, title: row.name } : versionCell(row, at, width);
    },
    [summaries],
  );
  if (isOne || failure !== undefined)
    return (
      <main class="compare-notice">
        <h1 class="spoken">{versionsWords.grid}</h1>
        {isOne ? (
          versionsWords.few
        ) : (
          <Failed what={versionsWords.failed} failure={failure ?? ""} onAgain={again} />
        )}
      </main>
    );
  const rowMenu = ([key]: readonly string[]): readonly MenuItem[] => {
    const row = key === undefined ? undefined : store.byKey(key);
    if (!row) return [];
    const copy = (): void => {
      copyText(page, rowText(row));
    };
    return [{ label: versionsWords.copy, icon: "copy", run: copy }];
  };
  const columnMenu = ({ id }: PlacedColumn): readonly MenuItem[] => {
    const chosen = versions.find(({ version }) => version === id);
    if (!chosen) return [];
    const open = (): void => {
      callModel(page, "loam.models.open", chosen.model, [chosen]);
    };
    const first = (): void => {
      onVersions([chosen, ...versions.filter((one) => one !== chosen)]);
    };
    return [
      "line",
      { label: versionsWords.open, icon: "go-to-file", run: open },
      ...(chosen === versions[0] ? [] : [{ label: versionsWords.makeFirst, icon: "arrow-swap", run: first }]),
    ];
  };
  return (
    <main class="compare">
      <header class="compare-head">
        <h1>{result ? versionsSentence(result) : <Waiting />}</h1>
        <div class="actions">
          {isTrusted &&
            summaries?.map((version, at) =>
              result?.measured[at] === null && canMeasure(version) ? (
                <Button
                  key={version.id}
                  icon="dashboard"
                  onClick={() => {
                    callModel(page, "loam.models.measure", version.model, [
                      { model: version.model, version: version.id },
                    ]);
                  }}
                >
                  {versionsWords.measureOne(titleOf(version, summaries))}
                </Button>
              ) : null,
            )}
          {versions.length === 2 && (
            <Button icon="arrow-swap" onClick={() => void onVersions([...versions].reverse())}>
              {versionsWords.swap}
            </Button>
          )}
        </div>
      </header>
      <div class="compare-grid">
        <Grid<VersionRow>
          label={versionsWords.grid}
          columns={columns}
          layout={layout}
          onLayout={setLayout}
          source={source}
          store={store}
          cell={cell}
          groups={table?.groups ?? []}
          closed={toggled ?? new Set(table?.folded)}
          onClosed={setToggled}
          sorted={[]}
          rowMenu={rowMenu}
          columnMenu={columnMenu}
        />
      </div>
    </main>
  );
}

/** The place of the sentence until it has come. */
const Waiting = (): VNode => (
  <>
    <span class="spoken">{versionsWords.grid}</span>
    <span class="skeleton compare-waiting" aria-hidden="true" />
  </>
);

const canMeasure = ({ onnx, deleted }: ModelVersionSummary): boolean => onnx !== "none" && !deleted;

/** Versions of several models are told with the model's name. */
function titleOf({ name, number }: ModelVersionSummary, all: readonly ModelVersionSummary[]): string {
  return new Set(all.map(({ model }) => model)).size > 1
    ? `${name} ${versionName(number)}`
    : versionName(number);
}

function columnsOf(versions: readonly ModelVersionSummary[]): readonly GridColumn[] {
  const page = window.innerWidth;
  const first = page < narrowPage ? narrowNameWidth : nameWidth;
  const share = (page - first - 16) / Math.max(1, versions.length);
  const width = Math.min(mostVersion, Math.max(leastVersion, share));
  return [
    { id: "what", title: versionsWords.name, width: first, fixed: true },
    ...versions.map((version) => ({
      id: version.id,
      title: [titleOf(version, versions), ...version.aliases].join(" · "),
      width,
    })),
  ];
}

const sourceOf = (rows: readonly VersionRow[]): RowSource<VersionRow> => ({
  count: rows.length,
  keyAt: (index) => rows[index]?.key ?? "",
  rows: async (from, to) => rows.slice(from, to),
});

function rowText(row: VersionRow): string {
  const values =
    row.kind === "signature"
      ? [
          row.first ?? "",
          ...row.changes.slice(1).map((changes) => changes?.map(({ after }) => after ?? "").join(", ")),
        ]
      : row.kind === "unmeasured"
        ? []
        : row.values;
  return [row.name, ...values.map((value) => String(value ?? ""))].join("\t");
}
