import type { RunCommand } from "../../src/protocol/pages.js";
import type { ListedRun, RunQuery } from "../../src/protocol/tracking.js";
import type { MenuItem } from "../grid/menu.js";
import { words } from "../words.js";
import { isTrusted } from "../trust.js";
import { runsWords } from "./runs-words.js";

interface Given {
  readonly runs: readonly string[];
  /** Those of the runs that the page has read. */
  readonly rows: readonly ListedRun[];
  readonly stage: RunQuery["stage"];
  readonly command: (command: RunCommand, runs: readonly string[]) => void;
}

/** What can be done with some runs. */
export function runItems({ runs, rows, stage, command }: Given): readonly MenuItem[] {
  const item = (label: string, icon: string, name: RunCommand, keys?: string): MenuItem => ({
    label,
    icon,
    ...(keys === undefined ? {} : { keys }),
    run: () => {
      command(name, runs);
    },
  });
  const one = runs.length === 1;
  const isLive = rows.some(({ state, launched }) => state === "running" && launched);
  const first: MenuItem[] = [
    ...(one ? [item(runsWords.open, "go-to-file", "loam.runs.open", words.keys.enter)] : []),
    ...(runs.length > 1 ? [item(runsWords.compare, "diff", "loam.runs.compare", "c")] : []),
  ];
  if (stage === "deleted") return [...first, "line", item(runsWords.restore, "discard", "loam.runs.restore")];
  return [
    ...first,
    ...(isLive ? [item(runsWords.stop, "debug-stop", "loam.runs.stop")] : []),
    "line",
    ...(one
      ? [
          item(runsWords.rename, "edit", "loam.runs.rename"),
          item(runsWords.tag, "tag", "loam.runs.tag"),
          item(runsWords.note, "note", "loam.runs.note"),
          ...(isTrusted && rows.some(({ launched }) => launched)
            ? [
                "line" as const,
                item(runsWords.rerun, "debug-rerun", "loam.runs.rerun"),
                item(runsWords.rerunWith, "settings", "loam.runs.rerunWith"),
              ]
            : []),
        ]
      : [item(runsWords.tag, "tag", "loam.runs.tag")]),
    item(runsWords.copyId, "copy", "loam.runs.copyId"),
    "line",
    stage === "archived"
      ? item(runsWords.unarchive, "discard", "loam.runs.unarchive")
      : item(runsWords.archive, "archive", "loam.runs.archive"),
    item(runsWords.delete, "trash", "loam.runs.delete"),
  ];
}
