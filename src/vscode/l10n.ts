import * as vscode from "vscode";
import { Words } from "../protocol/words.js";

/** The editor's words, for what `vscode.l10n` has not: plurals, failures of the engine, numbers and dates. */
export const l10n = new Words({ contents: vscode.l10n.bundle, language: vscode.env.language });
