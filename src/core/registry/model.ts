import { first, last, set, type Folds } from "../store/fold.js";
import type { Fact } from "../store/fact.js";
import type { StoredContent } from "../datasets/view.js";
import type {
  ApprovalPolicy,
  Flavor,
  FrozenCode,
  FrozenData,
  FrozenEnvironment,
  GateResult,
  JsonNumber,
  ModelStage,
  Signature,
} from "./view.js";

/** 16 hex digits: the beginning of the SHA-256 of the model's first name, so that two clones agree on it. */
export type RegisteredId = string;
export const isRegisteredId = (text: string): text is RegisteredId => /^[0-9a-f]{16}$/.test(text);

/** Id of the fact `version.registered` that made the version: a ULID. */
export type ModelVersionId = string;

export const modelStages = [
  "None",
  "Staging",
  "Production",
  "Archived",
] as const satisfies readonly ModelStage[];

interface ModelCreated extends Fact {
  readonly kind: "registry.created";
  readonly model: RegisteredId;
  readonly name: string;
}
interface ModelRenamed extends Fact {
  readonly kind: "registry.renamed";
  readonly model: RegisteredId;
  readonly name: string;
}
interface ModelDescribed extends Fact {
  readonly kind: "registry.described";
  readonly model: RegisteredId;
  readonly text: string;
}
interface ModelTag extends Fact {
  readonly kind: "registry.tag";
  readonly model: RegisteredId;
  readonly key: string;
  /** null removes the tag. */
  readonly value: string | null;
}
/** Final, as in MLflow: a model of that name made later is another one, with an id of its own. */
interface ModelDeleted extends Fact {
  readonly kind: "registry.deleted";
  readonly model: RegisteredId;
}
/** The model card, in Markdown; "" takes it away. `version` null: of the model as a whole. */
interface CardWritten extends Fact {
  readonly kind: "card.written";
  readonly model: RegisteredId;
  readonly version: ModelVersionId | null;
  readonly text: string;
}

export const flavors = [
  "onnx",
  "mlflow",
  "pickle",
  "joblib",
  "torch",
  "keras",
  "safetensors",
  "other",
] as const satisfies readonly Flavor[];

export interface VersionRegistered extends Fact {
  readonly kind: "version.registered";
  readonly model: RegisteredId;
  /** A claim: see `settleNumbers`. */
  readonly number: number;
  /** Where it came from, as it was said: `runs:/ID/path`, `models:/m-ID`, `models:/NAME/2`, a path or a URI. */
  readonly source: string;
  /** The file or folder as it was frozen; null: it lies elsewhere (`s3://…`), and only its address is known. */
  readonly artifact: StoredContent | null;
  /** How the artifact is called where it is one file. */
  readonly file?: string;
  readonly flavor: Flavor;
  readonly signature: Signature | null;
  /** Hash of the object that has an example of the input, as JSON. */
  readonly example: string | null;
  readonly run: string | null;
  /** MLflow's logged model, where it came from one. */
  readonly logged: string | null;
  readonly runName: string | null;
  readonly experiment: string | null;
  readonly code: FrozenCode | null;
  readonly data: readonly FrozenData[];
  readonly params: Readonly<Record<string, string>>;
  /** Last values; what is not finite as text. */
  readonly metrics: Readonly<Record<string, JsonNumber>>;
  readonly environment: FrozenEnvironment | null;
  /** MLflow's `run_link`. */
  readonly link?: string;
}
interface VersionDescribed extends Fact {
  readonly kind: "version.described";
  readonly model: RegisteredId;
  readonly version: ModelVersionId;
  readonly text: string;
}
interface VersionTag extends Fact {
  readonly kind: "version.tag";
  readonly model: RegisteredId;
  readonly version: ModelVersionId;
  readonly key: string;
  readonly value: string | null;
}
interface VersionStage extends Fact {
  readonly kind: "version.stage";
  readonly model: RegisteredId;
  readonly version: ModelVersionId;
  readonly stage: ModelStage;
}
interface VersionDeleted extends Fact {
  readonly kind: "version.deleted";
  readonly model: RegisteredId;
  readonly version: ModelVersionId;
}
/** An ONNX file that was made of the version, and how its answers compare. */
export interface VersionConverted extends Fact {
  readonly kind: "version.converted";
  readonly model: RegisteredId;
  readonly version: ModelVersionId;
  readonly artifact: StoredContent;
  readonly signature: Signature;
  /** Such as `skl2onnx 1.19.1, opset 21`. */
  readonly converter: string;
  /** How many rows were compared, by what tolerance, and the greatest difference that was seen. */
  readonly compared: {
    readonly rows: number;
    readonly tolerance: number;
    readonly greatest: number;
    readonly labelsDiffer: number;
    readonly equal: boolean;
  };
}
interface AliasMoved extends Fact {
  readonly kind: "alias.moved";
  readonly model: RegisteredId;
  readonly alias: string;
  /** null takes the alias away. */
  readonly version: ModelVersionId | null;
}

interface ApprovalAsked extends Fact {
  readonly kind: "approval.asked";
  readonly model: RegisteredId;
  readonly version: ModelVersionId;
  readonly comment: string;
  readonly policy: ApprovalPolicy;
  readonly gates: readonly GateResult[];
}
interface ApprovalGiven extends Fact {
  readonly kind: "approval.given";
  readonly model: RegisteredId;
  readonly version: ModelVersionId;
  /** Id of the fact that asked. */
  readonly asked: string;
  readonly verdict: "approved" | "rejected";
  readonly comment: string;
  readonly gates: readonly GateResult[];
}

export type RegistryFact =
  | AliasMoved
  | ApprovalAsked
  | ApprovalGiven
  | CardWritten
  | ModelCreated
  | ModelDeleted
  | ModelDescribed
  | ModelRenamed
  | ModelTag
  | VersionConverted
  | VersionDeleted
  | VersionDescribed
  | VersionRegistered
  | VersionStage
  | VersionTag;

export const registryFolds: Folds<RegistryFact> = {
  "registry.created": first(),
  "registry.renamed": last(),
  "registry.described": last(),
  "registry.tag": last((fact) => fact.key),
  "registry.deleted": first(),
  "card.written": last((fact) => fact.version ?? ""),
  "version.registered": set((fact) => fact.id),
  "version.described": last((fact) => fact.version),
  "version.tag": last((fact) => JSON.stringify([fact.version, fact.key])),
  "version.stage": last((fact) => fact.version),
  "version.deleted": first((fact) => fact.version),
  "version.converted": last((fact) => fact.version),
  "alias.moved": last((fact) => fact.alias),
  "approval.asked": set((fact) => fact.id),
  "approval.given": last((fact) => JSON.stringify([fact.asked, fact.author ?? ""])),
};
