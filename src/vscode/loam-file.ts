import * as path from "node:path";
import * as vscode from "vscode";

/** `loam.yaml`, also where it is typed and not saved for the first time. */
export const loamFileSelector: vscode.DocumentSelector = ["file", "untitled"].map((scheme) => ({
  scheme,
  pattern: "**/loam.yaml",
}));

export const isLoamFile = ({ uri, fileName }: vscode.TextDocument): boolean =>
  /^(file|untitled)$/.test(uri.scheme) && path.basename(fileName) === "loam.yaml";

/** The place of a document on the disk, also where it is not there yet. */
export const onDisk = ({ uri }: vscode.TextDocument): vscode.Uri =>
  uri.scheme === "untitled" ? vscode.Uri.file(uri.fsPath) : uri;
