import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";

/** Scheme of documents that show a file as it was: `loam-code:/<path>?{"folder":…,"run":…,"of":…}`. */
const scheme = "loam-code";

/** Which file is shown: as it was in the run, or in the commit that the run's code was based on. */
interface Shown {
  readonly folder: string;
  readonly run: string;
  readonly of: "run" | "head";
  /** Below the root of the snapshot. */
  readonly path: string;
}

const documentUri = (shown: Shown): vscode.Uri =>
  vscode.Uri.from({ scheme, path: `/${shown.path}`, query: JSON.stringify(shown) });

/** Shows files as they were in runs, and what changed since or before. */
export class CodeDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #registration: vscode.Disposable;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const shown = JSON.parse(uri.query) as Shown;
    const engine = this.#engines.all.find(({ folder }) => folder.uri.toString() === shown.folder);
    if (!engine) return vscode.l10n.t("The folder of this run is not open any more.");
    const { text } = await engine.request(shown.of === "run" ? "runs/codeFile" : "runs/headFile", {
      run: shown.run,
      path: shown.path,
    });
    return text ?? "";
  }

  /** A diff editor between the file in a run and HEAD, the file as it is now, or another run. */
  async diff(
    engine: Engine,
    run: string,
    file: string,
    against: "head" | "now" | { readonly run: string },
  ): Promise<void> {
    const folder = engine.folder.uri.toString();
    const { name, code } = await engine.request("runs/detail", { run });
    const own = documentUri({ folder, run, of: "run", path: file });
    const base = path.basename(file);
    if (against === "head") {
      const head = documentUri({ folder, run, of: "head", path: file });
      await openDiff(head, own, vscode.l10n.t("{0} (HEAD ↔ {1})", base, name));
    } else if (against === "now") {
      const now = vscode.Uri.joinPath(engine.folder.uri, code?.root ?? "", file);
      await openDiff(own, now, vscode.l10n.t("{0} ({1} ↔ now)", base, name));
    } else {
      const other = await engine.request("runs/detail", { run: against.run });
      const theirs = documentUri({ folder, run: against.run, of: "run", path: file });
      await openDiff(own, theirs, `${base} (${name} ↔ ${other.name})`);
    }
  }

  /** The file as it was in the run, to read. */
  async open(engine: Engine, run: string, file: string): Promise<void> {
    const uri = documentUri({ folder: engine.folder.uri.toString(), run, of: "run", path: file });
    const { name } = await engine.request("runs/detail", { run });
    const title = `${path.basename(file)} (${name})`;
    await vscode.commands.executeCommand("vscode.open", uri, { preview: true }, title);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

async function openDiff(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
  await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
}
