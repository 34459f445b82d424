import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { foundText } from "../../src/protocol/found-words.js";
import type { CheckResult, DatasetVersionSummary, QualityRule } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import * as l10n from "../l10n.js";
import { Button, Checkbox, Icon, IconButton } from "../controls.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed } from "../notice.js";
import { Working } from "../progress.js";
import { datasetWords, placeName } from "./dataset-words.js";
import { rulesWords as said } from "./more-words.js";
import { ruleText } from "./rule-text.js";

/** So many are seen at one glance. */
const fewRules = 12;

interface RulesTableProps {
  readonly page: Page;
  readonly rules: readonly QualityRule[];
  readonly shown: DatasetVersionSummary | undefined;
  readonly dataset: string;
  readonly onEdit: (index: number) => void;
  readonly onRemove: (index: number) => void;
}

/** The rules, and whether they hold; of many those that do not can be seen alone. */
export function RulesTable({ page, rules, shown, dataset, onEdit, onRemove }: RulesTableProps): VNode {
  const [asks, setAsks] = useState(false);
  const check = useLongAnswer(
    page,
    "datasets/check",
    asks && shown ? { dataset, version: shown.id } : undefined,
  );
  const results = check.result ?? shown?.checks ?? undefined;
  // What was said of other rules than those that stand there now says nothing of these.
  const isOfThese = results?.length === rules.length;
  const [onlyBroken, setOnlyBroken] = useState(false);
  const listed = rules.map((rule, at) => ({ rule, at, result: isOfThese ? results[at] : undefined }));
  const broken = listed.filter(({ result }) => result && result.outcome !== "passed");
  const seen = onlyBroken && broken.length > 0 ? broken : listed;
  return (
    <section class="part rules" aria-label={said.label}>
      {isOfThese && (
        <div class="toolbar">
          <strong>{datasetWords.rulesHold(rules.length - broken.length, rules.length)}</strong>
          {rules.length > fewRules && broken.length > 0 && (
            <Checkbox checked={onlyBroken} onChange={setOnlyBroken}>
              {said.onlyBroken}
            </Checkbox>
          )}
        </div>
      )}
      {check.failure !== undefined && (
        <Failed what={said.checkFailed} failure={check.failure} onAgain={check.again} />
      )}
      {asks && (check.isUnderWay || check.isCancelled) && (
        <Working what={said.checking} lines={1} answer={check} />
      )}
      {shown && !isOfThese && !check.isUnderWay && check.failure === undefined && !check.isCancelled && (
        <Button
          icon="checklist"
          onClick={() => {
            if (asks) check.again();
            else setAsks(true);
          }}
        >
          {said.check(placeName(shown))}
        </Button>
      )}
      <div class="scroll-x" tabIndex={0} role="group" aria-label={said.label}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{said.rule}</th>
              <th scope="col">{said.result}</th>
              <th scope="col" class="rule-found">
                {said.found}
              </th>
              <th scope="col">
                <span class="spoken">{said.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {seen.map(({ rule, at, result }) => {
              const text = ruleText(rule);
              const found = result && foundText(l10n.current(), result.found);
              return (
                <tr key={`${at} ${text}`}>
                  <th scope="row">{text}</th>
                  <td>
                    <span title={found}>
                      <Outcome result={result} />
                    </span>
                  </td>
                  <td class="muted rule-found">{found}</td>
                  <td class="rule-actions">
                    <IconButton
                      icon="edit"
                      label={`${said.edit}: ${text}`}
                      onClick={() => {
                        onEdit(at);
                      }}
                    />
                    <IconButton
                      icon="trash"
                      label={`${said.remove}: ${text}`}
                      onClick={() => {
                        onRemove(at);
                      }}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const outcomeIcons = { passed: "pass", failed: "error", error: "question" } as const;
const outcomeTones = { passed: "finished", failed: "failed", error: "lost" } as const;

/** Whether a rule holds: icon and word. */
const Outcome = ({ result }: { readonly result: CheckResult | undefined }): VNode =>
  result ? (
    <span class={`state state-${outcomeTones[result.outcome]}`}>
      <Icon name={outcomeIcons[result.outcome]} />
      {said.outcomes[result.outcome]}
    </span>
  ) : (
    <span class="muted">{said.unchecked}</span>
  );
