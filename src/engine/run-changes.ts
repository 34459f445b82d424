import { changeRun, type RunChange as OwnedChange } from "../api/change-run.js";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { cut, limits } from "../core/tracking/limits.js";
import { archivedTag } from "../core/tracking/run-lists.js";
import type { Workbench } from "../core/workbench.js";
import type { RunChange } from "../protocol/tracking.js";

const nameTag = "mlflow.runName";
const noteTag = "mlflow.note.content";

/** Makes a person's change on a run, through the process that may write it. */
export async function makeChange(
  bench: Workbench,
  run: string,
  change: RunChange,
  signal: AbortSignal,
): Promise<void> {
  const owned = ownedChange(bench, run, change);
  if (owned) await changeRun(bench, run, owned, signal);
}

/** undefined where there is nothing to change. */
function ownedChange(bench: Workbench, run: string, change: RunChange): OwnedChange | undefined {
  switch (change.kind) {
    case "rename": {
      const name = change.name.trim();
      if (name === "")
        throw new Failure("name.invalid", said`A run needs a name.`, {
          next: said`Type at least one character.`,
        });
      return tagged(run, nameTag, name);
    }
    case "tag":
      return tagged(run, change.key, change.value);
    case "note":
      return change.text === "" ? untagged(bench, run, noteTag) : tagged(run, noteTag, change.text);
    case "untag":
      return untagged(bench, run, change.key);
    case "archive":
      return change.archived ? tagged(run, archivedTag, "true") : untagged(bench, run, archivedTag);
    case "delete":
      return staged(run, "deleted");
    case "restore":
      return staged(run, "active");
  }
}

function tagged(run: string, key: string, value: string): OwnedChange {
  if (cut(value, limits.tagValue) !== value) {
    throw new Failure("value.tooLarge", said`'${key}' is longer than ${limits.tagValue} characters.`, {
      next: said`Keep long texts in a file, and the file as an artifact.`,
    });
  }
  return {
    here: (recorder) => {
      recorder.log({ tags: [{ key, value }] });
    },
    there: { call: "set-tag", body: { run_id: run, key, value } },
  };
}

function untagged(bench: Workbench, run: string, key: string): OwnedChange | undefined {
  if (bench.tracking.runs.get(run).tag(key) === undefined) return undefined;
  return {
    here: (recorder) => {
      recorder.deleteTag(key);
    },
    there: { call: "delete-tag", body: { run_id: run, key } },
  };
}

const staged = (run: string, stage: "active" | "deleted"): OwnedChange => ({
  here: (recorder) => {
    recorder.setStage(stage);
  },
  there: { call: stage === "deleted" ? "delete" : "restore", body: { run_id: run } },
});
