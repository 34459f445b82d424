import type { VNode } from "preact";
import type { DatasetRunRequests } from "../../src/protocol/datasets.js";
import type { RunSummary } from "../../src/protocol/tracking.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { dateText, whenText } from "../numbers.js";
import { StateMark } from "../state-mark.js";
import { words } from "../words.js";
import { readWords as said } from "./more-words.js";

const mostRuns = 1000;

type ReadingRun = DatasetRunRequests["datasets/runs"]["result"][number];

interface RunsTabProps {
  readonly page: Page;
  readonly dataset: string;
  readonly shown: string;
  readonly version: number;
}

/** The runs that read a version. */
export function RunsTab({ page, dataset, shown, version }: RunsTabProps): VNode {
  const asked = { dataset, version: shown };
  const { result, failure, again } = useAnswer(page, "datasets/runs", asked, version);
  if (failure !== undefined) return <Failed what={said.failed} failure={failure} onAgain={again} />;
  if (!result) return <Skeleton lines={4} />;
  if (result.length === 0) return <Notice>{said.none}</Notice>;
  const open = (run: string): void => {
    const opened = { command: "loam.runs.open", runs: [run] } as const;
    page.ask.request("host/command", opened).catch(() => undefined); // the editor tells what went wrong
  };
  const now = Date.now();
  return (
    <>
      <div class="scroll-x" tabIndex={0} role="group" aria-label={said.label}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{said.run}</th>
              <th scope="col">{said.state}</th>
              <th scope="col">{said.started}</th>
            </tr>
          </thead>
          <tbody>
            {result.slice(0, mostRuns).map(({ run, name, state, start }) => (
              <tr key={run}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    onClick={() => {
                      open(run);
                    }}
                  >
                    {name}
                  </button>
                </th>
                <td>{isState(state) ? <StateMark state={state} /> : state}</td>
                <td title={start === null ? undefined : dateText(start)}>
                  {start === null ? "–" : whenText(start, now)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {result.length > mostRuns && <p class="muted">{words.more(result.length - mostRuns)}</p>}
    </>
  );
}

const isState = (state: ReadingRun["state"]): state is RunSummary["state"] =>
  Object.hasOwn(words.states, state);
