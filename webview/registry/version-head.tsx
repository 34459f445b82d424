import type { VNode } from "preact";
import type { VersionPage } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { useNow } from "../clock.js";
import { Button, IconButton } from "../controls.js";
import * as l10n from "../l10n.js";
import { dateText, numberText, whenText } from "../numbers.js";
import { callModel, openLineage } from "./calls.js";
import { modelWords } from "./model-words.js";
import { personName, versionName } from "./names.js";
import { standingOf } from "./next-step.js";
import { ApprovalMark, FewAliases, Warning } from "./state-mark.js";
import { leadingMetric, versionAnswer } from "./version-answer.js";

const { actions, state: said } = modelWords;

interface HeadProps {
  readonly page: Page;
  readonly shown: VersionPage;
  /** To the model with all its versions. */
  readonly onModel: () => void;
}

/** A version in a few lines: what it is, how it stands, whether it is better, and the one thing to do next. */
export function VersionHead({ page, shown, onModel }: HeadProps): VNode {
  const { model, version, champion } = shown;
  const now = useNow(false);
  const standing = standingOf(shown, now);
  const self = [{ model: model.id, version: version.id }];
  const call = (command: Parameters<typeof callModel>[1]) => (): void => {
    callModel(page, command, model.id, self);
  };
  const metric = leadingMetric(shown);
  const answer = versionAnswer(shown);
  return (
    <header class="model-head">
      <div class="model-title">
        <h1 class="version-name" title={`${model.name} ${versionName(version.number)}`}>
          <button type="button" class="link" dir="auto" onClick={onModel}>
            {model.name}
          </button>{" "}
          <span>{versionName(version.number)}</span>
        </h1>
        <div class="actions">
          {standing.others.map((step) => (
            <Button key={step.command} icon={step.icon} onClick={call(step.command)}>
              {step.label}
            </Button>
          ))}
          {standing.next && (
            <Button look="primary" icon={standing.next.icon} onClick={call(standing.next.command)}>
              {standing.next.label}
            </Button>
          )}
          {champion && champion.id !== version.id && (
            <IconButton
              icon="diff-multiple"
              label={actions.compareChampion}
              onClick={() => {
                callModel(page, "loam.models.compare", model.id, [
                  { model: champion.model, version: champion.id },
                  ...self,
                ]);
              }}
            />
          )}
          <IconButton
            icon="type-hierarchy-sub"
            label={actions.lineage}
            onClick={() => {
              openLineage(page, version.id);
            }}
          />
          <IconButton icon="law" label={actions.audit} onClick={call("loam.models.audit")} />
          {!version.deleted && (
            <>
              <IconButton icon="bookmark" label={actions.alias} onClick={call("loam.models.alias")} />
              <IconButton
                icon="cloud-download"
                label={actions.download}
                onClick={call("loam.models.download")}
              />
            </>
          )}
        </div>
      </div>
      <p class="model-facts">
        <ApprovalMark state={version.approval} />
        <FewAliases names={version.aliases} />
        {metric && (
          <span class="fact">
            {metric.name} <strong class="number">{numberText(metric.value)}</strong>
          </span>
        )}
        <span class="fact muted" title={dateText(version.at)}>
          {said.registeredBy(personName(version.author), whenText(version.at, now))}
        </span>
      </p>
      {version.deleted && <Warning text={modelWords.deletedVersion} />}
      {answer.length > 0 && <p class="lead">{answer.join(" ")}</p>}
      {standing.sentences.length > 0 && <p>{standing.sentences.join(" ")}</p>}
      <Warnings shown={shown} />
    </header>
  );
}

/** What a person must know of this version besides: shared numbers, facts of other branches, newer data. */
function Warnings({ shown }: { readonly shown: VersionPage }): VNode | null {
  const { version, newerData, givenUpData, trust } = shown;
  const told = [
    ...(version.claimed === version.number
      ? []
      : [said.claimed(versionName(version.claimed), versionName(version.number))]),
    ...(version.published ? [] : [said.unpublished]),
    ...(trust?.findings.some(({ danger }) => danger === "dangerous") === true ? [l10n.told(trust.said)] : []),
    ...givenUpData.map(({ name, number, at, author, fact }) =>
      said.givenUpData(`${name} ${versionName(number)}`, dateText(at), personName(author), fact),
    ),
    ...newerData.map(({ name, seen, newest }) =>
      said.newerData(name, versionName(seen), versionName(newest)),
    ),
  ];
  if (told.length === 0) return null;
  return (
    <ul class="plain-list">
      {told.map((text) => (
        <li key={text}>
          <Warning text={text} />
        </li>
      ))}
    </ul>
  );
}
