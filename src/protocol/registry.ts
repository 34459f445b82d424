import type { AuditEntry, AuditHolding, AuditReport, ListedFact } from "../core/registry/audit-view.js";
import type * as view from "../core/registry/view.js";
import type { VersionLines } from "./model-lines.js";
import type { Bundle, Told } from "./told.js";
import type { LongWork } from "./work.js";

export type { AuditEntry, AuditHolding, ListedFact } from "../core/registry/audit-view.js";
export type {
  ApprovalThread,
  Candidate,
  Field,
  GateFinding,
  GateResult,
  JsonNumber,
  LineageFocus,
  LineageGraph,
  Measured,
  ModelChange,
  ModelDetail,
  ModelSummary,
  ModelVersionDetail,
  ModelVersionSummary,
  RegisterSource,
  Signature,
  SignatureChange,
  TrustReport,
  VersionComparison,
  VersionPage,
  Webhook,
} from "../core/registry/view.js";

/** Models, their versions, and who decides about them. */
export interface ModelRequests {
  /** In the grammar of filters; "" is all, by name. */
  "models/list": { params: { readonly filter: string }; result: readonly view.ModelSummary[] };
  "models/detail": { params: { readonly model: string }; result: view.ModelDetail };
  /** As `models/detail`, of each version what a list shows: a model may have tens of thousands. */
  "models/page": {
    params: { readonly model: string };
    result: Omit<view.ModelDetail, "history"> & { readonly lines: VersionLines };
  };
  /** In the grammar of filters, newest first; `rows` from `from` on. */
  "models/versions": {
    params: { readonly filter: string; readonly from: number; readonly most: number };
    result: { readonly rows: readonly view.ModelVersionSummary[]; readonly total: number };
  };
  "models/version": {
    params: { readonly model: string; readonly version: string };
    result: view.VersionPage;
  };
  /** What of a run could be registered, the likeliest first. */
  "models/candidates": { params: { readonly run: string }; result: readonly view.Candidate[] };
  "models/register": {
    params: {
      readonly name: string;
      readonly source: view.RegisterSource;
      readonly description?: string;
    } & LongWork;
    result: { readonly model: string; readonly version: string; readonly number: number };
  };
  /**
   * A card to edit or to look at: `text` null is what is written for the version, else for its model, else a beginning.
   * `filled`: with the live facts of the version, or of the champion or the newest where `version` is null.
   */
  "models/card": {
    params: { readonly model: string; readonly version: string | null; readonly text: string | null };
    result: { readonly source: Told; readonly filled: Told };
  };
  "models/change": { params: { readonly model: string; readonly change: view.ModelChange }; result: null };
  "models/ask": {
    params: { readonly model: string; readonly version: string; readonly comment: string };
    result: null;
  };
  "models/decide": {
    params: {
      readonly model: string;
      readonly version: string;
      readonly verdict: "approved" | "rejected";
      readonly comment: string;
    };
    result: null;
  };
  /** A file of a version's artifact, or the folder that has them: for the editor to open. */
  "models/files": {
    params: { readonly model: string; readonly version: string };
    result: readonly { readonly path: string; readonly size: number }[];
  };
  /** A file of a version's artifact as it lies on the disk for the editor to open, read-only; `path` as in `models/files`. */
  "models/file": {
    params: { readonly model: string; readonly version: string; readonly path: string };
    result: { readonly file: string };
  };
  /** The artifact as plain files at `to` (absolute). */
  "models/download": {
    params: { readonly model: string; readonly version: string; readonly to: string } & LongWork;
    result: { readonly path: string };
  };
}

/** What narrows a list of facts down; "" is all. */
export interface FactFilter {
  /** Words that stand in what was done, the comment, the author, the commit's id or the fact's. */
  readonly text: string;
  /** `MODEL NUMBER`. */
  readonly version: string;
  /** An author. */
  readonly person: string;
  readonly proof: AuditEntry["proof"] | "";
}

/** A list of facts, the newest first. Its handle names it until some others were made: then `state.wrong`. */
export interface FactList {
  readonly handle: string;
  readonly total: number;
  /** Of the model; null: they are of all. */
  readonly name: string | null;
  /** The texts of what was done, whose words `models/factRows` takes. */
  readonly templates: readonly string[];
}

/** What became of an audit, beside its facts. */
export interface AuditVerdict extends Pick<AuditReport, "unproven"> {
  /** Of whom and what there are facts, the first few hundred. */
  readonly versions: readonly { readonly model: string; readonly name: string; readonly number: number }[];
  readonly persons: readonly string[];
  /** How many facts are proved how. */
  readonly proofs: Readonly<Record<AuditEntry["proof"], number>>;
  /** The first few hundred of them. */
  readonly problems: AuditReport["problems"];
  readonly problemsTotal: number;
  /** What is left of each version, the newest of a model first. */
  readonly holdings: { readonly handle: string; readonly total: number };
}

interface PartOfList {
  readonly handle: string;
  readonly from: number;
  readonly most: number;
}

/** Who did what to models, and what proves it. */
export interface AuditRequests {
  /** The facts as they were read when they came: nothing is checked. null: of all models. */
  "models/facts": { params: { readonly model: string | null }; result: FactList };
  /** The facts as they stand in the ledger now, checked against their hashes and git. null: of all models. */
  "models/audit": {
    params: { readonly model: string | null } & LongWork;
    result: FactList & AuditVerdict;
  };
  /** `words`: those of the templates in the person's language, in which it is looked for `text`. `total` counts those that fit. */
  "models/factRows": {
    params: PartOfList & { readonly filter: FactFilter; readonly words: Bundle };
    result: { readonly rows: readonly ListedFact[]; readonly total: number };
  };
  "models/holdings": { params: PartOfList; result: { readonly rows: readonly AuditHolding[] } };
  /** How these facts of a model are proved, checked now; those that are nowhere are left away. */
  "models/proofs": {
    params: { readonly model: string; readonly facts: readonly string[] } & LongWork;
    result: Readonly<Record<string, AuditEntry["proof"]>>;
  };
}

/** What is known of versions beyond their facts. */
export interface ModelRunRequests {
  "models/compare": {
    params: { readonly versions: readonly { readonly model: string; readonly version: string }[] };
    result: view.VersionComparison;
  };
  /** Loads the ONNX of a version, its own or the one made of it, on this machine and measures it. Not in Restricted Mode. */
  "models/measure": {
    params: { readonly model: string; readonly version: string } & LongWork;
    result: view.Measured;
  };
  /**
   * Makes ONNX of it with the user's Python, which loads the model: not in Restricted Mode, and where loading it may run
   * anything only if a person said so (`trusted`).
   */
  "models/convert": {
    params: {
      readonly model: string;
      readonly version: string;
      readonly python: string;
      readonly trusted: boolean;
    } & LongWork;
    result: { readonly equal: boolean; readonly told: Told };
  };
}

export interface LineageRequests {
  "lineage/graph": {
    params: { readonly focus: view.LineageFocus; readonly most: number };
    result: view.LineageGraph;
  };
  /** Data sets that are newer than what the champion of a model saw: what trees and pages mark. */
  "lineage/newerData": { params: null; result: readonly view.OvertakenChampion[] };
}

export interface WebhookRequests {
  "webhooks/list": { params: null; result: readonly view.Webhook[] };
  "webhooks/add": {
    params: { readonly url: string; readonly events: readonly string[]; readonly secret: string };
    result: { readonly id: string };
  };
  "webhooks/remove": { params: { readonly id: string }; result: null };
  /** Sends a test event now. `told`: the status that answered, or why none did. */
  "webhooks/test": {
    params: { readonly id: string };
    result: { readonly delivered: boolean; readonly told: string; readonly said: Told };
  };
}

export interface RegistryRequests
  extends ModelRequests, AuditRequests, ModelRunRequests, LineageRequests, WebhookRequests {}

export interface RegistryEvents {
  /** Models whose facts changed; none: any may have. At most four times a second. */
  "models/changed": { readonly models: readonly string[] };
}
