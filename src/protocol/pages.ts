import type { DatasetEvents, DatasetRequests } from "./datasets.js";
import type { LineageFocus, RegistryEvents, RegistryRequests } from "./registry.js";
import type { TrackingEvents, TrackingRequests } from "./tracking.js";
import type { Progress } from "./work.js";

/** What a page shows; it stands in the page's saved state, so that it comes back after a reload. */
export type Subject =
  | { readonly page: "runs"; readonly filter: string }
  | { readonly page: "run"; readonly run: string; readonly tab?: RunTab }
  | { readonly page: "compare"; readonly runs: readonly string[] }
  /** A data set; `version`: id of the one that is shown, `against`: of the one that it is compared with; null: the working copy. */
  | {
      readonly page: "dataset";
      readonly dataset: string;
      readonly version?: string | null;
      readonly against?: string | null;
      readonly tab?: DatasetTab;
    }
  | { readonly page: "model"; readonly model: string; readonly version?: string }
  | {
      readonly page: "compareVersions";
      readonly versions: readonly { readonly model: string; readonly version: string }[];
    }
  | { readonly page: "audit"; readonly model: string | null }
  | { readonly page: "lineage"; readonly focus: LineageFocus }
  /** The view that follows the active editor; null where no file of the folder is open. */
  | { readonly page: "metrics"; readonly file: string | null };

export type DatasetTab = "profile" | "diff" | "files" | "rules" | "overlap" | "runs";
export type RunTab = "charts" | "overview" | "console" | "artifacts" | "code" | "data" | "system";

/** Commands that a page may call for runs: a closed list, so that no page can call any other. */
export type RunCommand =
  | "loam.runs.open"
  | "loam.runs.rename"
  | "loam.runs.tag"
  | "loam.runs.note"
  | "loam.runs.archive"
  | "loam.runs.unarchive"
  | "loam.runs.delete"
  | "loam.runs.restore"
  | "loam.runs.stop"
  | "loam.runs.rerun"
  | "loam.runs.rerunWith"
  | "loam.runs.compare"
  | "loam.runs.openCode"
  | "loam.runs.diffCode"
  | "loam.runs.installModule"
  | "loam.runs.copyId";

/** Asked of the panel itself. */
export interface PanelRequests {
  /** Asked once when the page can show something: its subject and the name of its folder. */
  "page/ready": { params: null; result: { readonly subject: Subject; readonly folder: string } };
}

/** What the editor does for any page. */
export interface TrackingHostRequests {
  /** Opens a file of the workspace folder, at a line (from 1) where one is given. `path`: below the folder, or absolute. */
  "host/openFile": { params: { readonly path: string; readonly line?: number }; result: null };
  /** Opens an artifact as VS Code opens such a file. */
  "host/openArtifact": { params: { readonly run: string; readonly path: string }; result: null };
  /** A file as it was in the run, to read. */
  "host/openCode": { params: { readonly run: string; readonly path: string }; result: null };
  /** A diff editor: the file as it was in the run beside HEAD, the file as it is now, or another run's. */
  "host/diffCode": {
    params: {
      readonly run: string;
      readonly path: string;
      readonly against: "head" | "now" | { readonly run: string };
    };
    result: null;
  };
  "host/command": {
    params: { readonly command: RunCommand; readonly runs: readonly string[] };
    result: null;
  };
  /** Runs a Python file as a tracked run; null: the editor asks which. `file`: absolute. */
  "host/runFile": { params: { readonly file: string | null }; result: null };
  "host/copy": { params: { readonly text: string }; result: null };
}

/** Commands that a page may call for data sets. */
export type DataCommand =
  | "loam.data.open"
  | "loam.data.version"
  | "loam.data.restore"
  | "loam.data.restoreTo"
  | "loam.data.rename"
  | "loam.data.describe"
  | "loam.data.auto"
  | "loam.data.select"
  | "loam.data.tag"
  | "loam.data.alias"
  | "loam.data.message"
  | "loam.data.delete"
  | "loam.data.undelete"
  | "loam.data.track";

/** What the editor does for pages about data. */
export interface DatasetHostRequests {
  /** `version`: id; of a file of a folder also its path. To track a file, that without a data set. */
  "host/dataCommand": {
    params: {
      readonly command: DataCommand;
      readonly dataset: string | null;
      readonly version?: string;
      /** For *open*: the version that it is compared with. */
      readonly against?: string;
      readonly file?: string;
    };
    result: null;
  };
  /** A file of a version, to read. */
  "host/openDataFile": {
    params: { readonly dataset: string; readonly version: string | null; readonly file: string };
    result: null;
  };
  /** A diff editor: a text or image of one version beside another's. */
  "host/diffDataFile": {
    params: {
      readonly dataset: string;
      readonly before: string | null;
      readonly after: string | null;
      readonly file: string;
    };
    result: null;
  };
  /** `loam.yaml` at the rules of a data set. */
  "host/openRules": { params: { readonly dataset: string }; result: null };
  "host/openLineage": { params: { readonly focus: LineageFocus }; result: null };
}

/** Commands that a page may call for models and their versions. */
export type ModelCommand =
  | "loam.models.open"
  | "loam.models.register"
  | "loam.models.ask"
  | "loam.models.approve"
  | "loam.models.reject"
  | "loam.models.champion"
  | "loam.models.alias"
  | "loam.models.rename"
  | "loam.models.describe"
  | "loam.models.tag"
  | "loam.models.delete"
  | "loam.models.compare"
  | "loam.models.measure"
  | "loam.models.convert"
  | "loam.models.download"
  | "loam.models.audit";

/** What the editor does for pages about models. */
export interface RegistryHostRequests {
  "host/modelCommand": {
    params: {
      readonly command: ModelCommand;
      readonly model: string | null;
      readonly versions?: readonly { readonly model: string; readonly version: string }[];
    };
    result: null;
  };
  /** Registers an artifact of a run as a version of a model; `path` null: the editor asks which. */
  "host/registerModel": { params: { readonly run: string; readonly path: string | null }; result: null };
  /** Writes a text to a file that the person picks; `name` is offered. */
  "host/saveText": { params: { readonly name: string; readonly text: string }; result: null };
  /** A file of a version's artifact, to read; never loaded. */
  "host/openModelFile": {
    params: { readonly model: string; readonly version: string; readonly file: string };
    result: null;
  };
}

export interface HostRequests
  extends PanelRequests, TrackingHostRequests, DatasetHostRequests, RegistryHostRequests {}

/** What a page may ask: of the editor, and through it of the engine of its folder. */
export interface PageRequests extends HostRequests, TrackingRequests, DatasetRequests, RegistryRequests {}

export interface PageEvents extends TrackingEvents, DatasetEvents, RegistryEvents {
  "work/progressed": Progress;
  /** The page is to show something else: the active editor changed, or it was opened anew for another run. */
  "subject/changed": Subject;
}
