import * as vscode from "vscode";
import { Figures } from "../protocol/times.js";
import { Words } from "../protocol/words.js";

/** The editor's words, for what `vscode.l10n` has not: plurals and failures of the engine. */
export const l10n = new Words({ contents: vscode.l10n.bundle, language: vscode.env.language });

/** Numbers and times as the editor's language writes them: the system's may be another. */
export const figures = new Figures(l10n);
