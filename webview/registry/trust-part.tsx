import type { VNode } from "preact";
import type { TrustReport } from "../../src/protocol/registry.js";
import { Badge } from "../badge.js";
import { useFew } from "../few.js";
import * as l10n from "../l10n.js";
import { countText } from "../numbers.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";

const said = modelWords.trust;
const looks = {
  data: { icon: "shield", tone: "good" },
  code: { icon: "warning", tone: "warn" },
  unknown: { icon: "question", tone: "warn" },
} as const;
const dangerLooks = {
  usual: { icon: "circle-small-filled", tone: "good" },
  unusual: { icon: "question", tone: "warn" },
  dangerous: { icon: "flame", tone: "bad" },
} as const;
/** So many are shown at first. */
const mostFindings = 30;

/** What loading a version would do, found by reading its files: nothing is loaded to say so. */
export function TrustPart({ trust }: { readonly trust: TrustReport | null }): VNode {
  const { shown, more } = useFew(trust?.findings ?? [], mostFindings);
  if (!trust)
    return (
      <Part title={said.title}>
        <p class="muted">{said.none}</p>
      </Part>
    );
  const { verdict, said: told, findings } = trust;
  return (
    <Part title={said.title}>
      <p class="trust-line">
        <Badge text={said.verdicts[verdict]} {...looks[verdict]} /> <span>{l10n.told(told)}</span>
      </p>
      {findings.length > 0 && (
        <details open={findings.some(({ danger }) => danger !== "usual")}>
          <summary>
            {said.findings} <span class="muted">{countText(findings.length)}</span>
          </summary>
          <div class="scroll-x" tabIndex={0} role="group" aria-label={said.findings}>
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{said.what}</th>
                  <th scope="col">{said.danger}</th>
                  <th scope="col">{said.file}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map(({ file, what, said: inWords, danger }) => (
                  <tr key={`${file} ${what}`}>
                    <th scope="row" class="code">
                      {inWords ? l10n.told(inWords) : what}
                    </th>
                    <td>
                      <Badge text={said.dangers[danger]} {...dangerLooks[danger]} />
                    </td>
                    <td class="code">{file}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {more}
        </details>
      )}
    </Part>
  );
}
