import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { AuditReport } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Icon, IconButton } from "../controls.js";
import { useFew } from "../few.js";
import * as l10n from "../l10n.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice } from "../notice.js";
import { countText } from "../numbers.js";
import { Part } from "../parts.js";
import { Working } from "../progress.js";
import {
  auditSentence,
  filtered,
  newestFirst,
  prepareTexts,
  noFilter,
  type AuditFilter,
  type ModelNames,
} from "./audit-answer.js";
import { AuditHoldings } from "./audit-holdings.js";
import { AuditFilters } from "./audit-filters.js";
import { auditCsv } from "./audit-csv.js";
import { AuditGrid } from "./audit-grid.js";
import { auditWords } from "./audit-words.js";
import { useModelsVersion } from "./models-version.js";

interface AuditViewProps {
  readonly page: Page;
  /** null: all models. */
  readonly model: string | null;
}

/** So many problems are told at first. */
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
  const newest = useMemo(() => newestFirst(entries), [entries]);
  useEffect(() => prepareTexts(newest), [newest]);
  const shown = useMemo(() => filtered(newest, filter), [newest, filter]);
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
            {auditWords.unprovenTitle} <span class="muted">{countText(unproven.length)}</span>
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

function Problems({ page, problems }: ProblemsProps): VNode {
  const { shown, more } = useFew(problems, mostProblems);
  return (
    <Part title={auditWords.problemsTitle} count={problems.length}>
      <ul class="plain-list audit-problems">
        {shown.map(({ file, what }) => (
          <li key={`${file} ${what.text}`}>
            <span class="warning-line">
              <Icon name="warning" />
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
            </span>
            <span>{l10n.told(what)}</span>
          </li>
        ))}
      </ul>
      {more}
    </Part>
  );
}
