import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { missingModule } from "../../src/protocol/missing-module.js";
import type { RunTab } from "../../src/protocol/pages.js";
import type { RunDetail } from "../../src/protocol/tracking.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Tabs } from "../controls.js";
import { Failed, Skeleton } from "../notice.js";
import { isTrusted } from "../trust.js";
import { RunArtifacts } from "./run-artifacts.js";
import { RunCharts } from "./run-charts.js";
import { isSystemMetric } from "./system-metric.js";
import { RunCode } from "./run-code.js";
import { RunConsole } from "./run-console.js";
import { RunData } from "./run-data.js";
import { RunHeader } from "./run-header.js";
import { RunOverview } from "./run-overview.js";
import { useRunVersion } from "../run-version.js";
import { runWords } from "./run-words.js";

interface RunViewProps {
  readonly page: Page;
  readonly run: string;
  /** The tab that was asked for. */
  readonly wanted: RunTab | undefined;
}

/** So long the index is given to say which metric leads: its chart stands first and moves no more. */
const patienceMs = 200;
const tabs: readonly RunTab[] = ["charts", "overview", "console", "artifacts", "code", "data", "system"];

/** What the page keeps of itself; what another version of it kept may lack any. */
interface Kept {
  readonly tab?: unknown;
  readonly wraps?: unknown;
}

/** All that is known of one run. */
export function RunView({ page, run, wanted }: RunViewProps): VNode {
  const version = useRunVersion(page, [run]);
  const detail = useAnswer(page, "runs/detail", { run }, version);
  const briefs = useAnswer(page, "runs/briefs", { ids: [run] }, version);
  const [kept] = useState(() => (page.saved ?? {}) as Kept);
  const [chosen, setChosen] = useState<
    { readonly tab: RunTab; readonly wanted: RunTab | undefined } | undefined
  >(() => {
    const tab = tabs.find((one) => one === kept.tab);
    return tab && { tab, wanted };
  });
  const [wraps, setWraps] = useState(kept.wraps === true);
  const isPatient = usePatience(patienceMs);
  const { result } = detail;
  const isWaiting = isPatient && briefs.result === undefined && briefs.failure === undefined;
  if (!result || isWaiting)
    return (
      <main class="run">
        <h1 class="spoken">{runWords.metrics.run}</h1>
        {detail.failure === undefined ? (
          <Skeleton lines={8} />
        ) : (
          <Failed what={runWords.gone} failure={detail.failure} onAgain={detail.again} />
        )}
      </main>
    );
  // What was chosen holds until the page is opened anew for another tab.
  const opening = wanted ?? (result.state === "failed" && result.launch ? "console" : "charts");
  const tab = chosen && chosen.wanted === wanted ? chosen.tab : opening;
  const select = (next: RunTab): void => {
    setChosen({ tab: next, wanted });
    page.save({ tab: next, wraps });
  };
  const wrap = (next: boolean): void => {
    setWraps(next);
    page.save({ tab, wraps: next });
  };
  const brief = briefs.result?.[0];
  return (
    <main class="run">
      <RunHeader page={page} run={result} brief={brief} />
      <RunError
        page={page}
        run={result}
        onConsole={
          tab === "console"
            ? undefined
            : () => {
                select("console");
              }
        }
      />
      <Tabs
        label={runWords.tabList}
        selected={tab}
        onSelect={select}
        tabs={tabs.map((id) => ({ id, text: runWords.tabs[id], ...countOf(id, result) }))}
      />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} class={`panel panel-${tab}`}>
        <TabPanel
          page={page}
          tab={tab}
          run={result}
          headline={brief?.headline?.name ?? undefined}
          version={version}
          wraps={wraps}
          onWraps={wrap}
        />
      </div>
    </main>
  );
}

/** True at first, until some time has passed. */
function usePatience(ms: number): boolean {
  const [isPatient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPatient(false);
    }, ms);
    return () => {
      clearTimeout(timer);
    };
  }, [ms]);
  return isPatient;
}

function countOf(tab: RunTab, run: RunDetail): { readonly count?: number } {
  if (tab === "artifacts") return { count: run.artifacts.length };
  if (tab === "code") return { count: run.code?.changed ?? 0 };
  if (tab === "data") return { count: run.data.length + run.inputs.length };
  return {};
}

interface TabPanelProps {
  readonly page: Page;
  readonly tab: RunTab;
  readonly run: RunDetail;
  readonly headline: string | undefined;
  readonly version: number;
  readonly wraps: boolean;
  readonly onWraps: (wraps: boolean) => void;
}

function TabPanel({ page, tab, run, headline, version, wraps, onWraps }: TabPanelProps): VNode {
  switch (tab) {
    case "charts":
    case "system": {
      const isSystem = tab === "system";
      const series = run.series.filter(({ name }) => isSystemMetric(name) === isSystem);
      return (
        <RunCharts
          key={tab}
          page={page}
          run={run}
          series={series}
          headline={headline}
          version={version}
          axis={isSystem ? "elapsed" : "step"}
          empty={
            isSystem ? runWords.system.none : isOver(run) ? runWords.charts.none : runWords.charts.noneYet
          }
        />
      );
    }
    case "overview":
      return <RunOverview page={page} run={run} />;
    case "console":
      return <RunConsole page={page} run={run} wraps={wraps} onWraps={onWraps} />;
    case "artifacts":
      return <RunArtifacts page={page} run={run} />;
    case "code":
      return <RunCode page={page} run={run} />;
    case "data":
      return <RunData page={page} run={run} />;
  }
}

const isOver = ({ state }: RunDetail): boolean => state !== "running" && state !== "scheduled";

interface RunErrorProps {
  readonly page: Page;
  readonly run: RunDetail;
  readonly onConsole: (() => void) | undefined;
}

/** Why a run failed, with the line of code that says so. */
function RunError({ page, run, onConsole }: RunErrorProps): VNode | null {
  const { state, ended } = run;
  if (state !== "failed" && state !== "lost") return null;
  const where = ended?.where ?? null;
  const missing = missingModule(ended?.error);
  return (
    <div class="notice notice-failed run-error">
      <p class={ended?.error === null || !ended ? "" : "code"}>{ended?.error ?? endingOf(run)}</p>
      <div class="actions">
        {where && (
          <Button
            look="primary"
            icon="go-to-file"
            onClick={() => {
              void page.ask.request("host/openFile", { path: where.file, line: where.line });
            }}
          >
            {`${where.file}:${where.line}`}
          </Button>
        )}
        {isTrusted && missing && (
          <Button
            icon="cloud-download"
            onClick={() => {
              void page.ask.request("host/command", { command: "loam.runs.installModule", runs: [run.id] });
            }}
          >
            {runWords.install(missing.package)}
          </Button>
        )}
        {onConsole && run.launch && <Button onClick={onConsole}>{runWords.showConsole}</Button>}
      </div>
    </div>
  );
}

function endingOf({ state, ended }: RunDetail): string {
  if (state === "lost") return runWords.lostPlain;
  if (ended?.signal !== null && ended?.signal !== undefined) return runWords.failedBy(ended.signal);
  if (ended?.exitCode !== null && ended?.exitCode !== undefined) return runWords.failedWith(ended.exitCode);
  return runWords.failedPlain;
}
