import type { VNode } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { AuditHolding, AuditVerdict } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import type { Cell } from "../grid/cell.js";
import type { PlacedColumn } from "../grid/columns.js";
import { WindowGrid } from "../grid/window-grid.js";
import { headerHeight, rowHeight } from "../grid/window.js";
import { countText } from "../numbers.js";
import { auditWords } from "./audit-words.js";
import { versionName } from "./names.js";

const said = auditWords.holdings;
const looks = {
  whole: { icon: "pass", tone: "good" },
  missing: { icon: "circle-slash", tone: "warn" },
  damaged: { icon: "error", tone: "bad" },
  givenUp: { icon: "trash", tone: "warn" },
  none: { icon: "dash", tone: "quiet" },
} as const;

interface HoldingsProps {
  readonly page: Page;
  readonly holdings: AuditVerdict["holdings"];
  readonly withModel: boolean;
  readonly onAgain: () => void;
}

/** What an auditor can open of each version in this folder: its files, its code, its data. */
export function AuditHoldings({ page, holdings, withModel, onAgain }: HoldingsProps): VNode | null {
  const { handle, total } = holdings;
  const [isOpen, setOpen] = useState(false);
  const columns = useMemo(
    () => [
      { id: "version", title: auditWords.columns.version, width: withModel ? 200 : 84, fixed: true },
      { id: "artifact", title: said.artifact, width: 170 },
      { id: "code", title: said.code, width: 170 },
      { id: "data", title: said.data, width: 170 },
    ],
    [withModel],
  );
  const cell = useCallback(
    (holding: AuditHolding, { id }: PlacedColumn): Cell => {
      const { name, number } = holding;
      if (id === "version")
        return { text: withModel ? `${name} ${versionName(number)}` : versionName(number), title: name };
      const held = holding[id as "artifact" | "code" | "data"];
      return { text: said.held[held], ...looks[held] };
    },
    [withModel],
  );
  if (total === 0) return null;
  return (
    <details
      class="audit-more"
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>
        {said.title} <span class="muted">{countText(total)}</span>
      </summary>
      {isOpen && (
        <div
          class="audit-holdings"
          style={{ "--rows-height": `${headerHeight + (total + 1) * rowHeight}px` }}
        >
          <WindowGrid<AuditHolding>
            label={said.title}
            columns={columns}
            cell={cell}
            of=""
            handle={handle}
            count={total}
            read={async (from, to, signal) => {
              const window = { handle, from, most: to - from };
              return (await page.ask.request("models/holdings", window, signal)).rows;
            }}
            failed={auditWords.rowsFailed}
            onAgain={onAgain}
          />
        </div>
      )}
    </details>
  );
}
