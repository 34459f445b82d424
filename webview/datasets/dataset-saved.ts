import type { DatasetTab, Subject } from "../../src/protocol/pages.js";

export const datasetTabs: readonly DatasetTab[] = ["profile", "diff", "files", "rules", "overlap", "runs"];

/** What a person looks at; fit to be saved. */
export interface Shown {
  /** The subject that it was chosen under. */
  readonly of: string;
  readonly tab: DatasetTab;
  /** Id of a version, null for the working copy; undefined: the newest. */
  readonly version: string | null | undefined;
  /** What it is compared with; undefined: the version before it. */
  readonly against: string | null | undefined;
  /** Of a folder the table whose profile is shown. */
  readonly file: string | undefined;
}

/** What was saved for a subject by some version of this page, else what the subject asks for. */
export function readShown(saved: unknown, subject: Extract<Subject, { readonly page: "dataset" }>): Shown {
  const of = JSON.stringify(subject);
  const asked: Shown = {
    of,
    tab: subject.tab ?? (subject.against === undefined ? "profile" : "diff"),
    version: subject.version,
    against: subject.against,
    file: undefined,
  };
  if (typeof saved !== "object" || saved === null) return asked;
  const kept = saved as Partial<Record<keyof Shown, unknown>>;
  if (kept.of !== of) return asked;
  const id = (value: unknown): string | null | undefined =>
    typeof value === "string" || value === null ? value : undefined;
  return {
    of,
    tab: datasetTabs.find((tab) => tab === kept.tab) ?? asked.tab,
    version: id(kept.version),
    against: id(kept.against),
    file: typeof kept.file === "string" ? kept.file : undefined,
  };
}
