import type { LineageGraph } from "../../src/protocol/registry.js";
import * as l10n from "../l10n.js";
import { countText } from "../numbers.js";
import { words } from "../words.js";
import { modelWords } from "./model-words.js";

type Node = LineageGraph["nodes"][number];
type Edge = LineageGraph["edges"][number];

/** What the page of lineage says. */
export const lineageWords = {
  page: l10n.t("Lineage"),
  of: (name: string): string => l10n.t("Lineage of {0}", name),
  failed: l10n.t("The lineage could not be read."),
  back: l10n.t("Back"),
  open: l10n.t("Open"),
  list: l10n.t("Show as a list"),
  graph: l10n.t("Show as a graph"),
  zoomIn: l10n.t("Zoom in"),
  zoomOut: l10n.t("Zoom out"),
  fit: l10n.t("Fit to the window"),
  focus: l10n.t("Show what this came from and what came of it"),
  leftOut: (count: number): string => l10n.plural(count, "{0} more is left out.", "{0} more are left out."),
  keys: l10n.t(
    "Left and right arrow follow the lines, up and down go to the neighbour, Enter opens, F shows the lineage of what is chosen, plus and minus zoom, 0 fits.",
  ),
  alone: l10n.t("Nothing is known of what it came from, and nothing came of it yet."),
  chain: {
    data: (count: number): string => l10n.plural(count, "{0} data version", "{0} data versions"),
    files: (count: number): string => l10n.plural(count, "{0} unversioned file", "{0} unversioned files"),
    runs: (count: number): string => l10n.plural(count, "{0} run", "{0} runs"),
    versions: (count: number): string => l10n.plural(count, "{0} model version", "{0} model versions"),
  },
  versionsOf: (count: number, model: string): string =>
    l10n.plural(count, "{0} version of {1}", "{0} versions of {1}", model),
  newerThere: l10n.t("newer data is there"),
  takeOut: (count: number): string => l10n.t("Show {0} of them", countText(count)),
  gather: l10n.t("Gather what is alike again"),
  cameFrom: (what: string): string => l10n.t("It came from {0}.", what),
  ledTo: (what: string): string => l10n.t("It led to {0}.", what),
  gone: (count: number): string =>
    l10n.plural(
      count,
      "{0} data version was given up for ever.",
      "{0} data versions were given up for ever.",
    ),
  outdated: (count: number): string =>
    l10n.plural(count, "Of {0} data set there is newer data.", "Of {0} data sets there is newer data."),
  changedData: (count: number): string =>
    l10n.plural(
      count,
      "{0} input was changed while it was read.",
      "{0} inputs were changed while they were read.",
    ),
  changed: l10n.t("changed while read"),
  newer: (version: string): string => l10n.t("{0} is newer", version),
  givenUp: l10n.t("given up for ever"),
  whoGaveUp: (data: string, when: string, by: string, fact: string): string =>
    by === ""
      ? l10n.t("{0} was given up for ever on {1}, in the fact {2}", data, when, fact)
      : l10n.t("{0} was given up for ever on {1} by {2}, in the fact {3}", data, when, by, fact),
  notVersioned: l10n.t("not versioned"),
  elsewhere: l10n.t("not in this store"),
  files: (count: number): string => l10n.plural(count, "{0} file", "{0} files"),
  kinds: {
    data: l10n.t("Data"),
    file: l10n.t("Files in no version"),
    run: l10n.t("Runs"),
    version: l10n.t("Models"),
  } satisfies Readonly<Record<Node["kind"], string>>,
  spoken: {
    data: l10n.t("data set"),
    file: l10n.t("file"),
    run: words.kinds.run,
    version: l10n.t("model"),
    focus: l10n.t("the graph starts here"),
    over: (line: string, what: string): string => `${line}: ${what}`,
  },
  /** What stands at a line, read from left to right. */
  lines: {
    read: l10n.t("read"),
    registered: l10n.t("registered"),
    used: l10n.t("used"),
    copied: l10n.t("copied"),
  } satisfies Readonly<Record<Edge["kind"], string>>,
  columns: {
    from: l10n.t("Came from"),
    what: l10n.t("What"),
    to: l10n.t("Led to"),
  },
  none: l10n.t("none"),
  states: { ...words.states, elsewhere: l10n.t("not in this store") },
  approval: modelWords.approval,
};
