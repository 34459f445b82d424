import type { VNode } from "preact";
import type { AuditReport } from "../../src/protocol/registry.js";
import { Badge } from "../badge.js";
import { useFew } from "../few.js";
import { countText } from "../numbers.js";
import { auditWords } from "./audit-words.js";
import { versionName } from "./names.js";

const said = auditWords.holdings;
const looks = {
  whole: { icon: "pass", tone: "good" },
  missing: { icon: "circle-slash", tone: "warn" },
  damaged: { icon: "error", tone: "bad" },
  givenUp: { icon: "trash", tone: "warn" },
  none: { icon: "dash" },
} as const;
const mostRows = 200;

interface HoldingsProps {
  readonly holdings: AuditReport["holdings"];
  readonly withModel: boolean;
}

/** What an auditor can open of each version in this folder: its files, its code, its data. */
export function AuditHoldings({ holdings, withModel }: HoldingsProps): VNode | null {
  const { shown, more } = useFew(holdings, mostRows);
  if (holdings.length === 0) return null;
  return (
    <details class="audit-more">
      <summary>
        {said.title} <span class="muted">{countText(holdings.length)}</span>
      </summary>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{auditWords.columns.version}</th>
            <th scope="col">{said.artifact}</th>
            <th scope="col">{said.code}</th>
            <th scope="col">{said.data}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ model, name, number, artifact, code, data }) => (
            <tr key={`${model} ${number}`}>
              <th scope="row">{withModel ? `${name} ${versionName(number)}` : versionName(number)}</th>
              {[artifact, code, data].map((held, at) => (
                <td key={at}>
                  <Badge text={said.held[held]} {...looks[held]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </details>
  );
}
