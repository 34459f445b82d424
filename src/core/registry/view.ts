// What a person is shown of registered models, on the command line and in the editor alike: types alone, fit for JSON
// and for a wire. Field names stand in docs/command-line.md and stay.
import type { Piece, Said } from "../base/said.js";
import type { StoredContent } from "../datasets/view.js";
import type { ShownState } from "../tracking/view.js";
import type { FrozenCode, FrozenData, FrozenEnvironment, GivenUpData } from "./frozen-view.js";

export type {
  FrozenCode,
  FrozenData,
  FrozenEnvironment,
  GivenUpData,
  NewerData,
  OvertakenChampion,
} from "./frozen-view.js";

/** MLflow's stages of a version. */
export type ModelStage = "None" | "Staging" | "Production" | "Archived";

/** What a model's files are. */
export type Flavor = "onnx" | "mlflow" | "pickle" | "joblib" | "torch" | "keras" | "safetensors" | "other";

/** A number as JSON can say it. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** One column, tensor or argument of a model. */
export interface Field {
  /** "" where it has none. */
  readonly name: string;
  /** `float32`, `int64`, `string` … for tensors; MLflow's `double`, `long`, `string` … for columns. */
  readonly type: string;
  /** Of a tensor; null stands for a dimension of any length. Absent: a column. */
  readonly shape?: readonly (number | string | null)[];
  readonly optional?: boolean;
}
/** What goes into a model and what comes out of it. */
export interface Signature {
  readonly source: "onnx" | "mlmodel";
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  readonly params: readonly (Field & { readonly default?: unknown })[];
}
/** One of the checks that a version must pass before it is approved, as it stood when it was looked at. */
export interface GateResult {
  /** `metrics.f1 >= 0.9`, `quality rules`, `signature unchanged`, `card complete`. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "unknown";
  readonly found: string;
}
/** A check as it stands now: what was found can be said in other languages. */
export interface GateFinding extends GateResult {
  readonly said: Said;
}
/** What `loam.yaml` asked for when approval was asked for: it stands in the fact, so that every clone decides alike. */
export interface ApprovalPolicy {
  readonly approvers: number;
  /** False: who asked does not count as an approver. */
  readonly requesterCounts: boolean;
}
/** How a version stands with those who approve. */
export type ApprovalState = "none" | "asked" | "approved" | "rejected";

export interface Verdict {
  readonly id: string;
  readonly author: string;
  readonly at: number;
  readonly verdict: "approved" | "rejected";
  readonly comment: string;
  readonly gates: readonly GateResult[];
  /** False: by the policy its author may not decide (nobody, or who asked). */
  readonly counts: boolean;
}

/** A request for approval with what was said to it. The newest one of a version decides. */
export interface ApprovalThread {
  readonly id: string;
  readonly author: string;
  readonly at: number;
  readonly comment: string;
  readonly policy: ApprovalPolicy;
  readonly gates: readonly GateResult[];
  readonly verdicts: readonly Verdict[];
  readonly state: Exclude<ApprovalState, "none">;
}

export interface ModelVersionSummary {
  readonly id: string;
  readonly model: string;
  readonly name: string;
  readonly number: number;
  /** What its fact asked for; another than `number` where a clone made a version of that number before. */
  readonly claimed: number;
  readonly author: string;
  readonly at: number;
  /** When anything of it changed last, in ms since the epoch. */
  readonly updated: number;
  readonly source: string;
  readonly flavor: Flavor;
  /** The ONNX file that can be run of it: `own`, `converted` (made of it and attached), or `none`. */
  readonly onnx: "own" | "converted" | "none";
  readonly size: number | null;
  readonly run: string | null;
  readonly runName: string | null;
  readonly logged: string | null;
  readonly stage: ModelStage;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  readonly approval: ApprovalState;
  readonly metrics: Readonly<Record<string, JsonNumber>>;
  /** Name of the metric that tells it best; null where it has none. */
  readonly headline: string | null;
  /** False: its fact is kept here, but is not in the ledger of this branch. */
  readonly published: boolean;
  readonly deleted: boolean;
}

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly created: number;
  readonly updated: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Numbers of versions by alias. */
  readonly aliases: Readonly<Record<string, number>>;
  /** Not the deleted ones. */
  readonly versions: number;
  readonly latest: ModelVersionSummary | null;
  readonly deleted: boolean;
}

/** A registered model with its versions, newest first, the deleted ones too. */
export interface ModelDetail extends ModelSummary {
  /** Markdown; "" where nobody wrote one. */
  readonly card: string;
  readonly history: readonly ModelVersionSummary[];
}

/** What is known of a version from its facts alone. */
export interface ModelVersionDetail extends ModelVersionSummary {
  readonly artifact: StoredContent | null;
  /** How the artifact is called where it is one file; null where it is a folder, or nobody knows. */
  readonly file: string | null;
  readonly signature: Signature | null;
  readonly example: string | null;
  /** Its name, as it was then. */
  readonly experiment: string | null;
  readonly code: FrozenCode | null;
  readonly data: readonly FrozenData[];
  readonly params: Readonly<Record<string, string>>;
  readonly environment: FrozenEnvironment | null;
  readonly link: string | null;
  readonly card: string;
  /** Newest first. */
  readonly approvals: readonly ApprovalThread[];
  readonly converted: {
    readonly artifact: StoredContent;
    readonly signature: Signature;
    readonly converter: string;
    readonly at: number;
    readonly compared: {
      readonly rows: number;
      readonly tolerance: number;
      readonly greatest: number;
      readonly labelsDiffer: number;
      readonly equal: boolean;
    };
  } | null;
}

/** What becomes a version. */
export type RegisterSource =
  | { readonly kind: "artifact"; readonly run: string; readonly path: string }
  | { readonly kind: "logged"; readonly model: string }
  /** Absolute, or below the folder. `run`: that wrote it, as far as somebody says so. */
  | { readonly kind: "file"; readonly path: string; readonly run?: string }
  | { readonly kind: "version"; readonly model: string; readonly version: string };

/** Something of a run that could become a version. */
export interface Candidate {
  readonly source: RegisterSource;
  readonly name: string;
  readonly flavor: Flavor;
  readonly size: number;
}

/** What loading a model's file would do, found by reading it. */
export interface TrustReport {
  /** `data`: loading runs nothing · `code`: it may run what the file says · `unknown`: it could not be read. */
  readonly verdict: "data" | "code" | "unknown";
  /** A sentence or two for a person, in English. */
  readonly summary: string;
  /** The same, as it can be said in other languages. */
  readonly said: { readonly template: string; readonly pieces: readonly Piece[] };
  /** What would be imported or called, the suspicious first. */
  readonly findings: readonly {
    readonly file: string;
    /** `sklearn.tree._classes.DecisionTreeClassifier`, `os.system`, `lambda layer`. */
    readonly what: string;
    /** Where `what` is words and no name: the same, as it can be said in other languages. */
    readonly said?: { readonly template: string; readonly pieces: readonly Piece[] };
    readonly danger: "usual" | "unusual" | "dangerous";
  }[];
}

/** What somebody who calls the model would notice. */
export interface SignatureChange {
  readonly where: "input" | "output" | "param";
  readonly name: string;
  readonly change: "added" | "removed" | "retyped" | "reshaped" | "moved" | "optional";
  readonly before: string | null;
  readonly after: string | null;
  /** True where a caller of the older version would fail. */
  readonly breaks: boolean;
}

/** Load time and latency of a version on this machine; in ms. */
export interface Measured {
  readonly at: number;
  readonly load: number;
  /** Of one row. */
  readonly median: number;
  readonly slowest: number;
  readonly runs: number;
  readonly runtime: string;
}

export interface VersionComparison {
  readonly versions: readonly ModelVersionSummary[];
  /** A value a version, null where it has none. `better`: whether more or less is, as far as the name says so. */
  readonly metrics: readonly {
    readonly name: string;
    readonly better: "more" | "less" | null;
    readonly values: readonly (JsonNumber | null)[];
  }[];
  readonly params: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
  /** Of each version against the first; null where one of the two has no signature. */
  readonly signatures: readonly (readonly SignatureChange[] | null)[];
  readonly data: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
  readonly environment: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
  readonly sizes: readonly (number | null)[];
  readonly measured: readonly (Measured | null)[];
  /** How many of each are the same. */
  readonly same: { readonly metrics: number; readonly params: number; readonly environment: number };
}

/** One thing that a person changes on a model or on a version of it. */
export type ModelChange =
  | { readonly kind: "rename"; readonly name: string }
  | { readonly kind: "describe"; readonly text: string; readonly version?: string }
  | { readonly kind: "tag"; readonly key: string; readonly value: string | null; readonly version?: string }
  | { readonly kind: "alias"; readonly alias: string; readonly version: string | null }
  | { readonly kind: "card"; readonly text: string; readonly version?: string }
  | { readonly kind: "stage"; readonly version: string; readonly stage: string }
  /** Without `version`: the model with all of them. */
  | { readonly kind: "delete"; readonly version?: string };

/** A version with what it is measured against, for whoever decides about it. */
export interface VersionPage {
  readonly version: ModelVersionDetail;
  readonly model: ModelSummary;
  /** The version that has the alias `champion`; null where none has, or it is this one. */
  readonly champion: ModelVersionDetail | null;
  readonly metrics: readonly {
    readonly name: string;
    readonly better: "more" | "less" | null;
    readonly value: JsonNumber;
    readonly champion: JsonNumber | null;
  }[];
  readonly signature: readonly SignatureChange[] | null;
  /** As they would decide now. */
  readonly gates: readonly GateFinding[];
  readonly trust: TrustReport | null;
  /** The card with the live facts filled in, in Markdown; the words of facts can be said in other languages. */
  readonly card: Said;
  /** Data sets that have newer versions than those that this version saw. */
  readonly newerData: readonly { readonly name: string; readonly seen: number; readonly newest: number }[];
  /** Data that this version saw and that nobody can have any more. */
  readonly givenUpData: readonly GivenUpData[];
  /** On this machine; null where nobody measured it here. */
  readonly measured: Measured | null;
  /** Who the person is, as git says; "" where it does not. */
  readonly identity: string;
  /** True where the person's approval would count. */
  readonly mayApprove: boolean;
  /** Aliases that only an approved version takes. */
  readonly protectedAliases: readonly string[];
}

/** From data to runs to models to deployments. */
export interface LineageGraph {
  /** The focus first. */
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** How many more nodes there are than were asked for, as far as the graph was followed. */
  readonly leftOut: number;
}
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  /** `read`: a run read data · `registered`: a run became a version · `used`: a run loaded a model · `copied`: of a version. */
  readonly kind: "read" | "registered" | "used" | "copied";
  /** Of data that was changed while the run read it. */
  readonly changed: boolean;
}
export type LineageNode =
  | {
      readonly kind: "data";
      /** `data:<version id>`. */
      readonly key: string;
      readonly dataset: string;
      readonly version: string;
      readonly name: string;
      readonly number: number;
      /** Greater than `number` where there is newer content. */
      readonly newest: number;
      readonly size: number;
      /** Who gave it up for ever; null while it can be had, here or elsewhere. */
      readonly givenUp: Pick<GivenUpData, "fact" | "at" | "author"> | null;
    }
  /** A file that a run read and that is in no version; where it read many, all of them are one. */
  | {
      readonly kind: "file";
      readonly key: string;
      /** The folder that has them all, where they are many. */
      readonly path: string;
      readonly files: number;
      readonly size: number;
      /** The data set to which it belongs. */
      readonly dataset: string | null;
    }
  | {
      readonly kind: "run";
      readonly key: string;
      readonly run: string;
      readonly name: string;
      /** `elsewhere`: it is not in this store. */
      readonly state: ShownState | "elsewhere";
      readonly headline: { readonly name: string; readonly value: number | string } | null;
    }
  | {
      readonly kind: "version";
      readonly key: string;
      readonly model: string;
      readonly version: string;
      readonly name: string;
      readonly number: number;
      readonly aliases: readonly string[];
      readonly approval: ApprovalState;
    };
/** What a graph starts from. */
export type LineageFocus =
  | { readonly kind: "data"; readonly version: string }
  | { readonly kind: "run"; readonly run: string }
  | { readonly kind: "version"; readonly version: string };

/** An address that is told of what happens to models, armed for this machine. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  /** Kinds of facts that it is told of; none: all of the registry. */
  readonly events: readonly string[];
  readonly active: boolean;
  /** How many deliveries to it are still to be sent, or to be sent again. */
  readonly waiting: number;
  readonly lastDelivery: {
    readonly at: number;
    readonly event: string;
    readonly outcome: "delivered" | "waiting" | "failed";
    /** The status that answered, or why none did, in English. */
    readonly told: string;
    /** The same, as it can be said in other languages; absent in what an older Loam kept. */
    readonly said?: Said;
  } | null;
}
