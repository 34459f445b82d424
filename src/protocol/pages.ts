import type { TrackingEvents, TrackingRequests } from "./tracking.js";

/** What a page shows; it stands in the page's saved state, so that it comes back after a reload. */
export type Subject =
  | { readonly page: "runs"; readonly filter: string }
  | { readonly page: "run"; readonly run: string; readonly tab?: RunTab }
  | { readonly page: "compare"; readonly runs: readonly string[] }
  /** The view that follows the active editor; null where no file of the folder is open. */
  | { readonly page: "metrics"; readonly file: string | null };

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

/** What the editor does for a page. */
export interface HostRequests {
  /** Asked once when the page can show something: its subject and the name of its folder. */
  "page/ready": { params: null; result: { readonly subject: Subject; readonly folder: string } };
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

/** What a page may ask: of the editor, and through it of the engine of its folder. */
export interface PageRequests extends HostRequests, TrackingRequests {}

export interface PageEvents extends TrackingEvents {
  /** The page is to show something else: the active editor changed, or it was opened anew for another run. */
  "subject/changed": Subject;
}
