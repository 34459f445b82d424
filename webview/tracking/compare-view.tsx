import { useMemo } from "preact/hooks";
import type { Page } from "../bridge.js";
import type { RunSummary } from "../../src/protocol/tracking.js";
import { failureText } from "../answer.js";
import { Button } from "../controls.js";
import { missing, type Cell } from "../grid/cell.js";
import { CompareGrid, SentenceWaiting, type ComparedThing } from "../grid/compare-grid.js";
import type { MenuItem } from "../grid/menu.js";
import { RemoteFailure } from "../../src/protocol/failure.js";
import { asNumber, changeText, clockText, dateText } from "../numbers.js";
import { seriesColor } from "../../src/protocol/series-colors.js";
import { seriesVariable } from "../series-colors.js";
import { Failed, Notice } from "../notice.js";
import { words } from "../words.js";
import { StateMark } from "../state-mark.js";
import { compareTable, type CompareRow } from "./compare-rows.js";
import { comparisonSentence, leadingMetric } from "./compare-sentence.js";
import { useComparison } from "./compare-state.js";
import { compareWords } from "./compare-words.js";

interface Props {
  readonly page: Page;
  /** Ids; the others are compared with the first. */
  readonly runs: readonly string[];
  readonly onRuns: (runs: readonly string[]) => void;
}

/** From this width of a column on, a change is told with the word for better or worse. */
const roomForWords = 200;

/** What differs between runs: the answer in one sentence, then each difference in a row. */
export function CompareView({ page, runs, onRuns }: Props) {
  const { comparison, metric, failure, again } = useComparison(page, runs);
  const table = useMemo(() => (comparison ? compareTable(comparison) : undefined), [comparison]);
  const summaries = comparison?.runs;
  const things = useMemo(() => thingsOf(summaries ?? []), [summaries]);
  const openFile = (row: CompareRow, run: string): void => {
    const [first] = runs;
    if (row.kind !== "file" || first === undefined) return;
    const changed = row.states.findIndex((state) => state !== null);
    const other = run !== first && runs.includes(run) ? run : runs[changed];
    if (other === undefined) return;
    const params = { run: other, path: row.name, against: { run: first } };
    page.ask.request("host/diffCode", params).catch(() => undefined); // the editor tells what went wrong
  };
  const openRun = (run: string): void => {
    const params = { command: "loam.runs.open", runs: [run] } as const;
    page.ask.request("host/command", params).catch(() => undefined); // the editor tells what went wrong
  };
  const rowMenu = (row: CompareRow): readonly MenuItem[] => {
    if (row.kind === "file")
      return row.states.flatMap((state, at) => {
        const run = summaries?.[at];
        if (state === null || !run) return [];
        return [
          { label: compareWords.openDiff(run.name), icon: "diff", run: () => void openFile(row, run.id) },
        ];
      });
    const text = row.values.map((value) => String(value ?? "")).join("\t");
    const copy = (): void => {
      page.ask.request("host/copy", { text: `${row.name}\t${text}` }).catch(() => undefined); // the editor tells it
    };
    return [{ label: compareWords.copy, icon: "copy", run: copy }];
  };
  const columnMenu = (id: string): readonly MenuItem[] =>
    runs.includes(id)
      ? [
          "line",
          { label: compareWords.openRun, icon: "go-to-file", run: () => void openRun(id) },
          ...(id === runs[0]
            ? []
            : [
                {
                  label: compareWords.makeFirst,
                  icon: "arrow-swap",
                  run: () => void onRuns([id, ...runs.filter((run) => run !== id)]),
                },
              ]),
        ]
      : [];

  if (runs.length < 2)
    return (
      <main class="compare-notice">
        <h1 class="spoken">{compareWords.grid}</h1>
        {compareWords.few}
      </main>
    );
  if (failure)
    return (
      <main class="compare-notice">
        <h1 class="spoken">{compareWords.grid}</h1>
        {isGone(failure) ? (
          <Notice>
            <p>{compareWords.gone}</p>
          </Notice>
        ) : (
          <Failed what={compareWords.failed} failure={failureText(failure)} onAgain={again} />
        )}
      </main>
    );
  return (
    <main class="compare">
      <header class="compare-head">
        <h1>
          {comparison ? (
            comparisonSentence(comparison, leadingMetric(comparison, metric))
          ) : (
            <SentenceWaiting label={compareWords.grid} />
          )}
        </h1>
        {runs.length === 2 ? (
          <Button icon="arrow-swap" onClick={() => void onRuns([...runs].reverse())}>
            {compareWords.swap}
          </Button>
        ) : null}
      </header>
      {table?.rows.length === 0 ? null : (
        <CompareGrid<CompareRow>
          label={compareWords.grid}
          nameTitle={compareWords.name}
          table={table}
          things={things}
          cell={valueCell}
          onOpen={openFile}
          rowMenu={rowMenu}
          columnMenu={columnMenu}
        />
      )}
    </main>
  );
}

const isGone = (failure: Error): boolean =>
  failure instanceof RemoteFailure && failure.wire.code === "run.notFound";

const thingsOf = (runs: readonly RunSummary[]): readonly ComparedThing[] =>
  runs.map((run) => ({
    id: run.id,
    title: (width) => titleOf(run, runs, width),
    dot: seriesVariable(seriesColor(run.id)),
  }));

/** Runs of one name, as a script gives them each time, are told apart by when they started. */
function titleOf({ name, start }: RunSummary, runs: readonly RunSummary[], width: number): string {
  const namesakes = runs.filter((run) => run.name === name);
  if (start === null || namesakes.length === 1) return name;
  if (width < roomForWords) return `${clockText(start)} · ${name}`;
  const day = new Date(start).toDateString();
  const areOfOneDay = namesakes.every((run) => new Date(run.start ?? 0).toDateString() === day);
  return `${name} · ${areOfOneDay ? clockText(start) : dateText(start)}`;
}

/** What a run has of something; numbers with their change from the first run. */
function valueCell(row: CompareRow, at: number, width: number): Cell {
  switch (row.kind) {
    case "file": {
      const state = row.states[at];
      if (at === 0)
        return row.states.includes("added")
          ? missing(compareWords.missing(row.name))
          : { text: compareWords.firstFile, tone: "quiet" };
      if (state === null || state === undefined) return { text: compareWords.sameFile, tone: "quiet" };
      return { text: compareWords.states[state], icon: fileIcons[state] };
    }
    case "text": {
      const value = row.values[at] ?? null;
      if (value === null) return missing(compareWords.missing(row.name));
      const drawn = <span class="grid-text compare-value">{value}</span>;
      return at > 0 && value === row.values[0]
        ? { text: value, title: value, drawn, tone: "quiet" }
        : { text: value, title: value, drawn };
    }
    case "state": {
      const state = row.values[at];
      if (state === undefined) return missing(compareWords.missing(row.name));
      return { text: words.states[state], drawn: <StateMark state={state} /> };
    }
    case "number": {
      const [first, value] = [row.values[0] ?? null, row.values[at] ?? null];
      const text = row.texts[at] ?? "";
      if (value === null) return missing(compareWords.missing(row.name));
      const isFirst = at === 0 || first === null || first === value;
      const change = isFirst ? "" : changeOf(asNumber(first), asNumber(value), row.better);
      // A narrow column has no room for the word; it stands in the tooltip and is spoken.
      const seen = width < roomForWords ? bareChange(change) : change;
      return {
        text: change === "" ? text : `${text} ${change}`,
        title: change === "" ? String(value) : `${String(value)} ${change}`,
        drawn: (
          <span class="grid-text compare-value">
            {text} {change === "" ? null : <span class="compare-change">{seen}</span>}
          </span>
        ),
      };
    }
  }
}

/** The arrow and the number of a change, without the word. */
const bareChange = (change: string): string => /^[↑↓] \S+|^\S+/.exec(change)?.[0] ?? change;

/** The change of a metric with its sign, an arrow and, where its name says which way is better, how it is. */
function changeOf(from: number, to: number, better: "more" | "less" | undefined): string {
  const change = changeText(from, to);
  if (change === "" || better === undefined || from === to) return change;
  const told = to > from === (better === "more") ? compareWords.better(change) : compareWords.worse(change);
  return `${to > from ? "↑" : "↓"} ${told}`;
}

const fileIcons = { added: "diff-added", modified: "diff-modified", deleted: "diff-removed" } as const;
