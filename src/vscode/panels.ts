import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { answers, type Answer, type Handlers, type RequestMap } from "../protocol/channel.js";
import { RemoteFailure } from "../protocol/failure.js";
import type { EngineRequests } from "../protocol/engine.js";
import type { PanelRequests, Subject } from "../protocol/pages.js";
import type { Engine, Engines } from "./engines.js";
import { PageSessions } from "./page-sessions.js";
import { wordsElement } from "./page-words.js";

/** What the editor does for the pages of a folder: each pillar adds what it does. */
export class PageHosts {
  readonly #makers: ((engine: Engine) => object)[] = [];

  add<R extends RequestMap<R>>(make: (engine: Engine) => Handlers<R>): void {
    this.#makers.push(make);
  }

  of(engine: Engine): object {
    return Object.assign({}, ...this.#makers.map((make) => make(engine))) as object;
  }
}

/** What a page needs of the window: where its files lie, and who does what it asks of the editor. */
export interface PageSupport {
  readonly extensionUri: vscode.Uri;
  readonly hosts: PageHosts;
}

/** A page that is shown in a webview. */
export interface ShownPage extends vscode.Disposable {
  readonly engine: Engine;
  /** Lets the page show another subject, without loading it anew. */
  show(subject: Subject): void;
}

const pagesFolder = (extensionUri: vscode.Uri): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, "dist", "pages");

/** What a webview of Loam may do: run its own scripts, read its own files. Content is not kept while it is hidden. */
function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, enableForms: false, localResourceRoots: [pagesFolder(extensionUri)] };
}

function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: string, folder: string): string {
  const nonce = randomBytes(16).toString("base64url");
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extensionUri), name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${file(`${page}.css`)}">
    <title>Loam</title>
  </head>
  <body data-folder="${escaped(folder)}" data-trusted="${vscode.workspace.isTrusted ? "yes" : "no"}">
    <div id="page"></div>
    ${wordsElement(vscode.l10n.bundle)}
    <script nonce="${nonce}" src="${file(`${page}.js`)}"></script>
  </body>
</html>`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/**
 * Loads the page of a subject into a webview and serves it: requests to the engine are passed on as they are, requests
 * to the editor go to its handlers, and what the engine tells goes to the page.
 */
export function showPage(
  webview: vscode.Webview,
  support: PageSupport,
  engine: Engine,
  first: Subject,
): ShownPage {
  let subject = first;
  const { name, uri } = engine.folder;
  const panel: Handlers<PanelRequests> = { "page/ready": () => ({ subject, folder: name }) };
  const ofHost = answers<PanelRequests>({ ...support.hosts.of(engine), ...panel });
  const answer: Answer = (method, params, signal) => {
    if (/^(page|host)\//.test(method)) return ofHost(method, params, signal);
    if (/^(engine|endpoint)\//.test(method))
      throw new RemoteFailure({ code: "method.unknown", message: `A page may not ask ${method}.` });
    return engine.request(method as keyof EngineRequests, params as never, signal);
  };
  const sessions = new PageSessions((message) => {
    void webview.postMessage(message);
  }, answer);
  const subscriptions = [
    webview.onDidReceiveMessage((message: unknown) => {
      sessions.receive(message);
    }),
    engine.onRunsChanged((runs) => {
      sessions.emit("runs/changed", { runs });
    }),
    engine.onStoreChanged((state) => {
      sessions.emit("store/changed", state);
    }),
    engine.onDatasetsChanged((datasets) => {
      sessions.emit("datasets/changed", { datasets });
    }),
    engine.onModelsChanged((models) => {
      sessions.emit("models/changed", { models });
    }),
    engine.onProgressed((progress) => {
      sessions.emit("work/progressed", progress);
    }),
  ];
  const load = (): void => {
    webview.html = pageHtml(webview, support.extensionUri, subject.page, uri.toString());
  };
  subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(load));
  webview.options = pageOptions(support.extensionUri);
  load();
  return {
    engine,
    show: (next) => {
      subject = next;
      sessions.emit("subject/changed", next);
    },
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
      sessions.close("The page was closed.");
    },
  };
}

/** What one panel stands for: opening it again shows the panel that is there. */
function subjectKey(engine: Engine, subject: Subject): string {
  const folder = engine.folder.uri.toString();
  switch (subject.page) {
    case "run":
      return `${folder} run ${subject.run}`;
    case "compare":
      return `${folder} compare ${subject.runs.join(" ")}`;
    case "dataset":
      return `${folder} dataset ${subject.dataset}`;
    case "model":
      return `${folder} model ${subject.model}`;
    case "compareVersions":
      return `${folder} compareVersions ${subject.versions.map(({ version }) => version).join(" ")}`;
    case "audit":
      return `${folder} audit ${subject.model ?? ""}`;
    case "lineage":
      return `${folder} lineage ${JSON.stringify(subject.focus)}`;
    case "runs":
    case "metrics":
      return `${folder} ${subject.page}`;
  }
}

const viewType = (page: Subject["page"]): string => `loam.${page}`;

/** Loam's editor tabs. Each shows a subject; they come back after a reload of the window. */
export class Panels implements vscode.Disposable {
  readonly #support: PageSupport;
  readonly #engines: Engines;
  readonly #open = new Map<string, { readonly panel: vscode.WebviewPanel; readonly page: ShownPage }>();

  constructor(context: { readonly extensionUri: vscode.Uri }, engines: Engines, hosts: PageHosts) {
    this.#support = { extensionUri: context.extensionUri, hosts };
    this.#engines = engines;
  }

  /** Shows the panel of a subject: the one that is open, else a new one in `column` (default: the active one). */
  open(
    engine: Engine,
    subject: Subject,
    title: string,
    column: vscode.ViewColumn = vscode.ViewColumn.Active,
  ): void {
    const there = this.#open.get(subjectKey(engine, subject));
    if (there) {
      there.page.show(subject);
      there.panel.title = title;
      there.panel.reveal();
      return;
    }
    const options = { ...pageOptions(this.#support.extensionUri), enableFindWidget: true };
    this.#adopt(
      vscode.window.createWebviewPanel(viewType(subject.page), title, column, options),
      engine,
      subject,
    );
  }

  /** Lets VS Code bring back panels of these pages; package.json must activate on `onWebviewPanel:loam.PAGE`. */
  registerSerializer(...pages: readonly Subject["page"][]): vscode.Disposable {
    return vscode.Disposable.from(
      ...pages.map((page) =>
        vscode.window.registerWebviewPanelSerializer(viewType(page), {
          deserializeWebviewPanel: async (panel, state) => {
            const kept = keptState(state);
            const engine = this.#engines.all.find(({ folder }) => folder.uri.toString() === kept?.folder);
            if (kept && engine) this.#adopt(panel, engine, kept.subject);
            else panel.dispose(); // its folder is no longer part of the workspace
          },
        }),
      ),
    );
  }

  #adopt(panel: vscode.WebviewPanel, engine: Engine, subject: Subject): void {
    const key = subjectKey(engine, subject);
    const page = showPage(panel.webview, this.#support, engine, subject);
    const shown = { panel, page };
    this.#open.set(key, shown);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#open.get(key) === shown) this.#open.delete(key);
    });
  }

  dispose(): void {
    for (const { panel } of [...this.#open.values()]) panel.dispose();
    this.#open.clear();
  }
}

interface KeptState {
  readonly folder: string;
  readonly subject: Subject;
}

/** What webview/bridge.ts keeps of a page; undefined where an older version of Loam kept something else. */
function keptState(state: unknown): KeptState | undefined {
  const { folder, subject } = (state ?? {}) as Partial<KeptState>;
  return typeof folder === "string" && typeof subject === "object" ? { folder, subject } : undefined;
}
