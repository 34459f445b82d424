import * as vscode from "vscode";

export interface AskedTag {
  readonly key: string;
  /** Null: the tag is to be taken away. */
  readonly value: string | null;
}

/** Asks a person for a tag; undefined where they gave none. */
export async function askTag(title: string, example: string): Promise<AskedTag | undefined> {
  const line = await vscode.window.showInputBox({
    title,
    placeHolder: example,
    prompt: vscode.l10n.t("key=value; key= takes the tag away"),
    validateInput: (text) => (text.indexOf("=") > 0 ? undefined : vscode.l10n.t("A tag is key=value.")),
  });
  if (line === undefined) return undefined;
  const at = line.indexOf("=");
  const value = line.slice(at + 1).trim();
  return { key: line.slice(0, at).trim(), value: value === "" ? null : value };
}
