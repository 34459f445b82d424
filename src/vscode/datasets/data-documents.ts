import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import type { DatasetDetail } from "../../protocol/datasets.js";
import type { Engine, Engines } from "../engines.js";
import { versionName } from "./data-words.js";
import { placeOf } from "./working-place.js";

/** Scheme of documents that show a file of a version: `loam-data:/<path>?{"folder":…,"dataset":…,"version":…}`. */
const scheme = "loam-data";
/** More of a text is cut. */
const mostBytes = 4 * 1024 * 1024;

/** Which file is shown; `version` null: nothing is there on that side. */
interface Shown {
  readonly folder: string;
  readonly dataset: string;
  readonly version: string | null;
  /** Below the data set; "" for one of a single file. */
  readonly file: string;
}

/** Shows files as they were in versions of data sets, and what changed in them. */
export class DataDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #registration: vscode.Disposable;
  /** Files that the editor shows itself, such as images, written aside for it. */
  readonly #aside: string[] = [];

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const shown = JSON.parse(uri.query) as Shown;
    if (shown.version === null) return "";
    const engine = this.#engines.all.find(({ folder }) => folder.uri.toString() === shown.folder);
    if (!engine) return vscode.l10n.t("The folder of this data set is not open any more.");
    const { dataset, version, file } = shown;
    const { text, cut } = await engine.request("datasets/content", {
      dataset,
      version,
      file,
      most: mostBytes,
    });
    if (text === undefined) return vscode.l10n.t("This file is no text.");
    return cut ? `${text}\n${vscode.l10n.t("… and more: a file this large is not shown whole.")}\n` : text;
  }

  /** A file of a version, or of the working copy, to read. */
  async open(engine: Engine, dataset: string, version: string | null, file: string): Promise<void> {
    const detail = await engine.request("datasets/detail", { dataset });
    const uri = await this.#sideOf(engine, detail, version, file);
    const title = `${nameOf(detail, file)} (${sideName(detail, version)})`;
    await vscode.commands.executeCommand("vscode.open", uri, { preview: true }, title);
  }

  /** A diff editor between a file in two versions, or in one and the working copy. */
  async diff(
    engine: Engine,
    dataset: string,
    before: string | null,
    after: string | null,
    file: string,
  ): Promise<void> {
    const detail = await engine.request("datasets/detail", { dataset });
    const [left, right] = [
      await this.#sideOf(engine, detail, before, file),
      await this.#sideOf(engine, detail, after, file),
    ];
    const sides = `${sideName(detail, before)} ↔ ${sideName(detail, after)}`;
    const title = `${nameOf(detail, file)} (${sides})`;
    await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
  }

  /** Where the editor finds a file: in the folder, as a document of a version, or aside where it is no text. */
  async #sideOf(
    engine: Engine,
    detail: DatasetDetail,
    version: string | null,
    file: string,
  ): Promise<vscode.Uri> {
    const folder = engine.folder.uri.toString();
    const document = (of: string | null): vscode.Uri =>
      vscode.Uri.from({
        scheme,
        path: `/${nameOf(detail, file)}`,
        query: JSON.stringify({ folder, dataset: detail.id, version: of, file } satisfies Shown),
      });
    if (version === null) {
      const place = await placeOf(engine, detail, file);
      return fs.existsSync(place.fsPath) ? place : document(null);
    }
    if (!(await isThere(engine, detail, version, file))) return document(null);
    const { text } = await engine.request("datasets/content", {
      dataset: detail.id,
      version,
      file,
      most: 4096,
    });
    return text === undefined ? this.#writtenAside(engine, detail, version, file) : document(version);
  }

  async #writtenAside(
    engine: Engine,
    detail: DatasetDetail,
    version: string,
    file: string,
  ): Promise<vscode.Uri> {
    const aside = fs.mkdtempSync(path.join(os.tmpdir(), "loam-data-"));
    this.#aside.push(aside);
    const to = path.join(aside, path.posix.basename(nameOf(detail, file)));
    const asked = { dataset: detail.id, version, ...(file === "" ? {} : { file }), to };
    await engine.request("datasets/restore", asked);
    return vscode.Uri.file(to);
  }

  dispose(): void {
    this.#registration.dispose();
    for (const aside of this.#aside) fs.rmSync(aside, { recursive: true, force: true });
  }
}

const nameOf = ({ path: place }: DatasetDetail, file: string): string => (file === "" ? place : file);

function sideName({ history }: DatasetDetail, version: string | null): string {
  const found = history.find(({ id }) => id === version);
  return found ? versionName(found) : vscode.l10n.t("now");
}

/** Whether a version has the file: of a pair, one that was added or removed is not on both sides. */
async function isThere(
  engine: Engine,
  detail: DatasetDetail,
  version: string,
  file: string,
): Promise<boolean> {
  if (file === "") return true;
  try {
    await engine.request("datasets/content", { dataset: detail.id, version, file, most: 0 });
    return true;
  } catch {
    return false;
  }
}
