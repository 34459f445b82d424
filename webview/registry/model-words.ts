import type { ModelVersionDetail, SignatureChange } from "../../src/protocol/registry.js";
import * as l10n from "../l10n.js";
import { countText } from "../numbers.js";

/** What the page of a model and that of one of its versions say. */
export const modelWords = {
  page: l10n.t("Model"),
  approval: {
    none: l10n.t("Not approved"),
    asked: l10n.t("Approval requested"),
    approved: l10n.t("Approved"),
    rejected: l10n.t("Rejected"),
  } satisfies Readonly<Record<ModelVersionDetail["approval"], string>>,
  otherFlavor: l10n.t("Other files"),
  gone: l10n.t("This model could not be read."),
  versionGone: l10n.t("This version could not be read."),
  deletedModel: l10n.t("This model was deleted."),
  deletedVersion: l10n.t("This version was deleted. What its facts say is kept for the audit."),
  actions: {
    ask: l10n.t("Request approval"),
    askAgain: l10n.t("Request approval again"),
    approve: l10n.t("Approve…"),
    reject: l10n.t("Reject…"),
    champion: l10n.t("Set as champion"),
    alias: l10n.t("Set alias…"),
    register: l10n.t("Register a version…"),
    compareChampion: l10n.t("Compare with champion"),
    compareSelected: (count: number): string =>
      l10n.plural(count, "Compare {0} version", "Compare {0} versions"),
    audit: l10n.t("Audit"),
    lineage: l10n.t("Show lineage"),
    download: l10n.t("Download…"),
    convert: l10n.t("Convert to ONNX"),
    measure: l10n.t("Measure on this machine"),
    measureAgain: l10n.t("Measure again"),
    rename: l10n.t("Rename"),
    tag: l10n.t("Add a tag"),
    delete: l10n.t("Delete…"),
    open: l10n.t("Open version"),
  },
  state: {
    champion: l10n.t("This is the champion."),
    registeredBy: (author: string, when: string): string => l10n.t("registered by {0}, {1}", author, when),
    nobody: l10n.t("nobody that git knows"),
    notAsked: l10n.t("Nobody has asked for approval yet."),
    asked: (author: string, when: string): string => l10n.t("{0} asked for approval {1}.", author, when),
    given: (given: number, wanted: number): string =>
      l10n.plural(wanted, "{1} of {0} approval given.", "{1} of {0} approvals given.", countText(given)),
    others: (count: number): string => l10n.plural(count, "{0} other", "{0} others"),
    approved: (authors: string, when: string): string => l10n.t("Approved by {0} {1}.", authors, when),
    rejected: (author: string, when: string): string => l10n.t("Rejected by {0} {1}.", author, when),
    noIdentity: l10n.t("Git does not say who you are, so you cannot decide. Set user.name and user.email."),
    notYou: l10n.t("Somebody else must approve: who asked does not count."),
    failing: (count: number): string => l10n.plural(count, "{0} check fails.", "{0} checks fail."),
    unknown: (count: number): string =>
      l10n.plural(count, "{0} check cannot be decided.", "{0} checks cannot be decided."),
    passing: (count: number): string => l10n.plural(count, "{0} check passes.", "All {0} checks pass."),
    protected: (aliases: string): string => l10n.t("Only an approved version can be {0}.", aliases),
    claimed: (claimed: string, number: string): string =>
      l10n.t(
        "It was registered as {0}, a number that another clone gave too; it counts as {1}.",
        claimed,
        number,
      ),
    unpublished: l10n.t("Its fact is kept on this machine, and is not on this branch."),
    givenUpData: (data: string, when: string, by: string, fact: string): string =>
      by === ""
        ? l10n.t(
            "{0}, which it saw, was given up for ever on {1}, in the fact {2}. Nothing brings it back.",
            data,
            when,
            fact,
          )
        : l10n.t(
            "{0}, which it saw, was given up for ever on {1} by {2}, in the fact {3}. Nothing brings it back.",
            data,
            when,
            by,
            fact,
          ),
    newerData: (name: string, seen: string, newest: string): string =>
      l10n.t("{0} has newer data: {1}, trained on {2}.", name, newest, seen),
  },
  against: {
    none: l10n.t("There is no champion to compare with yet."),
    equal: (metric: string, champion: string, value: string): string =>
      l10n.t("{0} is {2}, as in champion {1}.", metric, champion, value),
    better: (metric: string, change: string, champion: string, from: string, to: string): string =>
      l10n.t("{0} {1} better than champion {2} ({3} → {4}).", metric, change, champion, from, to),
    worse: (metric: string, change: string, champion: string, from: string, to: string): string =>
      l10n.t("{0} {1} worse than champion {2} ({3} → {4}).", metric, change, champion, from, to),
    other: (metric: string, change: string, champion: string, from: string, to: string): string =>
      l10n.t("{0} {1} against champion {2} ({3} → {4}).", metric, change, champion, from, to),
    breaks: (count: number): string =>
      l10n.plural(
        count,
        "{0} change of the signature breaks callers.",
        "{0} changes of the signature break callers.",
      ),
  },
  card: {
    title: l10n.t("Model card"),
    none: l10n.t("No card yet. It says what the model is for, what it was trained on, and where it fails."),
    edit: l10n.t("Edit card"),
    write: l10n.t("Write the card"),
    save: l10n.t("Save"),
    cancel: l10n.t("Cancel"),
    source: l10n.t("Markdown of the card"),
    preview: l10n.t("Preview"),
    live: l10n.t("What stands in double braces is filled in, such as {0}.", "{{metrics.f1}}"),
    failed: l10n.t("The card could not be saved."),
  },
  metrics: {
    title: l10n.t("Metrics against the champion"),
    alone: l10n.t("Metrics"),
    none: l10n.t("This version has no metrics. It gets those of the run that it is registered from."),
    name: l10n.t("Name"),
    this: l10n.t("This version"),
    champion: (version: string): string => l10n.t("Champion {0}", version),
    change: l10n.t("Change"),
    better: (change: string): string => l10n.t("{0} better", change),
    worse: (change: string): string => l10n.t("{0} worse", change),
    same: l10n.t("same"),
    missing: l10n.t("not in the champion"),
  },
  gates: {
    title: l10n.t("Checks"),
    none: l10n.t("No checks. Metric gates, quality rules and others stand in loam.yaml under models."),
    outcomes: {
      passed: l10n.t("passes"),
      failed: l10n.t("fails"),
      unknown: l10n.t("cannot be decided"),
    },
  },
  signature: {
    title: l10n.t("Signature"),
    none: l10n.t("No signature: neither an ONNX file nor an MLmodel says what goes in and comes out."),
    inputs: l10n.t("Inputs"),
    outputs: l10n.t("Outputs"),
    params: l10n.t("Parameters"),
    name: l10n.t("Name"),
    type: l10n.t("Type"),
    against: l10n.t("Against the champion"),
    unnamed: l10n.t("unnamed"),
    optional: l10n.t("optional"),
    changes: {
      added: l10n.t("added"),
      removed: l10n.t("removed"),
      retyped: l10n.t("another type"),
      reshaped: l10n.t("another shape"),
      moved: l10n.t("moved"),
      optional: l10n.t("optional or not"),
    } satisfies Readonly<Record<SignatureChange["change"], string>>,
    was: (before: string): string => l10n.t("was {0}", before),
    breaks: l10n.t("breaks callers"),
    same: l10n.t("As in the champion: callers notice nothing."),
  },
  lineage: {
    title: l10n.t("Lineage"),
    data: l10n.t("Data"),
    run: l10n.t({ message: "Run", comment: "one of the runs" }),
    version: l10n.t("Version"),
    deployments: l10n.t("Deployments"),
    noData: l10n.t("no data versions recorded"),
    noRun: l10n.t("from no run"),
    runElsewhere: l10n.t("not in this folder"),
    noDeployments: l10n.t("none yet"),
    newer: (newest: string): string => l10n.t("{0} is newer", newest),
    givenUp: l10n.t("given up for ever"),
    code: l10n.t("Code"),
    codeState: (commit: string, changed: number | null): string =>
      changed === null || changed === 0
        ? commit
        : l10n.plural(changed, "{1} + {0} file", "{1} + {0} files", commit),
    noCode: l10n.t("code was not kept"),
    openCode: l10n.t("Open code…"),
    diffCode: l10n.t("Compare code with champion"),
    compareRuns: l10n.t("Compare runs"),
    diffData: (data: string): string => l10n.t("Compare {0} with the champion's", data),
  },
  approvals: {
    title: l10n.t("Approvals"),
    none: l10n.t("No approval was asked for."),
    asked: l10n.t("asked for approval"),
    approved: l10n.t("approved"),
    rejected: l10n.t("rejected"),
    notCounted: l10n.t("does not count by the policy"),
    policy: (approvers: number, requester: boolean): string =>
      requester
        ? l10n.plural(approvers, "{0} approval needed.", "{0} approvals needed.")
        : l10n.plural(
            approvers,
            "{0} approval needed, not from who asked.",
            "{0} approvals needed, not from who asked.",
          ),
    checks: (passed: number, all: number): string =>
      l10n.plural(all, "{1} of {0} check passed", "{1} of {0} checks passed", countText(passed)),
    earlier: (count: number): string => l10n.plural(count, "{0} earlier request", "{0} earlier requests"),
    proofFailed: l10n.t("Who signed what could not be read."),
  },
  proof: {
    verified: l10n.t("verified"),
    declared: l10n.t("declared"),
    altered: l10n.t("changed by hand"),
    elsewhere: l10n.t("not on this branch"),
    titles: {
      verified: l10n.t("The commit that brought this fact is signed by who wrote it."),
      declared: l10n.t("As git was configured when it was written; nothing proves it."),
      altered: l10n.t("The file of this fact is not what was written."),
      elsewhere: l10n.t("The fact is kept on this machine, and is not in the ledger of this branch."),
    },
  },
  trust: {
    title: l10n.t("Trust"),
    verdicts: {
      data: l10n.t("Holds data only"),
      code: l10n.t("Can run code"),
      unknown: l10n.t("Not known"),
    },
    dangers: { usual: l10n.t("usual"), unusual: l10n.t("unusual"), dangerous: l10n.t("dangerous") },
    findings: l10n.t("What loading it imports or calls"),
    danger: l10n.t("How common"),
    what: l10n.t("What"),
    file: l10n.t("File"),
    none: l10n.t("The files of this version are not here, so they cannot be read."),
  },
  about: {
    title: l10n.t("About this version"),
    format: l10n.t("Format"),
    size: l10n.t("Size"),
    source: l10n.t("Source"),
    registered: l10n.t("Registered"),
    by: l10n.t("By"),
    experiment: l10n.t("Experiment"),
    python: l10n.t("Python"),
    platform: l10n.t("Platform"),
    hash: l10n.t("SHA-256"),
    stage: l10n.t("Stage in MLflow"),
    files: l10n.t("Files"),
    params: l10n.t("Params"),
    noParams: l10n.t("No params."),
    tags: l10n.t("Tags"),
    noTags: l10n.t("No tags."),
    description: l10n.t("Description"),
    onnx: l10n.t("ONNX"),
    converted: (converter: string): string => l10n.t("Converted by {0}.", converter),
    measured: (isOwn: boolean, load: string, row: string): string =>
      isOwn
        ? l10n.t("Loads in {0} on this machine; a row takes {1}.", load, row)
        : l10n.t("The converted file loads in {0} on this machine; a row takes {1}.", load, row),
    measuredBy: (slowest: string, runs: number, runtime: string): string =>
      l10n.plural(runs, "{1} at most in {0} run, {2}", "{1} at most in {0} runs, {2}", slowest, runtime),
    equal: (rows: number, tolerance: string, greatest: string): string =>
      l10n.plural(
        rows,
        "Same answer on {0} row, within {1}, absolutely or as a part of the number; greatest difference {2}.",
        "Same answers on {0} rows, within {1}, absolutely or as a part of the number; greatest difference {2}.",
        tolerance,
        greatest,
      ),
    unequal: (rows: number, greatest: string, labels: number): string =>
      l10n.plural(
        rows,
        "Answers differ on {0} row: by {1} at most, {2} labels.",
        "Answers differ on {0} rows: by {1} at most, {2} labels.",
        greatest,
        countText(labels),
      ),
  },
  model: {
    none: l10n.t("This model has no versions yet. A version is registered from the files of a run."),
    versions: l10n.t("Versions"),
    count: (count: number): string => l10n.plural(count, "{0} version", "{0} versions"),
    deleted: (count: number): string => l10n.plural(count, "{0} deleted version", "{0} deleted versions"),
    aliases: l10n.t("Aliases"),
    noAliases: l10n.t("No version has an alias yet."),
    champion: (version: string): string => l10n.t("The champion is {0}.", version),
    noChampion: l10n.t("No version is the champion yet."),
    waits: (versions: string): string => l10n.t("Approval is asked for {0}.", versions),
    latest: (version: string, when: string): string => l10n.t("Newest is {0}, {1}.", version, when),
    all: l10n.t("All versions"),
    filter: l10n.t("Filter by number, alias, person, run or tag"),
    found: (count: number, all: number): string =>
      l10n.plural(all, "{1} of {0} version", "{1} of {0} versions", countText(count)),
    noneMatch: l10n.t("No version has all of these words."),
    columns: {
      version: l10n.t("Version"),
      state: l10n.t("Approval"),
      aliases: l10n.t("Aliases"),
      format: l10n.t("Format"),
      size: l10n.t("Size"),
      author: l10n.t("By"),
      at: l10n.t("Registered"),
      run: l10n.t({ message: "Run", comment: "one of the runs" }),
      stage: l10n.t("Stage"),
      tags: l10n.t("Tags"),
      description: l10n.t("Description"),
    },
    missing: (name: string): string => l10n.t("No {0}", name),
  },
} as const;
