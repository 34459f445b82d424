import * as vscode from "vscode";
import { RemoteFailure } from "../protocol/failure.js";
import { l10n } from "./l10n.js";

/** Loam's log, in the Output view. */
export function openLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel("Loam", { log: true });
}

/** A signal that is given when the editor's token is, until it is disposed. */
export function abortOn(
  token: vscode.CancellationToken,
): { readonly signal: AbortSignal } & vscode.Disposable {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => {
    controller.abort();
  });
  return {
    signal: controller.signal,
    dispose: () => {
      listener.dispose();
    },
  };
}

const isCancelled = (error: unknown): boolean => error instanceof RemoteFailure && error.code === "cancelled";

/** What went wrong and what to do next, as one text. */
export function failureText(error: unknown): string {
  if (!(error instanceof RemoteFailure)) return error instanceof Error ? error.message : String(error);
  const { message, next } = l10n.failure(error.wire);
  if (error.code === "store.readOnly")
    return vscode.l10n.t(
      "This folder can be read, but not written. Check its rights to run and change things here. ({0})",
      message,
    );
  return next === undefined ? message : `${message} ${next}`;
}

/** Runs what a person asked for; a failure is shown with its cause, a cancellation is not. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isCancelled(error)) void vscode.window.showErrorMessage(failureText(error));
  }
}

/** The same for work that may take over a second: with progress, which it may tell, and *Cancel*. */
export function attemptWithProgress(
  title: string,
  work: (
    signal: AbortSignal,
    told: vscode.Progress<{ message?: string; increment?: number }>,
  ) => Promise<void>,
): Thenable<void> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (told, token) => {
    const stop = abortOn(token);
    try {
      await attempt(() => work(stop.signal, told));
    } finally {
      stop.dispose();
    }
  });
}
