import "./rules.css";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { DatasetPlace, DatasetVersionSummary, QualityRule } from "../../src/protocol/datasets.js";
import { failureText, useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { Failed, Skeleton } from "../notice.js";
import { placeName } from "./dataset-words.js";
import { rulesWords as said } from "./more-words.js";
import { ProposedRules } from "./proposed-rules.js";
import { RuleForm } from "./rule-form.js";
import { RulesTable } from "./rules-table.js";

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
