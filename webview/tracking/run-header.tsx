import type { VNode } from "preact";
import type { RunCommand } from "../../src/protocol/pages.js";
import type { RunBrief, RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { useNow } from "../clock.js";
import { Button, IconButton } from "../controls.js";
import { dateText, numberText, spanText, whenText } from "../numbers.js";
import { seriesColor } from "../../src/protocol/series-colors.js";
import { seriesVariable } from "../series-colors.js";
import { isTrusted } from "../trust.js";
import { runWords } from "./run-words.js";
import { StateMark } from "../state-mark.js";

interface RunHeaderProps {
  readonly page: Page;
  readonly run: RunDetail;
  /** undefined until the index knows the run. */
  readonly brief: RunBrief | undefined;
}

/** The run in one line: its name, how it stands, how long it took, what came out, from which code. */
export function RunHeader({ page, run, brief }: RunHeaderProps): VNode {
  const isLive = run.state === "running";
  const isLaunched = brief?.launched ?? run.launch !== null;
  const now = useNow(isLive);
  const call = (command: RunCommand) => (): void => {
    void page.ask.request("host/command", { command, runs: [run.id] });
  };
  const { start, end, code } = run;
  const commit = code?.head?.slice(0, 7);
  return (
    <header class="run-head">
      <div class="run-title">
        <span
          class="series-dot"
          style={{ "--series": seriesVariable(seriesColor(run.id)) }}
          aria-hidden="true"
        />
        <h1 title={run.name}>{run.name}</h1>
        <div class="actions">
          {isLive && isLaunched && (
            <Button look="primary" icon="debug-stop" onClick={call("loam.runs.stop")}>
              {runWords.stop}
            </Button>
          )}
          {isTrusted && !isLive && isLaunched && run.stage === "active" && (
            <Button icon="debug-rerun" onClick={call("loam.runs.rerun")}>
              {runWords.rerun}
            </Button>
          )}
          {run.stage === "deleted" && (
            <Button look="primary" onClick={call("loam.runs.restore")}>
              {runWords.restore}
            </Button>
          )}
          <IconButton icon="edit" label={runWords.rename} onClick={call("loam.runs.rename")} />
          <IconButton icon="diff" label={runWords.compare} onClick={call("loam.runs.compare")} />
          <IconButton icon="copy" label={runWords.copyId} onClick={call("loam.runs.copyId")} />
        </div>
      </div>
      <p class="run-facts">
        <StateMark state={run.state} />
        {start !== null && (isLive || end !== null) && (
          <span class="fact">{spanText((end ?? now) - start)}</span>
        )}
        {brief?.headline && (
          <span class="fact">
            {brief.headline.name} <strong class="number">{numberText(brief.headline.value)}</strong>
          </span>
        )}
        {commit !== undefined && (
          <span class="fact code" title={runWords.codeTitle}>
            {runWords.codeState(commit, code?.changed ?? null)}
          </span>
        )}
        {start !== null && (
          <span class="fact muted" title={dateText(start)}>
            {run.heard === null
              ? runWords.started(whenText(start, now))
              : runWords.heard(whenText(run.heard, now))}
          </span>
        )}
        {run.stage === "deleted" && <span class="fact">{runWords.deleted}</span>}
      </p>
    </header>
  );
}
