import type { VNode } from "preact";
import type { WorkingState } from "../../src/protocol/datasets.js";
import { Icon } from "../controls.js";
import * as l10n from "../l10n.js";
import { datasetWords as said } from "./dataset-words.js";

const icons = { clean: "pass", changed: "edit", missing: "warning", unreadable: "error" } as const;
const tones = { clean: "finished", changed: "running", missing: "lost", unreadable: "failed" } as const;

/** How the working copy stands, in words. `isFile`: a data set of one file, of which no files are counted. */
export function stateText(working: WorkingState | undefined, isFile = false): string {
  if (!working) return said.states.unknown;
  switch (working.state) {
    case "clean":
      return said.states.clean(said.number(working.number));
    case "changed": {
      if (working.number === null) return said.states.unversioned;
      const number = said.number(working.number);
      const count = working.added + working.changed + working.removed;
      return isFile ? said.states.changedFile(number) : said.states.changed(count, number);
    }
    case "missing":
      return said.states.missing;
    case "unreadable":
      return said.states.unreadable;
  }
}

interface WorkingMarkProps {
  readonly working: WorkingState | undefined;
  readonly isFile: boolean;
}

/** How the working copy stands: icon and word, never colour alone. */
export function WorkingMark({ working, isFile }: WorkingMarkProps): VNode {
  const text = stateText(working, isFile);
  if (!working)
    return (
      <span class="state muted">
        <Icon name="loading" spin />
        {text}
      </span>
    );
  return (
    <span
      class={`state state-${tones[working.state]}`}
      title={working.state === "unreadable" ? l10n.told(working.why) : undefined}
    >
      <Icon name={icons[working.state]} />
      {text}
    </span>
  );
}
