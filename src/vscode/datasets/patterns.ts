import * as vscode from "vscode";

/** Which files of a folder belong to a data set: patterns of `.gitignore`'s form; no `include`: all. */
export interface Patterns {
  readonly include: readonly string[];
  readonly ignore: readonly string[];
}

/** Asks for patterns, beginning with those that are given; undefined where the person thought better of it. */
export async function askPatterns(now?: Patterns): Promise<Patterns | undefined> {
  const line = await vscode.window.showInputBox({
    title: vscode.l10n.t("Which files belong to it?"),
    value: now ? [...now.include, ...now.ignore.map((one) => `!${one}`)].join(", ") : "",
    placeHolder: "*.png, labels/, !drafts/",
    prompt: vscode.l10n.t("Patterns as in .gitignore, with commas between; ! leaves out; nothing: all files"),
  });
  const patterns = line
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && one !== "!");
  return (
    patterns && {
      include: patterns.filter((one) => !one.startsWith("!")),
      ignore: patterns.flatMap((one) => (one.startsWith("!") ? [one.slice(1).trim()] : [])),
    }
  );
}
