import { randomUUID } from "node:crypto";
import type * as vscode from "vscode";
import type { Engine } from "./engines.js";
import { l10n } from "./l10n.js";
import { attemptWithProgress } from "./output.js";

/**
 * Does work of an engine that may take long, with its progress and *Cancel*. `work` is given the name under which the
 * engine tells how far it is.
 */
export const attemptLong = (
  engine: Engine,
  title: string,
  work: (name: string, signal: AbortSignal) => Promise<void>,
): Thenable<void> =>
  attemptWithProgress(title, async (signal, told) => {
    const name = randomUUID();
    let shown = 0;
    const heard: vscode.Disposable = engine.onProgressed(({ work: of, told: what, done, total }) => {
      if (of !== name) return;
      if (total === null || total <= 0) {
        if (what) told.report({ message: l10n.told(what) });
        return;
      }
      const percent = Math.min(100, (100 * done) / total);
      told.report({ message: `${Math.floor(percent)} %`, increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    });
    try {
      await work(name, signal);
    } finally {
      heard.dispose();
    }
  });
