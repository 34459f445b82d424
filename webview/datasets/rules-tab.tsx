import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type {
  CheckResult,
  DatasetPlace,
  DatasetVersionSummary,
  QualityRule,
} from "../../src/protocol/datasets.js";
import { failureText, useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Icon, IconButton } from "../controls.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Skeleton } from "../notice.js";
import { Working } from "../progress.js";
import { placeName } from "./dataset-words.js";
import { rulesWords as said } from "./more-words.js";
import { ruleText } from "./rule-text.js";
import { ProposedRules } from "./proposed-rules.js";
import { RuleForm } from "./rule-form.js";

interface RulesTabProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  /** undefined for the working copy, which is not checked. */
  readonly shown: DatasetVersionSummary | undefined;
  readonly version: number;
}

/** What must hold of the data, as loam.yaml says it, and whether it holds of this version. */
export function RulesTab({ page, place, shown, version }: RulesTabProps): VNode {
  const { dataset } = place;
  const [changes, setChanges] = useState(0);
  const [edited, setEdited] = useState<number | "new">();
  const [isProposing, setProposing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const asked = useAnswer(page, "datasets/rules", { dataset }, version + changes);
  if (asked.failure !== undefined)
    return <Failed what={said.failed} failure={asked.failure} onAgain={asked.again} />;
  if (!asked.result) return <Skeleton lines={6} />;
  const { rules } = asked.result;
  const write = async (next: readonly QualityRule[]): Promise<void> => {
    try {
      await page.ask.request("datasets/setRules", { dataset, rules: next });
      setEdited(undefined);
      setProposing(false);
      setProblem(undefined);
    } catch (error) {
      setProblem(failureText(error));
    }
    setChanges((count) => count + 1);
  };
  const openFile = (): void => {
    page.ask.request("host/openRules", { dataset }).catch(() => undefined); // the editor tells what went wrong
  };
  return (
    <>
      {rules.length === 0 && <p class="muted notice">{said.none}</p>}
      <div class="toolbar">
        <Button
          look={rules.length === 0 ? "primary" : "secondary"}
          icon="lightbulb"
          onClick={() => {
            setProposing(true);
          }}
        >
          {said.propose(placeName(shown))}
        </Button>
        <Button
          icon="add"
          onClick={() => {
            setEdited("new");
          }}
        >
          {said.add}
        </Button>
        <Button icon="go-to-file" onClick={openFile}>
          {said.openFile}
        </Button>
      </div>
      {problem !== undefined && <Failed what={said.saveFailed} failure={problem} />}
      {isProposing && (
        <ProposedRules
          page={page}
          place={place}
          there={rules}
          onTake={(taken) => void write([...rules, ...taken])}
          onClose={() => {
            setProposing(false);
          }}
        />
      )}
      {edited !== undefined && (
        <RuleForm
          key={edited}
          rule={edited === "new" ? undefined : rules[edited]}
          onSave={(rule) =>
            void write(
              edited === "new" ? [...rules, rule] : rules.map((one, at) => (at === edited ? rule : one)),
            )
          }
          onClose={() => {
            setEdited(undefined);
          }}
        />
      )}
      {rules.length > 0 && (
        <RulesTable
          page={page}
          rules={rules}
          shown={shown}
          dataset={dataset}
          onEdit={setEdited}
          onRemove={(index) => void write(rules.filter((_, at) => at !== index))}
        />
      )}
    </>
  );
}

interface RulesTableProps {
  readonly page: Page;
  readonly rules: readonly QualityRule[];
  readonly shown: DatasetVersionSummary | undefined;
  readonly dataset: string;
  readonly onEdit: (index: number) => void;
  readonly onRemove: (index: number) => void;
}

function RulesTable({ page, rules, shown, dataset, onEdit, onRemove }: RulesTableProps): VNode {
  const [asks, setAsks] = useState(false);
  const check = useLongAnswer(
    page,
    "datasets/check",
    asks && shown ? { dataset, version: shown.id } : undefined,
  );
  const results = check.result ?? shown?.checks ?? undefined;
  // What was said of other rules than those that stand there now says nothing of these.
  const isOfThese = results?.length === rules.length;
  return (
    <section class="part rules" aria-label={said.label}>
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
            {rules.map((rule, at) => {
              const result = isOfThese ? results[at] : undefined;
              const text = ruleText(rule);
              return (
                <tr key={`${at} ${text}`}>
                  <th scope="row">{text}</th>
                  <td>
                    <span title={result?.found}>
                      <Outcome result={result} />
                    </span>
                  </td>
                  <td class="muted rule-found">{result?.found}</td>
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
