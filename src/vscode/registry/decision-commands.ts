import * as vscode from "vscode";
import type { ModelVersionSummary, VersionPage } from "../../protocol/registry.js";
import type { Engine } from "../engines.js";
import { attempt } from "../output.js";
import type { ChosenVersions } from "./chosen-versions.js";
import { fullName, personName, versionName } from "./version-words.js";

const refOf = ({ model, id }: ModelVersionSummary): { readonly model: string; readonly version: string } => ({
  model,
  version: id,
});

/** Says why nobody can decide where git does not know who works here. */
function hasIdentity({ identity }: VersionPage): boolean {
  if (identity !== "") return true;
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      "Git does not say who you are. Set user.name and user.email, so that others know who asked and approved.",
    ),
  );
  return false;
}

/** How the checks of a version stand, for whoever is about to ask or decide. */
function checksText({ gates }: VersionPage): string {
  const failing = gates.filter(({ outcome }) => outcome !== "passed");
  if (gates.length === 0) return "";
  if (failing.length === 0) return vscode.l10n.t("All checks pass.");
  return vscode.l10n.t("Not passed: {0}.", failing.map(({ name }) => name).join(", "));
}

/** Asks for approval of a version, with a comment for whoever decides. */
export const ask = ({ engine, versions: [version] }: ChosenVersions): Promise<void> =>
  attempt(async () => {
    if (!version) return;
    const shown = await engine.request("models/version", refOf(version));
    if (!hasIdentity(shown)) return;
    const comment = await vscode.window.showInputBox({
      title: vscode.l10n.t("Request approval of {0}", fullName(version)),
      prompt: [vscode.l10n.t("What should whoever approves know?"), checksText(shown)]
        .filter((text) => text !== "")
        .join(" "),
    });
    if (comment === undefined) return;
    await engine.request("models/ask", { ...refOf(version), comment });
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Approval of {0} is requested.", fullName(version)),
    );
  });

/** Approves a version, or rejects it, as the person that git names. */
export const decide = (
  { engine, versions: [version] }: ChosenVersions,
  verdict: "approved" | "rejected",
): Promise<void> =>
  attempt(async () => {
    if (!version) return;
    const shown = await engine.request("models/version", refOf(version));
    if (!hasIdentity(shown)) return;
    const who = personName(shown.identity);
    const isApproval = verdict === "approved";
    const comment = await vscode.window.showInputBox({
      title: isApproval
        ? vscode.l10n.t("Approve {0} as {1}", fullName(version), who)
        : vscode.l10n.t("Reject {0} as {1}", fullName(version), who),
      prompt: isApproval
        ? [vscode.l10n.t("A comment, or nothing."), checksText(shown)].filter((text) => text !== "").join(" ")
        : vscode.l10n.t("What has to change?"),
      validateInput: (text) =>
        isApproval || text.trim() !== "" ? undefined : vscode.l10n.t("Say why, so that it can be mended."),
    });
    if (comment === undefined) return;
    await engine.request("models/decide", { ...refOf(version), verdict, comment });
    await tellDecided(engine, version, isApproval);
  });

/** Says what came of a decision, and offers what is next. */
async function tellDecided(engine: Engine, version: ModelVersionSummary, isApproval: boolean): Promise<void> {
  if (!isApproval) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} is rejected.", fullName(version)));
    return;
  }
  const now = await engine.request("models/version", refOf(version));
  if (now.version.approval !== "approved") {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Your approval of {0} is kept; more are needed.", fullName(version)),
    );
    return;
  }
  const crown = vscode.l10n.t("Set as champion");
  const isChampion = now.version.aliases.includes("champion");
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t("{0} is approved.", fullName(version)),
    ...(isChampion ? [] : [crown]),
  );
  if (choice === crown) await setAlias(engine, version, "champion");
}

/** Gives an alias to a version, and offers to undo it. */
async function setAlias(engine: Engine, version: ModelVersionSummary, alias: string): Promise<void> {
  const { model } = version;
  const { aliases, history } = await engine.request("models/detail", { model });
  const before = history.find(({ number, deleted }) => number === aliases[alias] && !deleted);
  if (before?.id === version.id) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} is {1} already.", fullName(version), alias));
    return;
  }
  await engine.request("models/change", { model, change: { kind: "alias", alias, version: version.id } });
  const undo = vscode.l10n.t("Undo");
  const choice = await vscode.window.showInformationMessage(
    before
      ? vscode.l10n.t("{0} is {1} now, instead of {2}.", fullName(version), alias, versionName(before.number))
      : vscode.l10n.t("{0} is {1} now.", fullName(version), alias),
    undo,
  );
  if (choice === undo)
    await engine.request("models/change", {
      model,
      change: { kind: "alias", alias, version: before?.id ?? null },
    });
}

export const setChampion = ({ engine, versions: [version] }: ChosenVersions): Promise<void> =>
  attempt(async () => {
    if (version) await setAlias(engine, version, "champion");
  });

/** Lets a person pick an alias, or type a new one, and gives it to a version; one that it has can be taken away. */
export const chooseAlias = ({ engine, versions: [version] }: ChosenVersions): Promise<void> =>
  attempt(async () => {
    if (!version) return;
    const { aliases } = await engine.request("models/detail", { model: version.model });
    const names = [...new Set(["champion", "challenger", ...Object.keys(aliases)])];
    const own = vscode.l10n.t("Another alias…");
    const items = [
      ...names.map((label) => {
        const at = aliases[label];
        const isOwn = at === version.number;
        return {
          label,
          description: isOwn
            ? vscode.l10n.t("take it away")
            : at === undefined
              ? vscode.l10n.t("no version has it")
              : vscode.l10n.t("now {0}", versionName(at)),
          alias: label,
          isOwn,
        };
      }),
      { label: own, alias: undefined, isOwn: false },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t("Alias of {0}", fullName(version)),
    });
    if (!picked) return;
    if (picked.isOwn) {
      await takeAlias(engine, version, picked.alias ?? "");
      return;
    }
    const alias =
      picked.alias ??
      (await vscode.window.showInputBox({
        title: own,
        placeHolder: "canary",
        validateInput: (text) =>
          /^[A-Za-z0-9._-]+$/.test(text.trim())
            ? undefined
            : vscode.l10n.t("An alias has letters, digits, '.', '_' and '-'."),
      }));
    if (alias !== undefined) await setAlias(engine, version, alias.trim());
  });

async function takeAlias(engine: Engine, version: ModelVersionSummary, alias: string): Promise<void> {
  const { model } = version;
  await engine.request("models/change", { model, change: { kind: "alias", alias, version: null } });
  const undo = vscode.l10n.t("Undo");
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t("{0} is no longer {1}.", fullName(version), alias),
    undo,
  );
  if (choice === undo)
    await engine.request("models/change", { model, change: { kind: "alias", alias, version: version.id } });
}
