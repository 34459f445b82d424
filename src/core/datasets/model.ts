import { first, last, set, type Folds } from "../store/fold.js";
import type { Fact } from "../store/fact.js";
import type { CheckResult, ContentForm, StoredContent } from "./view.js";

/** 16 hex digits: the beginning of the SHA-256 of the data set's first name, so that two clones agree on it. */
export type DatasetId = string;
export const isDatasetId = (text: string): text is DatasetId => /^[0-9a-f]{16}$/.test(text);

/** Id of the fact `dataset.versioned` that made the version: a ULID. */
export type DatasetVersionId = string;

export const contentForms = ["file", "folder"] as const satisfies readonly ContentForm[];

export const datasetStages = ["active", "deleted"] as const;
export type DatasetStage = (typeof datasetStages)[number];

interface DatasetCreated extends Fact {
  readonly kind: "dataset.created";
  readonly dataset: DatasetId;
  readonly name: string;
}
/** What is tracked, and how; may be said anew. */
interface DatasetTracked extends Fact {
  readonly kind: "dataset.tracked";
  readonly dataset: DatasetId;
  /** Below the store's folder, with forward slashes. */
  readonly path: string;
  readonly form: ContentForm;
  /** Of a folder: patterns of `.gitignore`'s form for what belongs to it; none: everything. */
  readonly include: readonly string[];
  /** Of a folder: patterns of `.gitignore`'s form for what does not. */
  readonly ignore: readonly string[];
  /** True: what changed becomes a version before a tracked run reads it. */
  readonly auto: boolean;
}
interface DatasetRenamed extends Fact {
  readonly kind: "dataset.renamed";
  readonly dataset: DatasetId;
  readonly name: string;
}
interface DatasetDescribed extends Fact {
  readonly kind: "dataset.described";
  readonly dataset: DatasetId;
  /** Markdown; "" takes it away. */
  readonly text: string;
}
interface DatasetTag extends Fact {
  readonly kind: "dataset.tag";
  readonly dataset: DatasetId;
  readonly key: string;
  /** null removes the tag. */
  readonly value: string | null;
}
interface DatasetStageSet extends Fact {
  readonly kind: "dataset.stage";
  readonly dataset: DatasetId;
  readonly stage: DatasetStage;
}
export interface DatasetVersioned extends Fact, StoredContent {
  readonly kind: "dataset.versioned";
  readonly dataset: DatasetId;
  /** A claim: see `settleNumbers`. */
  readonly number: number;
  readonly message: string;
  /** The version from which the working copy came, as far as it is known. */
  readonly parent: DatasetVersionId | null;
  readonly origin: "hand" | "run";
  /** The run for which it was made, where `origin` is `run`. */
  readonly run?: string;
}
interface DatasetVersionMessage extends Fact {
  readonly kind: "dataset.version.message";
  readonly dataset: DatasetId;
  readonly version: DatasetVersionId;
  readonly text: string;
}
interface DatasetVersionTag extends Fact {
  readonly kind: "dataset.version.tag";
  readonly dataset: DatasetId;
  readonly version: DatasetVersionId;
  readonly key: string;
  readonly value: string | null;
}
interface DatasetVersionStage extends Fact {
  readonly kind: "dataset.version.stage";
  readonly dataset: DatasetId;
  readonly version: DatasetVersionId;
  readonly stage: DatasetStage;
}
interface DatasetAlias extends Fact {
  readonly kind: "dataset.alias";
  readonly dataset: DatasetId;
  readonly alias: string;
  /** null takes the alias away. */
  readonly version: DatasetVersionId | null;
}
/** What the quality rules said of a version. */
export interface DatasetChecked extends Fact {
  readonly kind: "dataset.checked";
  readonly dataset: DatasetId;
  readonly version: DatasetVersionId;
  /** SHA-256 of the rules as canonical JSON: whether they are still the same. */
  readonly rules: string;
  readonly results: readonly CheckResult[];
}
export type DatasetFact =
  | DatasetAlias
  | DatasetChecked
  | DatasetCreated
  | DatasetDescribed
  | DatasetRenamed
  | DatasetStageSet
  | DatasetTag
  | DatasetTracked
  | DatasetVersionMessage
  | DatasetVersionStage
  | DatasetVersionTag
  | DatasetVersioned;

export const datasetFolds: Folds<DatasetFact> = {
  "dataset.created": first(),
  "dataset.tracked": last(),
  "dataset.renamed": last(),
  "dataset.described": last(),
  "dataset.tag": last((fact) => fact.key),
  "dataset.stage": last(),
  "dataset.versioned": set((fact) => fact.id),
  "dataset.version.message": last((fact) => fact.version),
  "dataset.version.tag": last((fact) => JSON.stringify([fact.version, fact.key])),
  "dataset.version.stage": last((fact) => fact.version),
  "dataset.alias": last((fact) => fact.alias),
  "dataset.checked": last((fact) => fact.version),
};
