import * as l10n from "../l10n.js";
import { countText } from "../numbers.js";
import { words } from "../words.js";

/** Files or folders of which a snapshot of code has nothing, by the reason that the engine gives. */
const leftOut: Readonly<Record<string, (count: string) => string>> = {
  ignored: (count) => l10n.t("{0} ignored by git", count),
  secret: (count) => l10n.t("{0} with secrets", count),
  environment: (count) => l10n.t("{0} of the environment", count),
  output: (count) => l10n.t("{0} with output", count),
  data: (count) => l10n.t("{0} with data", count),
  binary: (count) => l10n.t("{0} binary", count),
  large: (count) => l10n.t("{0} too large", count),
  later: (count) => l10n.t("{0} that came later", count),
  total: (count) => l10n.t("{0} beyond the limit of all", count),
  lfs: (count) => l10n.t("{0} of Git LFS", count),
  submodule: (count) => l10n.t("{0} of submodules", count),
  sparse: (count) => l10n.t("{0} not checked out", count),
  home: (count) => l10n.t("{0} of the home folder", count),
  special: (count) => l10n.t("{0} special", count),
  name: (count) => l10n.t("{0} with a name that the system cannot read", count),
  unreadable: (count) => l10n.t("{0} not readable", count),
};

/** What the pages of one run and of a file's runs say. */
export const runWords = {
  tabs: {
    charts: l10n.t("Charts"),
    overview: l10n.t("Overview"),
    console: l10n.t("Console"),
    artifacts: l10n.t("Artifacts"),
    code: l10n.t("Code"),
    data: l10n.t("Data"),
    system: l10n.t("System"),
  },
  tabList: l10n.t("Parts of the run"),
  gone: l10n.t("This run could not be read."),
  started: (when: string): string => l10n.t("started {0}", when),
  heard: (when: string): string => l10n.t("runs on another machine, last heard {0}", when),
  deleted: l10n.t("In the trash"),
  stop: l10n.t("Stop"),
  rerun: l10n.t("Run again"),
  rename: l10n.t("Rename"),
  copyId: l10n.t("Copy the run's id"),
  compare: l10n.t("Compare with…"),
  restore: l10n.t("Restore"),
  codeState: (commit: string, changed: number | null): string =>
    changed === null || changed === 0
      ? commit
      : l10n.plural(changed, "{1} + {0} file", "{1} + {0} files", commit),
  codeTitle: l10n.t("Commit that the run started from, and files that were changed since"),
  failedWith: (code: number): string => l10n.t("It ended with exit code {0}.", code),
  failedBy: (signal: string): string => l10n.t("It was ended by {0}.", signal),
  failedPlain: l10n.t("It failed and left no error."),
  lostPlain: l10n.t("Its process is gone and nobody saw the end."),
  showConsole: l10n.t("Show the console"),
  charts: {
    none: l10n.t("No metrics yet. What the run logs, or prints as name=value, is drawn here."),
    noneMatch: (text: string): string => l10n.t("No metric has “{0}” in its name.", text),
    filter: l10n.t("Filter metrics"),
    settings: l10n.t("How charts are drawn"),
  },
  system: {
    none: l10n.t(
      "No readings of the machine. While a run that was started with Loam lasts, its use of processor, memory and GPU is read every few seconds.",
    ),
  },
  overview: {
    params: l10n.t("Parameters"),
    noParams: l10n.t("No parameters were recorded."),
    metrics: l10n.t("Metrics"),
    noMetrics: l10n.t("No metrics were recorded."),
    name: l10n.t("Name"),
    last: l10n.t("Last"),
    first: l10n.t("First"),
    least: l10n.t("Least"),
    greatest: l10n.t("Greatest"),
    points: l10n.t("Points"),
    guessed: l10n.t("read off the console"),
    tags: l10n.t("Tags"),
    ownTags: l10n.t("Tags of the MLflow client"),
    note: l10n.t("Note"),
    addNote: l10n.t("Add a note"),
    editNote: l10n.t("Edit the note"),
    addTag: l10n.t("Add a tag"),
    launch: l10n.t("Command"),
    command: l10n.t("Command"),
    folder: l10n.t("Folder"),
    host: l10n.t("Machine"),
    user: l10n.t("User"),
    experiment: l10n.t("Experiment"),
    id: l10n.t("Id"),
    rerunOf: l10n.t("Repeats"),
    openOther: l10n.t("Open that run"),
    startTime: l10n.t("Started"),
    endTime: l10n.t("Ended"),
    environment: l10n.t("Environment"),
    noEnvironment: l10n.t("The environment was not recorded: the run was not started with Loam."),
    python: l10n.t("Python"),
    interpreter: l10n.t("Interpreter"),
    platform: l10n.t("Platform"),
    processors: l10n.t("Processors"),
    memory: l10n.t("Memory"),
    packages: l10n.t("Packages"),
    models: l10n.t("Models"),
    used: l10n.t("Used"),
    logged: l10n.t("Logged"),
    unrecorded: l10n.t("What could not be recorded"),
    filter: l10n.t("Filter by name"),
    root: l10n.t("the workspace folder"),
  },
  console: {
    label: l10n.t("Console output"),
    none: l10n.t("Nothing was printed."),
    noneYet: l10n.t("Nothing was printed yet."),
    untracked: l10n.t("The console was not recorded: the run was not started with Loam."),
    toEnd: l10n.t("Go to the end"),
    follows: l10n.t("Follows the end"),
    open: (file: string, line: number): string => l10n.t("Open {0} at line {1}", file, line),
    find: l10n.t("Find in the console"),
    before: l10n.t("Previous match"),
    next: l10n.t("Next match"),
    closeFind: l10n.t("Close"),
    searching: l10n.t("Searching…"),
    noMatch: l10n.t("No match"),
    /** `more`: there are, or may be, more than were counted. */
    matchOf: (at: number, count: number, more: boolean): string =>
      more
        ? l10n.t("{0} of {1}+", countText(at), countText(count))
        : l10n.t("{0} of {1}", countText(at), countText(count)),
    wrap: l10n.t("Wrap long lines"),
  },
  artifacts: {
    label: l10n.t("Files of the run"),
    none: l10n.t("No artifacts. Files that the run logs with mlflow.log_artifact stand here."),
    written: l10n.t("Files left in its folder"),
    open: l10n.t("Open in the editor"),
    choose: l10n.t("Choose a file to see it here."),
    cut: (shown: string, all: string): string => l10n.t("The first {0} of {1}.", shown, all),
    rows: (shown: number): string => l10n.plural(shown, "The first row.", "The first {0} rows."),
    noPreview: l10n.t("This file has no preview here."),
    tooLarge: (size: string): string => l10n.t("An image of {0} is not shown here.", size),
    empty: l10n.t("The file is empty."),
  },
  code: {
    none: l10n.t("The code of this run was not kept: it was not started with Loam."),
    purged: l10n.t("The code of this run was purged."),
    unchanged: (commit: string): string => l10n.t("The code was as in commit {0}.", commit),
    noRepository: (files: number): string =>
      l10n.plural(
        files,
        "No git repository; {0} file was kept as it was.",
        "No git repository; {0} files were kept as they were.",
      ),
    noCommit: (files: number): string =>
      l10n.plural(
        files,
        "No commit yet; {0} file was kept as it was.",
        "No commit yet; {0} files were kept as they were.",
      ),
    changedUnknown: l10n.t("Which files were changed could not be found out."),
    changed: (files: number, commit: string): string =>
      l10n.plural(
        files,
        "{0} file changed against {1} when the run started.",
        "{0} files changed against {1} when the run started.",
        commit,
      ),
    path: l10n.t("File"),
    state: l10n.t("Change"),
    states: {
      added: l10n.t("new"),
      untracked: l10n.t("new"),
      modified: l10n.t("changed"),
      deleted: l10n.t("deleted"),
    } as Readonly<Record<string, string>>,
    againstHead: l10n.t("Compare with the commit"),
    againstNow: l10n.t("Compare with now"),
    asItWas: l10n.t("As it was"),
    openAsItWas: l10n.t("Open code as it was…"),
    againstRun: l10n.t("Compare with another run…"),
    more: (count: number): string =>
      l10n.plural(count, "{0} more file is not listed.", "{0} more files are not listed."),
    branch: l10n.t("Branch"),
    remote: l10n.t("Remote"),
    kept: l10n.t("Kept"),
    keptText: (files: number, size: string): string =>
      l10n.plural(files, "{0} file, {1}", "{0} files, {1}", size),
    leftOut: l10n.t("Left out"),
    leftOutText: (counts: Readonly<Record<string, number>>): string =>
      l10n.listed(
        Object.entries(counts).map(
          ([reason, count]) => leftOut[reason]?.(countText(count)) ?? `${countText(count)} ${reason}`,
        ),
      ),
  },
  data: {
    none: l10n.t("No data was recorded. Files that a tracked Python program opens to read are listed here."),
    read: l10n.t("Files read"),
    inputs: l10n.t("Inputs that the program named"),
    path: l10n.t("File"),
    size: l10n.t("Size"),
    hash: l10n.t("SHA-256"),
    noHash: l10n.t("not hashed"),
    name: l10n.t("Name"),
    digest: l10n.t("Digest"),
    source: l10n.t("Source"),
  },
  metrics: {
    noFile: l10n.t("Open a file to see the metrics of its runs."),
    noRuns: (file: string): string =>
      l10n.t("{0} has no runs yet. Run it with Loam and its metrics draw themselves here.", file),
    count: (shown: number, all: number): string =>
      shown === all
        ? words.runs(all)
        : l10n.plural(all, "newest {1} of {0} run", "newest {1} of {0} runs", countText(shown)),
    run: l10n.t({ message: "Run", comment: "one of the runs" }),
    state: l10n.t("State"),
    duration: l10n.t("Duration"),
    runsOf: (file: string): string => l10n.t("Runs of {0}", file),
    failed: l10n.t("The runs of this file could not be read."),
    mostly: l10n.t("Last values"),
  },
};
