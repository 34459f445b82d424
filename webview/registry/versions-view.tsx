import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { ModelVersionSummary } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { CompareGrid, SentenceWaiting, type ComparedThing } from "../grid/compare-grid.js";
import type { MenuItem } from "../grid/menu.js";
import { Failed } from "../notice.js";
import { isTrusted } from "../trust.js";
import { callModel, copyText, type VersionRef } from "./calls.js";
import { useModelsVersion } from "./models-version.js";
import { canBeMeasured, versionName } from "./names.js";
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

/** What differs between versions: the answer in one sentence, then each difference in a row. */
export function VersionsView({ page, versions, onVersions }: VersionsViewProps): VNode {
  const models = useMemo(() => [...new Set(versions.map(({ model }) => model))], [versions]);
  const changes = useModelsVersion(page, models);
  const isOne = versions.length < 2;
  const { result, failure, again } = useAnswer(page, "models/compare", { versions }, changes);
  const table = useMemo(() => (result ? versionsTable(result) : undefined), [result]);
  const summaries = result?.versions;
  const things = useMemo(() => thingsOf(summaries ?? []), [summaries]);
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
  const unmeasured =
    summaries?.filter((version, at) => result?.measured[at] === null && canBeMeasured(version)) ?? [];
  const [first] = unmeasured;
  const rowMenu = (row: VersionRow): readonly MenuItem[] => {
    const copy = (): void => {
      copyText(page, rowText(row));
    };
    return [{ label: versionsWords.copy, icon: "copy", run: copy }];
  };
  const columnMenu = (id: string): readonly MenuItem[] => {
    const chosen = versions.find(({ version }) => version === id);
    if (!chosen) return [];
    const open = (): void => {
      callModel(page, "loam.models.open", chosen.model, [chosen]);
    };
    const makeFirst = (): void => {
      onVersions([chosen, ...versions.filter((one) => one !== chosen)]);
    };
    return [
      "line",
      { label: versionsWords.open, icon: "go-to-file", run: open },
      ...(chosen === versions[0]
        ? []
        : [{ label: versionsWords.makeFirst, icon: "arrow-swap", run: makeFirst }]),
    ];
  };
  return (
    <main class="compare">
      <header class="compare-head">
        <h1>{result ? versionsSentence(result) : <SentenceWaiting label={versionsWords.grid} />}</h1>
        <div class="actions">
          {isTrusted && first && (
            <Button
              icon="dashboard"
              onClick={() => {
                const refs = unmeasured.map(({ model, id }) => ({ model, version: id }));
                callModel(page, "loam.models.measure", first.model, refs);
              }}
            >
              {unmeasured.length === 1
                ? versionsWords.measureOne(versionName(first.number))
                : versionsWords.measure(unmeasured.length)}
            </Button>
          )}
          {versions.length === 2 && (
            <Button icon="arrow-swap" onClick={() => void onVersions([...versions].reverse())}>
              {versionsWords.swap}
            </Button>
          )}
        </div>
      </header>
      <CompareGrid<VersionRow>
        label={versionsWords.grid}
        nameTitle={versionsWords.name}
        table={table}
        things={things}
        cell={versionCell}
        rowMenu={rowMenu}
        columnMenu={columnMenu}
      />
    </main>
  );
}

/** Number first: it is what a narrow column has room for. Versions of several models are told with the model's name. */
function thingsOf(versions: readonly ModelVersionSummary[]): readonly ComparedThing[] {
  const isOfMany = new Set(versions.map(({ model }) => model)).size > 1;
  return versions.map(({ id, name, number, aliases }) => ({
    id,
    title: () => [versionName(number), ...(isOfMany ? [name] : []), ...aliases].join(" · "),
  }));
}

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
