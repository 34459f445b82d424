import * as vscode from "vscode";

/** What a person should know of a version's number and place: another clone gave it too, or this branch lacks it. */
export function versionBadges(version: {
  readonly claimed: number;
  readonly number: number;
  readonly published: boolean;
}): readonly string[] {
  const { claimed, number, published } = version;
  return [
    ...(claimed === number ? [] : [vscode.l10n.t("asked for {0}, is {1}", claimed, number)]),
    ...(published ? [] : [vscode.l10n.t("not on this branch")]),
  ];
}
