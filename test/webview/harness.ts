import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { Browser, Page as BrowserPage } from "playwright-core";
import { answers, type Answer, type Handlers } from "../../src/protocol/channel.js";
import type { EngineRequests } from "../../src/protocol/engine.js";
import type { HostRequests, PageEvents, Subject } from "../../src/protocol/pages.js";
import { PageSessions, type PageMessage } from "../../src/vscode/page-sessions.js";
import { wordsElement } from "../../src/vscode/page-words.js";
import { RunningEngine } from "../engine/engine.js";
import { builtFolder } from "../run/loam.js";
import { eventually, patienceMs } from "../waiting.js";
import { installedBrowser, openBrowser } from "../tooling/editor.mjs";
import { bodyClasses, themeVariables, underlyingStyles, type Theme } from "./themes.js";

const project = path.resolve(import.meta.dirname, "..", "..");
type HostAsked = {
  readonly [M in keyof HostRequests]: { readonly method: M; readonly params: HostRequests[M]["params"] };
};

export interface StageOptions {
  /** The workspace folder; its store is what the engine opens. */
  readonly folder: string;
  readonly subject: Subject;
  readonly theme?: Theme;
  /** In pixels; default: 1000 × 800. */
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the screen to one of the page; default: 1. */
  readonly scale?: number;
  /** Of the editor; default: English. */
  readonly language?: "de" | "en";
  /** What stands between the page and the engine: a test may delay, refuse or change an answer. */
  readonly between?: (method: string, params: unknown, ask: () => Promise<unknown>) => unknown;
  readonly reducedMotion?: boolean;
  /** False: in Restricted Mode. */
  readonly trusted?: boolean;
}

/** A page of Loam that is shown in a browser as a webview would show it, with a real engine behind it. */
export interface Stage {
  readonly page: BrowserPage;
  /** What the page asked of the editor, in order. */
  readonly asked: readonly HostAsked[keyof HostAsked][];
  /** What went wrong in the page: errors, refused resources, broken policy. */
  readonly faults: readonly string[];
  readonly engine: RunningEngine["channel"];
  tell<N extends keyof PageEvents>(name: N, data: PageEvents[N]): void;
  /** Loads the page anew, as after it was hidden; its state is kept. */
  reload(): Promise<void>;
  setTheme(theme: Theme): Promise<void>;
  /** Waits until the page has all that it asked for, and has drawn it. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What a function sees that runs in the page. */
interface InPage {
  postMessage(message: unknown, origin: string): void;
  loamTheme(theme: object): void;
  requestAnimationFrame(call: (at: unknown) => void): void;
}

let browser: Promise<Browser> | undefined;

function theBrowser(): Promise<Browser> {
  browser ??= openBrowser();
  return browser;
}

/** Whether there is a browser on this machine. */
export const hasBrowser = (): boolean => installedBrowser() !== undefined;

/** Closes the browser, the server and the engines; called after the last test of a file. */
export async function closeBrowser(): Promise<void> {
  const [open, listening, running] = [browser, server, [...engines.values()]];
  browser = undefined;
  server = undefined;
  engines.clear();
  await (await open)?.close();
  (await listening)?.close();
  await Promise.all(running.map((engine) => engine.end()));
}

let server: Promise<http.Server> | undefined;

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".ttf": "font/ttf",
};

/** Serves the pages' own files and, at `/`, the frame that a test fills. */
function openServer(): Promise<http.Server> {
  server ??= new Promise((resolve) => {
    const made = http.createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      const file = path.join(builtFolder(), "pages", path.basename(pathname));
      if (pathname === "/") {
        response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": policy });
        response.end(frame(searchParams));
      } else if (pathname === "/underlying.css") {
        response.writeHead(200, { "Content-Type": "text/css" });
        response.end(underlyingStyles);
      } else if (pathname === "/favicon.ico") response.writeHead(204).end();
      else if (fs.existsSync(file)) {
        response.writeHead(200, { "Content-Type": types[path.extname(file)] ?? "application/octet-stream" });
        response.end(fs.readFileSync(file));
      } else response.writeHead(404).end();
    });
    made.listen(0, "127.0.0.1", () => {
      resolve(made);
    });
  });
  return server;
}

/** As in src/vscode/panels.ts. */
const policy =
  "default-src 'none'; script-src 'nonce-page'; style-src 'self'; font-src 'self'; img-src 'self' data:";

/** VS Code's part of a webview: its API, and the theme on the root and the body. */
const standIn = `
  const key = "state" + location.search;
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message) => void window.loamPost(message),
    getState: () => JSON.parse(sessionStorage.getItem(key) ?? "null") ?? undefined,
    setState: (state) => sessionStorage.setItem(key, JSON.stringify(state)),
  });
  globalThis.loamTheme = ({ classes, variables }) => {
    document.documentElement.removeAttribute("style");
    for (const [name, value] of Object.entries(variables))
      document.documentElement.style.setProperty("--vscode-" + name, value);
    document.body.className = classes;
  };
  document.addEventListener("securitypolicyviolation", (event) =>
    console.error("policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber + ":" + event.columnNumber));
`;

const frame = (search: URLSearchParams): string => `<!DOCTYPE html>
<html lang="${search.get("language") ?? ""}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="/underlying.css">
    <link rel="stylesheet" href="/${search.get("page") ?? ""}.css">
    <title>Loam</title>
  </head>
  <body data-folder="file:///folder" data-trusted="${search.get("trusted") ?? ""}">
    <script nonce="page">${standIn}
      loamTheme(${JSON.stringify(themeFor(search.get("theme") as Theme))});</script>
    <div id="page"></div>
    ${wordsElement(search.get("language") === "de" ? german() : undefined)}
    <script nonce="page" src="/${search.get("page") ?? ""}.js"></script>
  </body>
</html>`;

/** What VS Code gives an extension as its bundle. */
const german = (): Record<string, string> =>
  JSON.parse(fs.readFileSync(path.join(project, "media", "l10n", "bundle.l10n.de.json"), "utf8")) as Record<
    string,
    string
  >;

const themeFor = (theme: Theme): object => ({
  classes: bodyClasses[theme],
  variables: themeVariables[theme],
});

/** One a folder, as in the editor: it stays for the next page. */
const engines = new Map<string, RunningEngine>();

/** The engine of a folder, which is started where there is none yet. */
function engineOf(folder: string): RunningEngine {
  const running = engines.get(folder) ?? new RunningEngine(folder);
  engines.set(folder, running);
  return running;
}

/** What an engine says to every page. */
const toldEvents = [
  "runs/changed",
  "store/changed",
  "datasets/changed",
  "models/changed",
  "work/progressed",
] as const;

/** Shows a page. Who opens a stage closes it. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { folder, theme = "dark", language = "en", width = 1000, height = 800, between } = options;
  let { subject } = options;
  const engine = engineOf(folder);
  const asked: HostAsked[keyof HostAsked][] = [];
  const faults: string[] = [];
  const note =
    <M extends keyof HostRequests>(method: M) =>
    (params: HostRequests[M]["params"]): null => {
      asked.push({ method, params } as HostAsked[M]);
      return null;
    };
  const host: Handlers<HostRequests> = {
    "page/ready": () => ({ subject, folder: path.basename(folder) }),
    "host/openFile": note("host/openFile"),
    "host/openArtifact": note("host/openArtifact"),
    "host/openCode": note("host/openCode"),
    "host/diffCode": note("host/diffCode"),
    "host/command": note("host/command"),
    "host/runFile": note("host/runFile"),
    "host/copy": note("host/copy"),
    "host/dataCommand": note("host/dataCommand"),
    "host/openDataFile": note("host/openDataFile"),
    "host/diffDataFile": note("host/diffDataFile"),
    "host/openRules": note("host/openRules"),
    "host/openLineage": note("host/openLineage"),
    "host/modelCommand": note("host/modelCommand"),
    "host/registerModel": note("host/registerModel"),
    "host/saveText": note("host/saveText"),
    "host/openModelFile": note("host/openModelFile"),
  };
  const ofHost = answers<HostRequests>(host);
  let [begun, ended] = [0, 0];
  const answer: Answer = async (method, params, signal) => {
    const ask = async (): Promise<unknown> =>
      /^(page|host)\//.test(method)
        ? ofHost(method, params, signal)
        : engine.channel.request(method as keyof EngineRequests, params as never, signal);
    begun++;
    try {
      return await (between ? between(method, params, ask) : ask());
    } finally {
      ended++;
    }
  };
  const context = await (
    await theBrowser()
  ).newContext({
    viewport: { width, height },
    deviceScaleFactor: options.scale ?? 1,
    locale: "en-US",
    reducedMotion: options.reducedMotion === true ? "reduce" : "no-preference",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const sessions = new PageSessions((message: PageMessage) => {
    if (page.isClosed()) return;
    page
      .evaluate((sent) => {
        (globalThis as unknown as InPage).postMessage(sent, "*");
      }, message)
      .catch(() => undefined); // it was closed meanwhile
  }, answer);
  await page.exposeFunction("loamPost", (message: unknown) => {
    sessions.receive(message);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  const unheard = toldEvents.map((name) =>
    engine.channel.on(name, (data) => {
      sessions.emit(name, data);
    }),
  );
  const frames = (): Promise<void> =>
    page.evaluate(async () => {
      const inPage = globalThis as unknown as InPage;
      for (let frame = 0; frame < 2; frame++)
        await new Promise((go) => {
          inPage.requestAnimationFrame(go);
        });
    });
  const { port } = (await openServer()).address() as AddressInfo;
  await page.goto(
    `http://127.0.0.1:${port}/?page=${subject.page}&theme=${theme}&language=${language}&trusted=${options.trusted === false ? "no" : "yes"}`,
  );
  return {
    page,
    asked,
    faults,
    engine: engine.channel,
    tell: (name, data) => {
      if (name === "subject/changed") subject = data as Subject;
      sessions.emit(name, data);
    },
    reload: async () => {
      await page.reload();
    },
    setTheme: async (next) => {
      await page.evaluate((shown) => {
        (globalThis as unknown as InPage).loamTheme(shown);
      }, themeFor(next));
      await frames(); // the toolkit takes the colours of a theme over in the frame after the body's class has changed
    },
    settled: () =>
      eventually("answers to all that the page asks", async () => {
        const before = begun;
        await frames();
        return (begun === before && ended === begun) || undefined;
      }).then(() => undefined),
    close: async () => {
      for (const stop of unheard) stop();
      sessions.close("The test ended.");
      await context.close();
    },
  };
}
