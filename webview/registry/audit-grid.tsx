import type { VNode } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { AuditEntry } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { missing, type Cell } from "../grid/cell.js";
import { usualLayout, type ColumnLayout, type GridColumn, type PlacedColumn } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import type { MenuItem } from "../grid/menu.js";
import { RowStore, type RowSource } from "../grid/row-store.js";
import * as l10n from "../l10n.js";
import { dateText, whenText } from "../numbers.js";
import type { ModelNames } from "./audit-answer.js";
import { auditWords } from "./audit-words.js";
import { copyText } from "./calls.js";
import { modelWords } from "./model-words.js";
import { personName, versionName } from "./names.js";
import { proofIcons } from "./state-mark.js";

const { columns: titles } = auditWords;
const tones = { verified: "good", declared: "quiet", altered: "bad", elsewhere: "warn" } as const;

interface AuditGridProps {
  readonly page: Page;
  /** As they stand. */
  readonly entries: readonly AuditEntry[];
  /** Where the facts are of several models. */
  readonly names: ModelNames | undefined;
  /** Where it is another, the facts are shown from the first. */
  readonly of: string;
}

/** The facts of an audit, a row each. */
export function AuditGrid({ page, entries, names, of }: AuditGridProps): VNode {
  const [layout, setLayout] = useState<ColumnLayout>(usualLayout);
  const store = useMemo(() => new RowStore<AuditEntry>(), []);
  const isOfMany = names !== undefined;
  const columns = useMemo(() => columnsOf(isOfMany), [isOfMany]);
  const source = useMemo((): RowSource<AuditEntry> => sourceOf(entries), [entries]);
  useEffect(() => {
    store.refresh([]);
  }, [store, source]);
  const cell = useCallback(
    (entry: AuditEntry, { id }: PlacedColumn): Cell => auditCell(entry, id, names),
    [names],
  );
  const rowMenu = ([key]: readonly string[]): readonly MenuItem[] => {
    const entry = key === undefined ? undefined : store.byKey(key);
    if (!entry) return [];
    const { commit, fact } = entry;
    return [
      ...(commit
        ? [
            {
              label: auditWords.copyCommit,
              icon: "git-commit",
              run: () => {
                copyText(page, commit.id);
              },
            },
          ]
        : []),
      {
        label: auditWords.copyFact,
        icon: "copy",
        run: () => {
          copyText(page, fact);
        },
      },
    ];
  };
  return (
    <Grid<AuditEntry>
      label={auditWords.grid}
      columns={columns}
      layout={layout}
      onLayout={setLayout}
      of={of}
      source={source}
      store={store}
      cell={cell}
      sorted={[]}
      onOpen={(key, column) => {
        const commit = store.byKey(key)?.commit;
        if (column === "commit" && commit) copyText(page, commit.id);
      }}
      rowMenu={rowMenu}
    />
  );
}

const sourceOf = (entries: readonly AuditEntry[]): RowSource<AuditEntry> => ({
  count: entries.length,
  keyAt: (index) => entries[index]?.fact ?? "",
  rows: async (from, to) => entries.slice(from, to),
});

const columnsOf = (withModel: boolean): readonly GridColumn[] => [
  { id: "at", title: titles.at, width: 110, fixed: true },
  { id: "what", title: titles.what, width: 250 },
  ...(withModel ? [{ id: "model", title: titles.model, width: 120 }] : []),
  { id: "version", title: titles.version, width: 84 },
  { id: "who", title: titles.who, width: 110 },
  { id: "proof", title: titles.proof, width: 150 },
  { id: "comment", title: titles.comment, width: 170 },
  { id: "commit", title: titles.commit, width: 110 },
];

function auditCell(entry: AuditEntry, column: string, names: ModelNames | undefined): Cell {
  const { at, author, proof, what, model, version, comment, commit } = entry;
  switch (column) {
    case "at":
      return { text: whenText(at, Date.now()), title: dateText(at) };
    case "who":
      return { text: personName(author), title: author };
    case "proof":
      return {
        text: modelWords.proof[proof],
        title: modelWords.proof.titles[proof],
        icon: proofIcons[proof],
        tone: tones[proof],
      };
    case "what":
      return { text: l10n.told(what), title: l10n.told(what) };
    case "model":
      return { text: names?.(model) ?? model };
    case "version":
      return version === null ? { text: "" } : { text: versionName(version) };
    case "comment":
      return { text: comment, title: comment };
    default:
      return commitCell(commit);
  }
}

function commitCell(commit: AuditEntry["commit"]): Cell {
  if (!commit) return missing(auditWords.notCommitted);
  const signed = commit.signed ? auditWords.signedBy(commit.signer ?? "") : auditWords.unsigned;
  const short = commit.id.slice(0, 9);
  return {
    text: short,
    title: `${commit.id}\n${commit.author}, ${dateText(commit.at)}, ${signed}`,
    drawn: <span class="grid-text compare-value">{short}</span>,
    ...(commit.signed ? { icon: "key" } : {}),
  };
}
