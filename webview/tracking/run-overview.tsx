import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { quoted } from "../../src/protocol/command-line.js";
import type { RunCommand } from "../../src/protocol/pages.js";
import type { RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { Button, TextField } from "../controls.js";
import { Markdown } from "../markdown.js";
import { bytesText, countText, dateText, numberText } from "../numbers.js";
import { Facts, Part, type Fact } from "../parts.js";
import { isSystemMetric } from "./system-metric.js";
import { runWords } from "./run-words.js";

const said = runWords.overview;
const noteTag = "mlflow.note.content";
/** From so many names on, a person wants to filter them. */
const fewRows = 12;
const mostRows = 500;

interface OverviewProps {
  readonly page: Page;
  readonly run: RunDetail;
}

/** What went into a run and what came out, as text. */
export function RunOverview({ page, run }: OverviewProps): VNode {
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const matches = (name: string): boolean => name.toLowerCase().includes(wanted);
  const params = Object.entries(run.params);
  const series = told(run.series.filter(({ name }) => !isSystemMetric(name)));
  const call = (command: RunCommand) => (): void => {
    void page.ask.request("host/command", { command, runs: [run.id] });
  };
  const note = run.tags[noteTag];
  const [own, tags] = split(Object.entries(run.tags), ([key]) => key.startsWith("mlflow."));
  return (
    <>
      {params.length + series.length > fewRows && (
        <div class="toolbar">
          <TextField label={said.filter} value={filter} onInput={setFilter} />
        </div>
      )}
      <div class="overview">
        <div class="overview-main">
          <Part title={said.params} count={params.length}>
            <Facts none={said.noParams} rows={params.filter(([name]) => matches(name))} />
          </Part>
          <Part title={said.metrics} count={series.length}>
            <MetricTable series={series.filter(({ name }) => matches(name))} />
          </Part>
        </div>
        <div class="overview-side">
          <Part title={said.note}>
            {note !== undefined && <Markdown text={note} />}
            <Button onClick={call("loam.runs.note")}>
              {note === undefined ? said.addNote : said.editNote}
            </Button>
          </Part>
          <Part title={said.tags} count={tags.length}>
            {tags.length > 0 && <Facts none="" rows={tags} />}
            <Button onClick={call("loam.runs.tag")}>{said.addTag}</Button>
          </Part>
          <LaunchPart page={page} run={run} />
          <EnvironmentPart run={run} />
          {run.models.used.length + run.models.logged.length > 0 && (
            <Part title={said.models}>
              <Facts
                none=""
                rows={[
                  ...run.models.used.map((id) => [said.used, id] as const),
                  ...run.models.logged.map((id) => [said.logged, id] as const),
                ]}
              />
            </Part>
          )}
          {run.notes.length > 0 && (
            <Part title={said.unrecorded}>
              <ul class="plain-list">
                {run.notes.map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            </Part>
          )}
          {own.length > 0 && (
            <details class="part">
              <summary>
                {said.ownTags} <span class="muted">{countText(own.length)}</span>
              </summary>
              <Facts none="" rows={own.filter(([key]) => key !== noteTag)} />
            </details>
          )}
        </div>
      </div>
    </>
  );
}

function LaunchPart({ page, run }: OverviewProps): VNode {
  const { launch, start, end, experiment, user, id } = run;
  const rows: Fact[] = [];
  if (launch) {
    const words = launch.folder === "" ? launch.command.map(below) : launch.command;
    rows.push([said.command, words.map(quoted).join(" ")]);
    rows.push(launch.folder === "" ? [said.folder, said.root, "words"] : [said.folder, launch.folder]);
    rows.push([said.host, launch.host]);
  }
  rows.push([said.experiment, experiment.name ?? experiment.id]);
  if (user !== "") rows.push([said.user, user]);
  if (start !== null) rows.push([said.startTime, dateText(start), "words"]);
  if (end !== null) rows.push([said.endTime, dateText(end), "words"]);
  rows.push([said.id, id]);
  const repeats = launch?.rerunOf ?? null;
  const first = launch && launch.run !== id ? launch.run : null;
  return (
    <Part title={said.launch}>
      <Facts none="" rows={rows} />
      {first !== null && <OtherRun page={page} says={said.shares} run={first} />}
      {repeats !== null && <OtherRun page={page} says={said.rerunOf} run={repeats} />}
    </Part>
  );
}

interface OtherRunProps {
  readonly page: Page;
  readonly says: string;
  readonly run: string;
}

function OtherRun({ page, says, run }: OtherRunProps): VNode {
  return (
    <p>
      {says} <code>{run}</code>{" "}
      <button
        type="button"
        class="link"
        onClick={() => {
          void page.ask.request("host/command", { command: "loam.runs.open", runs: [run] });
        }}
      >
        {runWords.overview.openOther}
      </button>
    </p>
  );
}

/** What lies in the workspace folder, as it is typed there. */
function below(word: string): string {
  const folder = (document.body.dataset["folder"] ?? "").replace(/^file:\/\//, "");
  const path = `${decodeURIComponent(folder)}/`;
  return path.length > 1 && word.startsWith(path) ? word.slice(path.length) : word;
}

function EnvironmentPart({ run: { environment } }: { readonly run: RunDetail }): VNode {
  if (!environment)
    return (
      <Part title={said.environment}>
        <p class="muted">{said.noEnvironment}</p>
      </Part>
    );
  const { python, executable, platform, cpus, memory, packages, variables } = environment;
  return (
    <Part title={said.environment}>
      <Facts
        none=""
        rows={[
          ...(python === null ? [] : [[said.python, python] as const]),
          ...(executable === null ? [] : [[said.interpreter, below(executable)] as const]),
          [said.platform, platform],
          [said.processors, countText(cpus), "words"],
          [said.memory, bytesText(memory), "words"],
          ...(packages === null ? [] : [[said.packages, countText(packages), "words"] as const]),
          ...Object.entries(variables),
        ]}
      />
    </Part>
  );
}

function MetricTable({ series }: { readonly series: RunDetail["series"] }): VNode {
  if (series.length === 0) return <p class="muted">{said.noMetrics}</p>;
  return (
    <div class="scroll-x" tabIndex={0} role="group" aria-label={said.metrics}>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{said.name}</th>
            <th scope="col" class="number">
              {said.last}
            </th>
            <th scope="col" class="number metric-first">
              {said.first}
            </th>
            <th scope="col" class="number">
              {said.min}
            </th>
            <th scope="col" class="number">
              {said.max}
            </th>
            <th scope="col" class="number metric-points">
              {said.points}
            </th>
          </tr>
        </thead>
        <tbody>
          {series.slice(0, mostRows).map((one, at) => {
            const course = one.count > 1; // one point is its own first, least and greatest
            const [last, first, min, max] = [one.last, one.first, one.min, one.max].map(numberText);
            return (
              <tr key={`${one.name} ${at}`}>
                <th scope="row">
                  {one.name}
                  {one.dataset !== null && <span class="muted"> {one.dataset}</span>}
                  {one.guessed && <span class="muted"> {said.guessed}</span>}
                </th>
                <td class="number">
                  <strong>{last}</strong>
                </td>
                <td class="number metric-first">{course && first}</td>
                <td class="number">{course && min}</td>
                <td class="number">{course && max}</td>
                <td class="number metric-points">{countText(one.count)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Without those that would read the same: MLflow keeps a metric for the run and once more for its model. */
function told(series: RunDetail["series"]): RunDetail["series"] {
  const seen = new Set<string>();
  return series.filter(({ name, dataset, guessed, last, first, min, max, count }) => {
    const key = JSON.stringify([name, dataset, guessed, last, first, min, max, count]);
    return !seen.has(key) && seen.add(key);
  });
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
