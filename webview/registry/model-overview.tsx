import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { VersionLine } from "../../src/protocol/model-lines.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, IconButton, TextField } from "../controls.js";
import type { MenuItem } from "../grid/menu.js";
import { headerHeight, rowHeight } from "../grid/window.js";
import { noSelection, type Selection } from "../grid/selection.js";
import * as l10n from "../l10n.js";
import { LongText, useFew } from "../few.js";
import { Notice } from "../notice.js";
import { dateText, whenText } from "../numbers.js";
import { Facts, Part } from "../parts.js";
import { callModel } from "./calls.js";
import type { ListedModel } from "./listed-model.js";
import { ModelCard } from "./model-card.js";
import { modelWords } from "./model-words.js";
import { versionName } from "./names.js";
import { Aliases, Warning } from "./state-mark.js";
import { versionsWith } from "./versions-filter.js";
import { VersionsGrid } from "./versions-grid.js";

const { model: said, actions } = modelWords;

/** So many versions are found without a filter. */
const fewVersions = 12;

interface OverviewProps {
  readonly page: Page;
  readonly model: ListedModel;
  /** Grows when the model may have changed. */
  readonly changes: number;
  readonly onVersion: (version: string) => void;
}

/** A model with all its versions: which one counts, which waits for somebody, then each in a row. */
export function ModelOverview({ page, model, changes, onVersion }: OverviewProps): VNode {
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [filter, setFilter] = useState("");
  const versions = useMemo(() => model.history.filter(({ deleted }) => !deleted), [model]);
  const found = useMemo(() => versionsWith(versions, filter), [versions, filter]);
  const { result } = useAnswer(page, "models/card", { model: model.id, version: null, text: null }, changes);
  const card = model.card === "" || !result ? "" : l10n.told(result.filled);
  const chosen = versions.filter(({ id }) => selection.keys.has(id));
  return (
    <div class="model">
      <ModelHead page={page} model={model} chosen={chosen} />
      {versions.length === 0 ? (
        <Notice>
          <p>{said.none}</p>
          {!model.deleted && (
            <Button
              look="primary"
              icon="add"
              onClick={() => {
                callModel(page, "loam.models.register", model.id);
              }}
            >
              {actions.register}
            </Button>
          )}
        </Notice>
      ) : (
        <div class="model-versions">
          {versions.length > fewVersions && (
            <div class="model-filter">
              <TextField label={said.filter} value={filter} onInput={setFilter} />
              <span class="muted" role="status">
                {found.length === versions.length
                  ? said.count(versions.length)
                  : said.found(found.length, versions.length)}
              </span>
            </div>
          )}
          {found.length === 0 ? (
            <Notice>{said.noneMatch}</Notice>
          ) : (
            <div
              class="model-grid"
              style={{ "--rows-height": `${headerHeight + (versions.length + 1) * rowHeight}px` }}
            >
              <VersionsGrid
                versions={versions}
                found={found}
                of={filter}
                selection={selection}
                onSelection={setSelection}
                onOpen={onVersion}
                rowMenu={(rows) => menuOf(page, model, rows, onVersion)}
              />
            </div>
          )}
        </div>
      )}
      <div class="version-columns">
        <div class="version-card">
          <ModelCard
            page={page}
            model={model.id}
            version={null}
            text={card}
            isWritten={model.card !== ""}
            isFixed={model.deleted}
          />
        </div>
        <div class="version-parts">
          <ModelTags page={page} model={model} />
        </div>
      </div>
    </div>
  );
}

interface ModelHeadProps {
  readonly page: Page;
  readonly model: ListedModel;
  readonly chosen: readonly VersionLine[];
}

function ModelHead({ page, model, chosen }: ModelHeadProps): VNode {
  const call = (command: Parameters<typeof callModel>[1]) => (): void => {
    callModel(page, command, model.id);
  };
  return (
    <header class="model-head">
      <div class="model-title">
        <h1 title={model.name} dir="auto">
          {model.name}
        </h1>
        <div class="actions">
          {chosen.length > 1 && (
            <Button
              look="primary"
              icon="diff-multiple"
              onClick={() => {
                callModel(page, "loam.models.compare", model.id, refs(chosen));
              }}
            >
              {actions.compareSelected(chosen.length)}
            </Button>
          )}
          {!model.deleted && (
            <>
              <Button icon="add" onClick={call("loam.models.register")}>
                {actions.register}
              </Button>
              <IconButton icon="edit" label={actions.rename} onClick={call("loam.models.rename")} />
            </>
          )}
          <IconButton icon="law" label={actions.audit} onClick={call("loam.models.audit")} />
        </div>
      </div>
      {model.deleted && <Warning text={modelWords.deletedModel} />}
      <p class="lead">{standing(model).join(" ")}</p>
      {model.description !== "" && (
        <p class="description">
          <LongText text={model.description} />
        </p>
      )}
    </header>
  );
}

/** Which version counts, which wait to be decided, and which is the newest. */
function standing({ aliases, history, latest, versions }: ListedModel): readonly string[] {
  if (versions === 0) return [];
  const champion = aliases["champion"];
  const waiting = history.filter(({ approval, deleted }) => approval === "asked" && !deleted);
  return [
    champion === undefined ? said.noChampion : said.champion(versionName(champion)),
    ...(waiting.length === 0
      ? []
      : [said.waits(l10n.listed(waiting.slice(0, 5).map(({ number }) => versionName(number))))]),
    ...(latest && latest.number !== champion
      ? [said.latest(versionName(latest.number), whenText(latest.at, Date.now()))]
      : []),
  ];
}

/** So many aliases and tags are shown at first. */
const few = 12;

function ModelTags({ page, model }: { readonly page: Page; readonly model: ListedModel }): VNode {
  const deleted = model.history.filter((version) => version.deleted);
  const tags = Object.entries(model.tags);
  const aliases = Object.entries(model.aliases);
  const { shown, more } = useFew(aliases, few);
  return (
    <>
      <Part title={said.aliases} count={aliases.length}>
        {aliases.length === 0 ? (
          <p class="muted">{said.noAliases}</p>
        ) : (
          <ul class="plain-list alias-list">
            {shown.map(([alias, number]) => (
              <li key={alias}>
                <Aliases names={[alias]} /> {versionName(number)}
              </li>
            ))}
          </ul>
        )}
        {more}
      </Part>
      <Part title={modelWords.about.tags} count={tags.length}>
        <Facts none={modelWords.about.noTags} rows={tags} first={few} />
        {!model.deleted && (
          <Button
            onClick={() => {
              callModel(page, "loam.models.tag", model.id);
            }}
          >
            {actions.tag}
          </Button>
        )}
      </Part>
      {deleted.length > 0 && (
        <details class="part">
          <summary>{said.deleted(deleted.length)}</summary>
          <Facts
            none=""
            rows={deleted.map(({ number, at }) => [versionName(number), dateText(at), "words"])}
          />
        </details>
      )}
    </>
  );
}

const refs = (
  versions: readonly VersionLine[],
): readonly { readonly model: string; readonly version: string }[] =>
  versions.map(({ model, id }) => ({ model, version: id }));

/** What can be done with the versions of some rows. */
function menuOf(
  page: Page,
  model: ListedModel,
  rows: readonly VersionLine[],
  onVersion: (version: string) => void,
): readonly MenuItem[] {
  const [first] = rows;
  if (!first) return [];
  const call = (command: Parameters<typeof callModel>[1]) => (): void => {
    callModel(page, command, model.id, refs(rows));
  };
  if (rows.length > 1)
    return [
      {
        label: actions.compareSelected(rows.length),
        icon: "diff-multiple",
        run: call("loam.models.compare"),
      },
    ];
  const champion = model.history.find(({ aliases }) => aliases.includes("champion"));
  return [
    {
      label: actions.open,
      icon: "go-to-file",
      run: () => {
        onVersion(first.id);
      },
    },
    ...(champion && champion.id !== first.id
      ? [
          {
            label: actions.compareChampion,
            icon: "diff-multiple",
            run: () => {
              callModel(page, "loam.models.compare", model.id, refs([champion, first]));
            },
          },
        ]
      : []),
    "line",
    ...(first.approval === "asked"
      ? [
          { label: actions.approve, icon: "pass", run: call("loam.models.approve") },
          { label: actions.reject, icon: "circle-slash", run: call("loam.models.reject") },
        ]
      : [{ label: actions.ask, icon: "comment-discussion", run: call("loam.models.ask") }]),
    { label: actions.alias, icon: "bookmark", run: call("loam.models.alias") },
    { label: actions.tag, icon: "tag", run: call("loam.models.tag") },
    { label: actions.download, icon: "cloud-download", run: call("loam.models.download") },
    "line",
    { label: actions.delete, icon: "trash", run: call("loam.models.delete") },
  ];
}
