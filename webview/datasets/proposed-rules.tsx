import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DatasetPlace, QualityRule } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import { Button, Checkbox } from "../controls.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice } from "../notice.js";
import { Working } from "../progress.js";
import { words } from "../words.js";
import { rulesWords as said } from "./more-words.js";
import { ruleText } from "./rule-text.js";

interface ProposedRulesProps {
  readonly page: Page;
  readonly place: DatasetPlace;
  /** Those that stand in loam.yaml already. */
  readonly there: readonly QualityRule[];
  readonly onTake: (rules: readonly QualityRule[]) => void;
  readonly onClose: () => void;
}

/** What holds of a version, to choose from. */
export function ProposedRules({ page, place, there, onTake, onClose }: ProposedRulesProps): VNode {
  const answer = useLongAnswer(page, "datasets/proposeRules", place);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const known = new Set(there.map((rule) => JSON.stringify(rule)));
  const proposed = answer.result?.filter((rule) => !known.has(JSON.stringify(rule)));
  useEffect(() => {
    setLeft(new Set());
  }, [answer.result]);
  if (answer.failure !== undefined)
    return <Failed what={said.proposeFailed} failure={answer.failure} onAgain={answer.again} />;
  if (!proposed) return <Working what={said.proposing} lines={4} answer={answer} />;
  if (proposed.length === 0) return <Notice>{said.noneProposed}</Notice>;
  const taken = proposed.filter((rule) => !left.has(ruleText(rule)));
  return (
    <section class="part proposed" aria-label={said.proposed}>
      <p>{said.proposed}</p>
      <div class="proposed-rules">
        {proposed.map((rule) => {
          const text = ruleText(rule);
          return (
            <Checkbox
              key={text}
              checked={!left.has(text)}
              onChange={(checked) => {
                const next = new Set(left);
                if (checked) next.delete(text);
                else next.add(text);
                setLeft(next);
              }}
            >
              {text}
            </Checkbox>
          );
        })}
      </div>
      <div class="actions">
        <Button
          look="primary"
          disabled={taken.length === 0}
          onClick={() => {
            onTake(taken);
          }}
        >
          {said.take(taken.length)}
        </Button>
        <Button onClick={onClose}>{words.cancel}</Button>
      </div>
    </section>
  );
}
