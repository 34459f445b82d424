import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DatasetPlace, QualityRule } from "../../src/protocol/datasets.js";
import type { Page } from "../bridge.js";
import { Button, Checkbox, TextField } from "../controls.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice } from "../notice.js";
import { Working } from "../progress.js";
import { words } from "../words.js";
import { rulesWords as said } from "./more-words.js";
import { ruleText } from "./rule-text.js";

/** So many are read without a filter. */
const fewRules = 12;
/** A list of more is filtered: a table of 2,000 columns suggests thousands. */
const mostListed = 200;

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
  const [filter, setFilter] = useState("");
  const known = new Set(there.map((rule) => JSON.stringify(rule)));
  const proposed = answer.result?.filter((rule) => !known.has(JSON.stringify(rule)));
  useEffect(() => {
    setLeft(new Set());
  }, [answer.result]);
  if (answer.failure !== undefined)
    return <Failed what={said.proposeFailed} failure={answer.failure} onAgain={answer.again} />;
  if (!proposed) return <Working what={said.proposing} lines={4} answer={answer} />;
  if (proposed.length === 0) return <Notice>{said.noneProposed}</Notice>;
  const texts = proposed.map((rule) => ruleText(rule));
  const taken = proposed.filter((_, at) => !left.has(texts[at] ?? ""));
  const found = texts.filter((text) => text.toLowerCase().includes(filter.trim().toLowerCase()));
  const leave = (some: readonly string[], isLeft: boolean): void => {
    const next = new Set(left);
    for (const text of some)
      if (isLeft) next.add(text);
      else next.delete(text);
    setLeft(next);
  };
  return (
    <section class="part proposed" aria-label={said.proposed}>
      <p>{said.proposed}</p>
      {proposed.length > fewRules && (
        <div class="toolbar">
          <TextField class="files-filter" label={said.filterProposed} value={filter} onInput={setFilter} />
          <Button
            onClick={() => {
              leave(found, false);
            }}
          >
            {said.tickAll}
          </Button>
          <Button
            onClick={() => {
              leave(found, true);
            }}
          >
            {said.tickNone}
          </Button>
          {found.length < proposed.length && (
            <span class="muted" role="status">
              {said.shownProposed(found.length)}
            </span>
          )}
        </div>
      )}
      <div class="proposed-rules">
        {found.slice(0, mostListed).map((text) => (
          <Checkbox
            key={text}
            checked={!left.has(text)}
            onChange={(checked) => {
              leave([text], !checked);
            }}
          >
            {text}
          </Checkbox>
        ))}
        {found.length > mostListed && <p class="muted">{words.more(found.length - mostListed)}</p>}
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
