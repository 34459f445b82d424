import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { AuditReport } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Dropdown, IconButton, TextField } from "../controls.js";
import * as l10n from "../l10n.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice } from "../notice.js";
import { Part } from "../parts.js";
import { Working } from "../progress.js";
import { words } from "../words.js";
import {
  auditSentence,
  filtered,
  noFilter,
  versionKey,
  type AuditFilter,
  type ModelNames,
} from "./audit-answer.js";
import { AuditHoldings } from "./audit-holdings.js";
import { auditCsv } from "./audit-csv.js";
import { AuditGrid } from "./audit-grid.js";
import { auditWords } from "./audit-words.js";
import { useModelsVersion } from "./models-version.js";
import { personName, versionName } from "./names.js";
import { Warning } from "./state-mark.js";

interface AuditViewProps {
  readonly page: Page;
  /** null: all models. */
  readonly model: string | null;
}

/** So many problems are told in full; the rest is counted. */
const mostProblems = 20;

/** Who did what when, and what proves it. */
export function AuditView({ page, model }: AuditViewProps): VNode {
  const changes = useModelsVersion(page, model === null ? undefined : [model]);
  const audit = useLongAnswer(page, "models/audit", { model }, changes);
  const { result, failure, again } = audit;
  return (
    <main class="audit">
      {result ? (
        <Report page={page} model={model} report={result} onAgain={again} />
      ) : (
        <>
          <h1>{auditWords.page}</h1>
          {failure === undefined ? (
            <Working what={auditWords.working} answer={audit} />
          ) : (
            <Failed what={auditWords.failed} failure={failure} onAgain={again} />
          )}
        </>
      )}
    </main>
  );
}

/** The names of models by their ids; of one that is gone without a version the id's beginning. */
function useModelNames(page: Page, { holdings }: AuditReport): ModelNames {
  const { result } = useAnswer(page, "models/list", { filter: "" });
  return useMemo(() => {
    const known = new Map([
      ...holdings.map(({ model, name }) => [model, name] as const),
      ...(result ?? []).map(({ id, name }) => [id, name] as const),
    ]);
    return (model) => known.get(model) ?? model.slice(0, 8);
  }, [holdings, result]);
}

interface ReportProps {
  readonly page: Page;
  readonly model: string | null;
  readonly report: AuditReport;
  readonly onAgain: () => void;
}

function Report({ page, model, report, onAgain }: ReportProps): VNode {
  const { entries, problems, unproven } = report;
  const [filter, setFilter] = useState<AuditFilter>(noFilter);
  const shown = useMemo(() => filtered(entries, filter), [entries, filter]);
  const names = useModelNames(page, report);
  const name = model === null ? undefined : names(model);
  const save = (): void => {
    const file = `audit${name === undefined ? "" : `-${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}`}.csv`;
    page.ask.request("host/saveText", { name: file, text: auditCsv(shown, names) }).catch(() => undefined); // the editor tells it
  };
  return (
    <>
      <header class="audit-head">
        <div class="model-title">
          <h1>{name === undefined ? auditWords.ofAll : auditWords.of(name)}</h1>
          <div class="actions">
            {entries.length > 0 && (
              <Button icon="export" onClick={save}>
                {auditWords.export}
              </Button>
            )}
            <IconButton icon="refresh" label={auditWords.again} onClick={onAgain} />
          </div>
        </div>
        <p class="lead">{auditSentence(report)}</p>
        {problems.length > 0 && <Problems page={page} problems={problems} />}
      </header>
      {entries.length > 0 && (
        <>
          <AuditFilters
            entries={entries}
            names={names}
            filter={filter}
            onFilter={setFilter}
            shown={shown.length}
          />
          {shown.length === 0 ? (
            <Notice>{auditWords.noneMatch}</Notice>
          ) : (
            <div class="audit-grid">
              <AuditGrid
                page={page}
                entries={shown}
                names={model === null ? names : undefined}
                of={JSON.stringify(filter)}
              />
            </div>
          )}
        </>
      )}
      <AuditHoldings holdings={report.holdings} withModel={model === null} />
      {unproven.length > 0 && (
        <details class="audit-more">
          <summary>
            {auditWords.unprovenTitle} <span class="muted">{unproven.length}</span>
          </summary>
          <ul>
            {unproven.map((sentence) => (
              <li key={sentence.text}>{l10n.told(sentence)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface ProblemsProps {
  readonly page: Page;
  readonly problems: AuditReport["problems"];
}

const Problems = ({ page, problems }: ProblemsProps): VNode => (
  <Part title={auditWords.problemsTitle} count={problems.length}>
    <ul class="plain-list">
      {problems.slice(0, mostProblems).map(({ file, what }) => (
        <li key={`${file} ${what.text}`}>
          <Warning text={l10n.told(what)} />{" "}
          <button
            type="button"
            class="link code"
            title={auditWords.openFile}
            onClick={() => {
              page.ask.request("host/openFile", { path: file }).catch(() => undefined); // it may be gone
            }}
          >
            {file}
          </button>
        </li>
      ))}
    </ul>
    {problems.length > mostProblems && <p class="muted">{words.more(problems.length - mostProblems)}</p>}
  </Part>
);

interface FiltersProps {
  readonly entries: AuditReport["entries"];
  readonly names: ModelNames;
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
  readonly shown: number;
}

/** A list of more than these is not picked from: it is typed. */
const mostChoices = 200;

function AuditFilters({ entries, names, filter, onFilter, shown }: FiltersProps): VNode {
  const models = new Set(entries.map(({ model }) => model));
  const versions = new Map(
    entries.flatMap((entry) =>
      entry.version === null
        ? []
        : [[versionKey(entry), { model: entry.model, number: entry.version }] as const],
    ),
  );
  const persons = [...new Set(entries.map(({ author }) => author))].filter((author) => author !== "").sort();
  const byNumber = [...versions].sort(
    ([, a], [, b]) => names(a.model).localeCompare(names(b.model)) || b.number - a.number,
  );
  return (
    <div class="audit-filters">
      <TextField
        label={auditWords.filter}
        value={filter.text}
        onInput={(text) => {
          onFilter({ ...filter, text });
        }}
      />
      <Dropdown
        label={auditWords.version}
        value={filter.version}
        options={[
          { value: "", text: auditWords.allVersions },
          ...byNumber.slice(0, mostChoices).map(([value, { model, number }]) => ({
            value,
            text: models.size > 1 ? `${names(model)} ${versionName(number)}` : versionName(number),
          })),
        ]}
        onChange={(version) => {
          onFilter({ ...filter, version });
        }}
      />
      <Dropdown
        label={auditWords.person}
        value={filter.person}
        options={[
          { value: "", text: auditWords.allPersons },
          ...persons.slice(0, mostChoices).map((value) => ({ value, text: personName(value) })),
        ]}
        onChange={(person) => {
          onFilter({ ...filter, person });
        }}
      />
      <span class="muted" role="status">
        {auditWords.facts(shown)}
      </span>
    </div>
  );
}
