import * as vscode from "vscode";
import { mayRun } from "../may-run.js";
import { RemoteFailure } from "../../protocol/failure.js";
import type { Measured, ModelVersionSummary } from "../../protocol/registry.js";
import { figures, l10n } from "../l10n.js";
import { attemptLong } from "../long-work.js";
import { attempt, failureText } from "../output.js";
import {
  chooseInterpreter,
  environmentOf,
  installPackage,
  mayChooseInterpreter,
  setUpFolder,
} from "../python-packages.js";
import { interpreterFor } from "../python.js";
import type { ChosenVersions } from "./chosen-versions.js";
import { countText, fullName } from "./version-words.js";

/** Makes an ONNX file of a version with the folder's Python, and says whether it answers the same. */
export const convert = (chosen: ChosenVersions): Promise<void> =>
  attempt(async () => {
    const { engine } = chosen;
    const [version] = chosen.versions;
    if (!version || !mayLoad()) return;
    const trusted = await isTrusted(engine, version);
    if (trusted === undefined) return;
    const top = engine.folder.uri.fsPath;
    const python = await interpreterFor(vscode.Uri.joinPath(engine.folder.uri, "model.py"), top);
    await attemptLong(
      engine,
      vscode.l10n.t("Converting {0} to ONNX", fullName(version)),
      async (work, signal) => {
        const params = { model: version.model, version: version.id, python, trusted, work };
        try {
          const { equal, told } = await engine.request("models/convert", params, signal);
          if (equal) void vscode.window.showInformationMessage(l10n.told(told));
          else void vscode.window.showWarningMessage(l10n.told(told));
        } catch (error) {
          if (!isOfPython(error)) throw error;
          void attempt(() => offerPython(chosen, error)); // the progress ends meanwhile
        }
      },
    );
  });

/** Whether it failed for want of a Python, or of something in it. */
const isOfPython = (error: unknown): error is RemoteFailure =>
  error instanceof RemoteFailure &&
  (error.code === "command.notFound" || typeof error.wire.data?.["package"] === "string");

/** Says what Python lacks, and offers what mends it. */
async function offerPython(chosen: ChosenVersions, error: RemoteFailure): Promise<void> {
  const { engine } = chosen;
  const { package: lacking, python } = error.wire.data ?? {};
  const place = typeof python === "string" ? environmentOf(python) : undefined;
  const install = place ? vscode.l10n.t("Install") : vscode.l10n.t("Set up Python");
  const choose = vscode.l10n.t("Choose interpreter");
  const actions = mayChooseInterpreter() ? [install, choose] : [install];
  const choice = await vscode.window.showErrorMessage(failureText(error), ...actions);
  if (choice === choose) await chooseInterpreter();
  if (choice !== install) return;
  const packages = typeof lacking === "string" ? [lacking] : [];
  if (!place) await setUpFolder(engine, packages);
  else
    await installPackage(engine, place, packages[0] ?? "", {
      label: vscode.l10n.t("Convert to ONNX"),
      work: () => convert(chosen),
    });
}

/** Whether a person said that a version may be loaded though that may run anything; undefined: it may not. */
async function isTrusted(
  engine: ChosenVersions["engine"],
  version: ModelVersionSummary,
): Promise<boolean | undefined> {
  const { trust } = await engine.request("models/version", { model: version.model, version: version.id });
  if (trust?.findings.some(({ danger }) => danger === "dangerous") !== true) return false;
  const allTheSame = vscode.l10n.t("Load and convert");
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t("To convert {0} it has to be loaded.", fullName(version)),
    { modal: true, detail: l10n.told(trust.said) },
    allTheSame,
  );
  return choice === allTheSame ? true : undefined;
}

const milliseconds = (value: number): string =>
  vscode.l10n.t("{0} ms", figures.numbers.alone(Number(value.toPrecision(3))));

/** Loads versions on this machine and measures them, one after the other. */
export const measure = (chosen: ChosenVersions): Promise<void> =>
  attempt(async () => {
    const { engine, versions } = chosen;
    const [first] = versions;
    if (!first || !mayLoad()) return;
    if (versions.length === 1 && first.onnx === "none") {
      await offerConvert(chosen, first);
      return;
    }
    const measured = (version: ModelVersionSummary, work: string, signal: AbortSignal): Promise<Measured> =>
      engine.request("models/measure", { model: version.model, version: version.id, work }, signal);
    if (versions.length === 1)
      await attemptLong(engine, vscode.l10n.t("Measuring {0}", fullName(first)), async (work, signal) => {
        tellMeasured(first, await measured(first, work, signal));
      });
    else
      await attemptLong(
        engine,
        vscode.l10n.t("Measuring {0} versions", countText(versions.length)),
        async (work, signal) => {
          const failures: Error[] = [];
          for (const version of versions) {
            signal.throwIfAborted();
            await measured(version, work, signal).catch((error: unknown) => {
              failures.push(error instanceof Error ? error : new Error(String(error)));
            });
          }
          signal.throwIfAborted();
          const done = countText(versions.length - failures.length);
          void vscode.window.showInformationMessage(
            vscode.l10n.t(
              "{0} of {1} versions were measured on this machine.",
              done,
              countText(versions.length),
            ),
          );
          const [failed] = failures;
          if (failed) throw failed; // why the first was not: the others are measured all the same
        },
      );
  });

/** Says of a version without ONNX that it cannot be measured, and offers to make some. */
async function offerConvert(chosen: ChosenVersions, version: ModelVersionSummary): Promise<void> {
  const make = vscode.l10n.t("Convert to ONNX");
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t("{0} has no ONNX file that could be measured. Convert it first.", fullName(version)),
    make,
  );
  if (choice === make) await convert(chosen);
}

function tellMeasured(version: ModelVersionSummary, { load, median }: Measured): void {
  const [name, loads, takes] = [fullName(version), milliseconds(load), milliseconds(median)];
  void vscode.window.showInformationMessage(
    version.onnx === "own"
      ? vscode.l10n.t("{0} loads in {1} on this machine; a row takes {2}.", name, loads, takes)
      : vscode.l10n.t(
          "The ONNX file made of {0} loads in {1} on this machine; a row takes {2}.",
          name,
          loads,
          takes,
        ),
  );
}

/** Nothing of a folder is loaded before a person trusts it. */
const mayLoad = (): boolean =>
  mayRun(
    vscode.l10n.t(
      "This workspace is in Restricted Mode: its models can be browsed and compared, and none is loaded.",
    ),
  );
