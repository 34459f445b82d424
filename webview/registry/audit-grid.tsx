import type { VNode } from "preact";
import { useCallback, useMemo } from "preact/hooks";
import type { PageRequests } from "../../src/protocol/pages.js";
import type { ListedFact } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { missing, type Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import type { MenuItem } from "../grid/menu.js";
import { WindowGrid } from "../grid/window-grid.js";
import * as l10n from "../l10n.js";
import { dateText, whenText } from "../numbers.js";
import type { FactQuestion } from "./audit-csv.js";
import { auditWords } from "./audit-words.js";
import { copyText } from "./calls.js";
import { modelWords } from "./model-words.js";
import { personName, versionName } from "./names.js";
import { proofIcons } from "./state-mark.js";

const { columns: titles } = auditWords;
const tones = { verified: "good", declared: "quiet", altered: "bad", elsewhere: "warn" } as const;

interface AuditGridProps {
  readonly page: Page;
  readonly isOfMany: boolean;
  readonly asked: FactQuestion;
  /** The first of them, and how many there are. */
  readonly first: PageRequests["models/factRows"]["result"];
  readonly onAgain: () => void;
}

/** The facts of an audit, a row each; those that come into view are asked for. */
export function AuditGrid({ page, isOfMany, asked, first, onAgain }: AuditGridProps): VNode {
  const columns = useMemo(() => columnsOf(isOfMany), [isOfMany]);
  const cell = useCallback((fact: ListedFact, { id }: PlacedColumn): Cell => auditCell(fact, id), []);
  return (
    <WindowGrid<ListedFact>
      label={auditWords.grid}
      columns={columns}
      cell={cell}
      of={JSON.stringify(asked.filter)}
      handle={asked.handle}
      count={first.total}
      isNewestFirst
      read={async (from, to, signal) => {
        if (to <= first.rows.length) return first.rows.slice(from, to);
        const window = { ...asked, from, most: to - from };
        return (await page.ask.request("models/factRows", window, signal)).rows;
      }}
      failed={auditWords.rowsFailed}
      onAgain={onAgain}
      onOpen={({ commit }, column) => {
        if (column === "commit" && commit) copyText(page, commit.id);
      }}
      menu={(fact) => menuOf(page, fact)}
    />
  );
}

function menuOf(page: Page, { commit, fact }: ListedFact): readonly MenuItem[] {
  const copy = (text: string) => (): void => {
    copyText(page, text);
  };
  return [
    ...(commit ? [{ label: auditWords.copyCommit, icon: "git-commit", run: copy(commit.id) }] : []),
    { label: auditWords.copyFact, icon: "copy", run: copy(fact) },
  ];
}

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

function auditCell(fact: ListedFact, column: string): Cell {
  const { at, author, proof, what, name, version, comment } = fact;
  switch (column) {
    case "at":
      return { text: whenText(at, Date.now()), title: dateText(at) };
    case "who":
      return { text: personName(author), title: author };
    case "proof":
      return proof === null
        ? { text: auditWords.unchecked, title: auditWords.uncheckedTitle, icon: "watch", tone: "quiet" }
        : {
            text: modelWords.proof[proof],
            title: modelWords.proof.titles[proof],
            icon: proofIcons[proof],
            tone: tones[proof],
          };
    case "what":
      return { text: l10n.told(what), title: l10n.told(what) };
    case "model":
      return { text: name, title: name };
    case "version":
      return version === null ? { text: "" } : { text: versionName(version) };
    case "comment":
      return { text: comment, title: comment };
    default:
      return proof === null ? { text: "" } : commitCell(fact.commit);
  }
}

function commitCell(commit: ListedFact["commit"]): Cell {
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
