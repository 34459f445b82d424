import * as vscode from "vscode";
import type { QualityRule } from "../../protocol/datasets.js";
import { foundText } from "../../protocol/found-words.js";
import type { Engine, Engines } from "../engines.js";
import { l10n } from "../l10n.js";
import { isLoamFile, loamFileSelector } from "../loam-file.js";
import { abortOn } from "../output.js";
import { versionName } from "./data-words.js";
import { readRulesFile, type RuledSet, type RulesFile } from "./rules-file.js";

/** How long a person types before a document is looked at, in ms. */
const typingMs = 300;
const source = "Loam";

interface Failing {
  readonly engine: Engine;
  readonly dataset: string;
  readonly version: string;
  readonly at: number;
  readonly rule: QualityRule;
  /** Such as `v4`. */
  readonly name: string;
}

/** Mistakes in `loam.yaml` and rules that the newest version breaks, at their lines; with what mends them. */
export class RulesDiagnostics implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #found = vscode.languages.createDiagnosticCollection("loam");
  readonly #failing = new WeakMap<vscode.Diagnostic, Failing>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(engines: Engines) {
    this.#engines = engines;
    const soon = (document: vscode.TextDocument): void => {
      if (isLoamFile(document)) this.#soon(document);
    };
    const all = (): void => {
      for (const document of vscode.workspace.textDocuments) soon(document);
    };
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument(soon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        soon(document);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#found.delete(uri);
      }),
      engines.each((engine) => engine.onDatasetsChanged(all)),
      vscode.languages.registerCodeActionsProvider(loamFileSelector, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    ];
    all();
  }

  #soon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#waiting.get(key));
    this.#waiting.set(
      key,
      setTimeout(() => {
        this.#waiting.delete(key);
        void this.#look(document);
      }, typingMs),
    );
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const file = await readRulesFile(this.#engines, document).catch(() => undefined); // no engine to ask: nothing is marked
    if (document.isClosed || document.version !== version) return; // another look is on its way
    this.#found.set(document.uri, file ? [...mistakesIn(file), ...this.#failures(file, document)] : []);
  }

  #failures({ engine, sets }: RulesFile, document: vscode.TextDocument): vscode.Diagnostic[] {
    return sets.flatMap(({ data, rules, results }) =>
      (results ?? []).flatMap(({ outcome, found }, at) => {
        const rule = rules[at];
        const { latest } = data;
        if (outcome === "passed" || !rule || !latest) return [];
        const name = versionName(latest);
        const told = found === "" ? "" : ` ${foundText(l10n, found)}.`;
        const words = l10n.told(rule.said);
        const diagnostic = new vscode.Diagnostic(
          lineRange(document, rule.line),
          outcome === "failed"
            ? vscode.l10n.t("{0} breaks this rule: {1}.{2}", name, words, told)
            : vscode.l10n.t("{0} could not be checked by this rule: {1}.{2}", name, words, told),
          vscode.DiagnosticSeverity.Warning,
        );
        diagnostic.source = source;
        if (outcome === "failed")
          this.#failing.set(diagnostic, {
            engine,
            dataset: data.id,
            version: latest.id,
            at,
            rule: rule.rule,
            name,
          });
        return [diagnostic];
      }),
    );
  }

  async provideCodeActions(
    { uri }: vscode.TextDocument,
    _: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const stop = abortOn(token);
    try {
      const actions = await Promise.all(diagnostics.map((one) => this.#relaxing(one, uri, stop.signal)));
      return actions.flat();
    } finally {
      stop.dispose();
    }
  }

  /** What relaxes the rule that a diagnostic is about, where it can be relaxed. */
  async #relaxing(
    diagnostic: vscode.Diagnostic,
    uri: vscode.Uri,
    signal: AbortSignal,
  ): Promise<vscode.CodeAction[]> {
    const failing = this.#failing.get(diagnostic) ?? this.#failingLike(diagnostic, uri);
    if (!failing) return [];
    const { engine, dataset, version, at, rule, name } = failing;
    const asked = engine.request("rules/mayRelax", { dataset, version, rule }, signal);
    if (!(await asked.catch(() => false))) return []; // what cannot be read cannot be widened either
    const action = new vscode.CodeAction(
      vscode.l10n.t("Relax the rule to what {0} has", name),
      vscode.CodeActionKind.QuickFix,
    );
    action.diagnostics = [diagnostic];
    action.command = {
      command: "loam.data.relax",
      title: action.title,
      arguments: [engine.folder.uri.toString(), dataset, version, at],
    };
    return [action];
  }

  /** The editor gives a copy of what it was given. */
  #failingLike({ message, range }: vscode.Diagnostic, uri: vscode.Uri): Failing | undefined {
    const own = this.#found.get(uri)?.find((one) => one.message === message && one.range.isEqual(range));
    return own && this.#failing.get(own);
  }

  dispose(): void {
    for (const waiting of this.#waiting.values()) clearTimeout(waiting);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#found.dispose();
  }
}

function mistakesIn({ mistakes }: RulesFile): vscode.Diagnostic[] {
  return mistakes.map(({ line, column, endLine, endColumn, field, said }) => {
    const range = new vscode.Range(line - 1, column - 1, endLine - 1, Math.max(endColumn - 1, column));
    const message = l10n.told(said);
    const diagnostic = new vscode.Diagnostic(
      range,
      field === "" ? message : `${field}: ${message}`,
      vscode.DiagnosticSeverity.Error,
    );
    diagnostic.source = source;
    return diagnostic;
  });
}

function lineRange(document: vscode.TextDocument, line: number): vscode.Range {
  const at = document.lineAt(Math.max(0, Math.min(document.lineCount, line) - 1));
  return new vscode.Range(
    at.lineNumber,
    at.firstNonWhitespaceCharacterIndex,
    at.lineNumber,
    at.range.end.character,
  );
}

/** `5 of 6 rules hold` of a set's newest version; undefined where it was not asked. */
export function heldOf({ results }: RuledSet): { readonly held: number; readonly all: number } | undefined {
  if (!results) return undefined;
  return { held: results.filter(({ outcome }) => outcome === "passed").length, all: results.length };
}
