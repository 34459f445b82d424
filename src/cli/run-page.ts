import type { ConsoleTail } from "./console-text.js";
import { bytesText, columnTexts, counted, numberText } from "./numbers.js";
import { metricsThatMatter } from "../core/tracking/metrics-that-matter.js";
import type { CodeDetail, RunDetail, SeriesDetail, SizedFile } from "../core/tracking/view.js";
import { isOwnTag, isSystemMetric } from "../core/tracking/run-summary.js";
import { quoted } from "../protocol/command-line.js";
import { toned, type Screen } from "./screen.js";
import { stateCell } from "./run-table.js";
import { tableLines, type Cell, type Column } from "./table.js";
import { fitted, printable } from "./text-width.js";
import { dateText, longSpanText, whenText } from "./times.js";

/** How a page of a run is drawn. */
export interface Drawing {
  readonly screen: Screen;
  readonly now: number;
  /** All changed files, not only their count. */
  readonly withCode: boolean;
  readonly tail: ConsoleTail | undefined;
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

const mostFiles = 12;
const mostInHead = 3;

/** `a1b2c3 + 3 files`: the commit and what differed from it; without a repository, the snapshot. */
function codeText(code: CodeDetail): string {
  if (code.head === null) return `snapshot ${code.commit.slice(0, 6)}`;
  const base = code.head.slice(0, 6);
  if (code.changed === null) return `${base} + unknown changes`;
  return code.changed === 0 ? base : `${base} + ${counted(code.changed, "file")}`;
}

function errorText({ state, ended }: RunDetail): string | undefined {
  if (state === "lost") return "lost: its processes are gone, and nobody saw how it ended";
  if (state !== "failed" && state !== "killed") return undefined;
  if (!ended) return undefined;
  const where = ended.where ? ` (${ended.where.file}:${ended.where.line})` : "";
  const how =
    ended.signal !== null
      ? `ended by ${ended.signal}`
      : ended.exitCode !== null && ended.exitCode !== 0
        ? `exit code ${ended.exitCode}`
        : undefined;
  if (ended.error !== null) return `${ended.error}${where}${how === undefined ? "" : `, ${how}`}`;
  return how;
}

/** From so large a share of a command's time on, what it did beside its run goes without saying. */
const mostOfIt = 0.8;

/** How long a run took: its command, and the run by itself where it was much shorter, as an MLflow client may say. */
function endedText(ownMs: number, seconds: number | null): string {
  if (seconds === null || ownMs >= seconds * 1000 * mostOfIt) return longSpanText(ownMs);
  return `${longSpanText(seconds * 1000)}, the run itself ${longSpanText(ownMs)}`;
}

function headLines(run: RunDetail, { screen, now }: Drawing): string[] {
  const state = stateCell(run.state);
  const word = typeof state === "string" ? state : toned(state.text, state.tone, screen);
  const took =
    run.start === null
      ? undefined
      : run.heard !== null
        ? `last heard ${whenText(run.heard, now)}`
        : run.end !== null
          ? endedText(run.end - run.start, run.launch?.run === run.id ? run.launch.seconds : null)
          : run.state === "running"
            ? `for ${longSpanText(now - run.start)}`
            : undefined;
  const best = metricsThatMatter([run], [], mostInHead).map(
    (name) => `${printable(name)} ${numberText(Number(run.metrics[name]))}`,
  );
  const head = [
    toned(printable(run.name), "bold", screen),
    word,
    took,
    best.length > 0 ? best.join(", ") : undefined,
    run.code ? codeText(run.code) : undefined,
  ];
  const error = errorText(run);
  const where = [
    `id ${run.id}`,
    `experiment ${printable(run.experiment.name ?? run.experiment.id)}`,
    run.start === null ? undefined : `started ${startedText(run.start, now)}`,
    run.user === "" ? undefined : `by ${printable(run.user)}`,
    run.launch && run.heard !== null ? `on ${printable(run.launch.host)}` : undefined,
    run.stage === "deleted" ? "deleted" : undefined,
  ];
  const isPart = (part: string | undefined): part is string => part !== undefined;
  return [
    ...(error === undefined ? [] : [toned(printable(error), "red", screen)]),
    head.filter(isPart).join("  "),
    ...(run.launch ? [printable(run.launch.command.map(quoted).join(" "))] : []),
    where.filter(isPart).join(" · "),
  ];
}

function startedText(start: number, now: number): string {
  const relative = whenText(start, now);
  const exact = dateText(start);
  return relative === exact ? exact : `${relative} (${exact})`;
}

function pairLines(pairs: Readonly<Record<string, string>>, screen: Screen): string[] {
  const rows = Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));
  return bodyLines(
    [
      { title: "", align: "left" },
      { title: "", align: "left", shrinksTo: 10 },
    ],
    rows,
    screen,
  );
}

const indent = 2;

/** The rows of a table without its header. */
function bodyLines(columns: readonly Column[], rows: readonly (readonly Cell[])[], screen: Screen): string[] {
  return tableLines(columns, rows, { ...screen, width: screen.width - indent }).slice(1);
}

const right = (title: string): Column => ({ title, align: "right" });

/** MLflow 3 repeats a metric for the model and data set that it is of: then the run's own series says it all. */
function withoutRepeats(series: readonly SeriesDetail[]): SeriesDetail[] {
  const plain = new Set(
    series.filter(({ model, dataset }) => model === null && dataset === null).map(({ name }) => name),
  );
  return series.filter(
    ({ name, model, dataset }) => !plain.has(name) || (model === null && dataset === null),
  );
}

function metricLines(all: readonly SeriesDetail[], screen: Screen): string[] {
  const series = withoutRepeats(all);
  const own = series.filter(({ name }) => !isSystemMetric(name));
  const order = new Map(
    metricsThatMatter(
      [{ metrics: Object.fromEntries(own.map(({ name }) => [name, 0])) }],
      [],
      own.length,
    ).map((name, at) => [name, at]),
  );
  const rows = own
    .toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0))
    .map((one): Cell[] => {
      const numbers = columnTexts([one.last, one.min, one.max].map(Number));
      const on = one.dataset === null ? "" : ` on ${one.dataset}`;
      const guessed: Cell = one.guessed ? { text: "guessed", tone: "yellow" } : "";
      return [`${one.name}${on}`, ...numbers, counted(one.count, "point"), guessed];
    });
  const columns: Column[] = [
    { title: "", align: "left", shrinksTo: 12 },
    right("last"),
    right("min"),
    right("max"),
    right("count"),
    { title: "", align: "left" },
  ];
  const lines =
    rows.length === 0 ? [] : tableLines(columns, rows, { ...screen, width: screen.width - indent });
  const system = series.filter(({ name }) => isSystemMetric(name));
  if (system.length === 0) return lines;
  const texts = system.map(
    ({ name, last }) => `${name.replace(/^system\//, "")} ${numberText(Number(last))}`,
  );
  const line = `${counted(system.length, "system metric")}: ${printable(texts.join(", "))}`;
  return [...lines, fitted(line, screen.width - indent)];
}

function fileLines(files: readonly SizedFile[], screen: Screen): string[] {
  const shown = files.slice(0, mostFiles).map(({ path, size }) => [path, bytesText(size)]);
  const lines = bodyLines([{ title: "", align: "left", shrinksTo: 20 }, right("")], shown, screen);
  const rest = files.slice(mostFiles);
  if (rest.length === 0) return lines;
  return [
    ...lines,
    `and ${counted(rest.length, "more file")}, ${bytesText(rest.reduce((sum, { size }) => sum + size, 0))}`,
  ];
}

function dataLines(data: RunDetail["data"], screen: Screen): string[] {
  const rows = data
    .slice(0, mostFiles)
    .map((one): Cell[] => [
      one.path,
      bytesText(one.size),
      one.dataset && one.version
        ? `${one.dataset.name}@${one.version.number}`
        : { text: "not versioned", tone: "dim" },
      one.changed ? { text: "changed while read", tone: "yellow" } : "",
    ]);
  const columns: Column[] = [
    { title: "", align: "left", shrinksTo: 20 },
    right(""),
    { title: "", align: "left", shrinksTo: 12 },
    { title: "", align: "left" },
  ];
  const rest = data.length - mostFiles;
  return [...bodyLines(columns, rows, screen), ...(rest > 0 ? [`and ${counted(rest, "more file")}`] : [])];
}

function codeLines(code: CodeDetail, all: boolean): string[] {
  const on = code.branch === null ? "" : ` on ${code.branch}`;
  const from = code.remote === null ? "" : ` (${code.remote})`;
  const leftOut = Object.entries(code.leftOut).map(([reason, count]) => `${count} ${reason}`);
  const lines = [
    `${codeText(code)}${on}${from}`,
    code.purged
      ? "its files were purged"
      : `kept ${counted(code.files, "file")}, ${bytesText(code.bytes)}, as ${code.commit.slice(0, 12)}`,
    ...(leftOut.length > 0 ? [`left out: ${leftOut.join(", ")}`] : []),
  ];
  const changed = all ? code.changedFiles.map(({ path, state }) => `${state.padEnd(9)} ${path}`) : [];
  const missing = (code.changed ?? 0) - code.changedFiles.length;
  const more = all && missing > 0 ? [`and ${counted(missing, "more file")}`] : [];
  return [...lines, ...changed, ...more].map(printable);
}

function environmentLines(run: RunDetail): string[] {
  const { environment } = run;
  if (!environment) return [];
  const { python, executable, platform, cpus, memory, variables, packages } = environment;
  const parts = [
    ...(python === null ? [] : [`Python ${python}${executable === null ? "" : ` (${executable})`}`]),
    platform,
    `${counted(cpus, "CPU")}, ${bytesText(memory)}`,
    ...(packages === null ? [] : [counted(packages, "package")]),
  ];
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return [parts.join(" · "), ...set].map(printable);
}

/** Where a data set comes from: clients send an address, or JSON around one. */
function placeOf(source: string): string {
  try {
    const { uri, url, path } = JSON.parse(source) as Readonly<Record<string, unknown>>;
    const place = uri ?? url ?? path;
    return typeof place === "string" ? place : source;
  } catch {
    return source;
  }
}

function sections(run: RunDetail, { screen, withCode, tail }: Drawing): Section[] {
  const tags = Object.fromEntries(Object.entries(run.tags).filter(([key]) => !isOwnTag(key)));
  const description = run.tags["mlflow.note.content"];
  const models = [
    ...run.models.used.map((id) => `uses ${id}`),
    ...run.models.logged.map((id) => `logged ${id}`),
  ];
  const notes = [...(description?.split("\n") ?? []), ...run.notes].map(printable);
  return [
    { title: "Params", lines: pairLines(run.params, screen) },
    { title: "Metrics", lines: metricLines(run.series, screen) },
    { title: "Tags", lines: pairLines(tags, screen) },
    {
      title: "Inputs",
      lines: run.inputs.map(({ name, digest, source }) => printable(`${name} ${digest} ${placeOf(source)}`)),
    },
    { title: "Data read", lines: dataLines(run.data, screen) },
    { title: "Models", lines: models },
    { title: "Artifacts", lines: fileLines(run.artifacts, screen) },
    { title: "Files written", lines: fileLines(run.written, screen) },
    { title: "Code", lines: run.code ? codeLines(run.code, withCode) : [] },
    { title: "Environment", lines: environmentLines(run) },
    { title: "Notes", lines: notes },
    { title: tail ? `Console, last of ${bytesText(tail.bytes)}` : "", lines: tail?.lines ?? [] },
  ];
}

/** The page of a run: the answer first, then what is known of it; what is empty is left out. */
export function pageLines(run: RunDetail, drawing: Drawing): string[] {
  const body = sections(run, drawing)
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ title, lines }) => [
      "",
      toned(title, "bold", drawing.screen),
      ...lines.map((line) => `${" ".repeat(indent)}${line}`),
    ]);
  return [...headLines(run, drawing), ...body];
}
