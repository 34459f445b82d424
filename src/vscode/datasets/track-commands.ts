import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { attempt } from "../output.js";
import type { Panels } from "../panels.js";
import { openData } from "./data-panel.js";
import { versionName } from "./data-words.js";
import { askPatterns, type Patterns } from "./patterns.js";
import { attemptLong } from "../long-work.js";

/** Files that are data by their names. */
const dataFiles =
  "**/*.{csv,tsv,parquet,jsonl,ndjson,arrow,feather,npy,npz,h5,hdf5,pkl,db,sqlite,zip,gz,zst,tfrecord}";
const notData = "**/{.git,.loam,.venv,venv,node_modules,__pycache__}/**";
const mostListed = 200;

/** What is to be tracked; of a folder perhaps only what patterns choose. */
interface Place extends Partial<Patterns> {
  readonly uri: vscode.Uri;
}

/** Tracks the places that were chosen, else one that a person picks. */
export const track = (panels: Panels, engines: Engines, chosen: readonly vscode.Uri[]): Promise<void> =>
  attempt(async () => {
    const places = chosen.length > 0 ? chosen.map((uri) => ({ uri })) : await pickPlaces(engines);
    for (const place of places) {
      const engine = engines.of(place.uri);
      if (engine) await trackOne(panels, engine, place);
      else
        void vscode.window.showInformationMessage(
          vscode.l10n.t("{0} is in no folder of this window. Open its folder to track it.", place.uri.fsPath),
        );
    }
  });

async function trackOne(panels: Panels, engine: Engine, { uri, ...selection }: Place): Promise<void> {
  const name = vscode.workspace.asRelativePath(uri, false);
  let tracked: { readonly dataset: string; readonly number: number } | undefined;
  await attemptLong(engine, vscode.l10n.t("Tracking {0}", name), async (work, signal) => {
    tracked = await engine.request("datasets/track", { path: uri.fsPath, ...selection, work }, signal);
  });
  if (!tracked) return;
  const { dataset, number } = tracked;
  const [open, undo] = [vscode.l10n.t("Open"), vscode.l10n.t("Undo")];
  const text =
    number === 1
      ? vscode.l10n.t("{0} is tracked.", name)
      : vscode.l10n.t("{0} is kept as {1}.", name, versionName({ number }));
  const choices = number === 1 ? [open, undo] : [open];
  void vscode.window.showInformationMessage(text, ...choices).then((choice) =>
    attempt(async () => {
      if (choice === open) {
        const data = await engine.request("datasets/detail", { dataset });
        openData(panels, engine, data);
      } else if (choice === undo)
        await engine.request("datasets/change", { dataset, change: { kind: "delete" } });
    }),
  );
}

/** Files that look like data, or any that a person browses for. */
async function pickPlaces({ all }: Engines): Promise<readonly Place[]> {
  const browse = {
    file: vscode.l10n.t("Browse for a file…"),
    folder: vscode.l10n.t("Browse for a folder…"),
    some: vscode.l10n.t("Some files of a folder…"),
  };
  const found = await vscode.workspace.findFiles(dataFiles, notData, mostListed);
  const items: (vscode.QuickPickItem & { readonly uri?: vscode.Uri })[] = [
    { label: browse.file, iconPath: new vscode.ThemeIcon("file") },
    { label: browse.folder, iconPath: new vscode.ThemeIcon("folder") },
    { label: browse.some, iconPath: new vscode.ThemeIcon("filter") },
    ...found
      .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
      .sort((a, b) => a.label.localeCompare(b.label)),
  ];
  const title = vscode.l10n.t("Track a file or folder");
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!picked) return [];
  if (picked.uri) return [{ uri: picked.uri }];
  const isFile = picked.label === browse.file;
  const isSome = picked.label === browse.some;
  const [folder] = all;
  const uris = await vscode.window.showOpenDialog({
    title,
    openLabel: isSome ? vscode.l10n.t("Choose") : vscode.l10n.t("Track"),
    canSelectFiles: isFile,
    canSelectFolders: !isFile,
    canSelectMany: !isSome,
    ...(folder ? { defaultUri: folder.folder.uri } : {}),
  });
  if (!uris) return [];
  if (!isSome) return uris.map((uri) => ({ uri }));
  const patterns = await askPatterns();
  return patterns ? uris.map((uri) => ({ uri, ...patterns })) : [];
}
