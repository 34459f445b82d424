import type { DatasetVersionSummary, WorkingState } from "../core/datasets/view.js";
import { counted } from "./numbers.js";
import type { Cell } from "./table.js";

/** How a working copy stands to its versions, in words. */
export function workingWords(working: WorkingState): string {
  switch (working.state) {
    case "clean":
      return `as version ${working.number}`;
    case "missing":
      return "missing";
    case "unreadable":
      return `unreadable: ${working.why.text}`;
    case "changed": {
      const { added, changed, removed, number } = working;
      const parts = [
        changed > 0 ? `${counted(changed, "file")} changed` : "",
        added > 0 ? `${added} added` : "",
        removed > 0 ? `${removed} removed` : "",
      ].filter((part) => part !== "");
      return `${number === null ? "not versioned" : `changed since ${number}`}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`;
    }
  }
}

export const workingCell = (working: WorkingState): Cell =>
  working.state === "clean"
    ? workingWords(working)
    : { text: workingWords(working), tone: working.state === "changed" ? "yellow" : "red" };

/** What a list says behind a version: its names, and where it does not stand as it was asked for. */
export function versionNotes(version: DatasetVersionSummary): string {
  const { aliases, tags, number, claimed, stage, published, checks, origin } = version;
  const failed = checks?.filter((check) => check.outcome !== "passed").length ?? 0;
  return [
    ...aliases.map((alias) => `@${alias}`),
    ...Object.entries(tags).map(([key, value]) => (value === "" ? key : `${key}=${value}`)),
    ...(origin === "run" ? ["before a run"] : []),
    ...(checks === null ? [] : [failed === 0 ? "checks passed" : `${counted(failed, "check")} failed`]),
    ...(number === claimed ? [] : [`asked for ${claimed}, which another clone had`]),
    ...(stage === "deleted" ? ["deleted"] : []),
    ...(published ? [] : ["not on this branch"]),
  ].join(", ");
}
