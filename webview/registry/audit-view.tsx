import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { AuditVerdict, FactFilter, FactList } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Icon, IconButton } from "../controls.js";
import { useFew } from "../few.js";
import * as l10n from "../l10n.js";
import { useLastAnswer } from "../last-answer.js";
import { useLongAnswer, type LongAnswered } from "../long-answer.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { countText } from "../numbers.js";
import { Part } from "../parts.js";
import { Working } from "../progress.js";
import { auditSentence, noFilter } from "./audit-answer.js";
import { AuditHoldings } from "./audit-holdings.js";
import { AuditFilters } from "./audit-filters.js";
import { allFacts, auditCsv } from "./audit-csv.js";
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
/** So many facts come with the first answer: a screen. */
const firstFacts = 100;

type Audit = FactList & AuditVerdict;

/** Who did what when, and what proves it: the facts as they are known at once, then checked against hashes and git. */
export function AuditView({ page, model }: AuditViewProps): VNode {
  const facts = useAnswer(page, "models/facts", { model });
  const audit = useAudit(page, model, facts.result !== undefined || facts.failure !== undefined);
  const list = audit.result ?? facts.result;
  if (list)
    return (
      <main class="audit">
        <Report page={page} model={model} list={list} audit={audit} />
      </main>
    );
  return (
    <main class="audit">
      <h1>{auditWords.page}</h1>
      {facts.failure === undefined ? (
        <Skeleton lines={6} />
      ) : (
        <Failed what={auditWords.failed} failure={facts.failure} onAgain={facts.again} />
      )}
    </main>
  );
}

/** The audit, once it `isDue`. What changes while it is under way is looked at when it has ended: else it might never end. */
function useAudit(page: Page, model: string | null, isDue: boolean): LongAnswered<Audit> {
  const changes = useModelsVersion(page, model === null ? undefined : [model]);
  const [looked, setLooked] = useState(changes);
  const audit = useLongAnswer(page, "models/audit", isDue ? { model } : undefined, looked);
  const isAtRest = !audit.isUnderWay && !audit.isCancelled;
  useEffect(() => {
    if (isAtRest) setLooked(changes);
  }, [isAtRest, changes]);
  return audit;
}

interface ReportProps {
  readonly page: Page;
  readonly model: string | null;
  readonly list: FactList;
  readonly audit: LongAnswered<Audit>;
}

function Report({ page, model, list, audit }: ReportProps): VNode {
  const { handle, total, name, templates } = list;
  const { result: verdict, again } = audit;
  const [filter, setFilter] = useState<FactFilter>(noFilter);
  const words = useMemo(() => l10n.bundleOf(templates), [templates]);
  const { last, failure } = useLastAnswer(page, "models/factRows", {
    ...{ handle, filter, words },
    ...{ from: 0, most: firstFacts },
  });
  const save = async (): Promise<void> => {
    const file = `audit${name === null ? "" : `-${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}`}.csv`;
    const text = auditCsv(await allFacts(page.ask, { handle, filter, words }));
    await page.ask.request("host/saveText", { name: file, text });
  };
  return (
    <>
      <header class="audit-head">
        <div class="model-title">
          <h1>{name === null ? auditWords.ofAll : auditWords.of(name)}</h1>
          <div class="actions">
            {total > 0 && (
              <Button
                icon="export"
                disabled={verdict === undefined}
                onClick={() => {
                  save().catch(() => undefined); // the editor tells it
                }}
              >
                {auditWords.export}
              </Button>
            )}
            <IconButton icon="refresh" label={auditWords.again} onClick={again} />
          </div>
        </div>
        {verdict ? (
          <p class="lead">{auditSentence(verdict)}</p>
        ) : audit.failure === undefined ? (
          <Working what={auditWords.working} lines={1} answer={audit} />
        ) : (
          <Failed what={auditWords.failed} failure={audit.failure} onAgain={again} />
        )}
        {verdict && verdict.problemsTotal > 0 && <Problems page={page} {...verdict} />}
      </header>
      {total > 0 && (
        <>
          <AuditFilters verdict={verdict} filter={filter} onFilter={setFilter} shown={last?.result.total} />
          {failure !== undefined && <Failed what={auditWords.rowsFailed} failure={failure} onAgain={again} />}
          {last?.result.total === 0 && <Notice>{auditWords.noneMatch}</Notice>}
          {failure === undefined && last && last.result.total > 0 && (
            <div class="audit-grid">
              <AuditGrid
                page={page}
                isOfMany={model === null}
                asked={last.params}
                first={last.result}
                onAgain={again}
              />
            </div>
          )}
        </>
      )}
      {verdict && (
        <AuditHoldings page={page} holdings={verdict.holdings} withModel={model === null} onAgain={again} />
      )}
      {verdict && verdict.unproven.length > 0 && (
        <details class="audit-more">
          <summary>
            {auditWords.unprovenTitle} <span class="muted">{countText(verdict.unproven.length)}</span>
          </summary>
          <ul>
            {verdict.unproven.map((sentence) => (
              <li key={sentence.text}>{l10n.told(sentence)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

type ProblemsProps = Pick<AuditVerdict, "problems" | "problemsTotal"> & { readonly page: Page };

function Problems({ page, problems, problemsTotal }: ProblemsProps): VNode {
  const { shown, more } = useFew(problems, mostProblems);
  const left = problemsTotal - problems.length;
  return (
    <Part title={auditWords.problemsTitle} count={problemsTotal}>
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
      {!more && left > 0 && <p class="muted">{auditWords.moreProblems(left)}</p>}
    </Part>
  );
}
