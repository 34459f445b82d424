import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import * as readline from "node:readline";
import { finished } from "node:stream/promises";
import { Worker } from "node:worker_threads";
import { answers, Channel, type Answer, type Handlers } from "../../src/protocol/channel.js";
import type { EngineEvents, EngineRequests } from "../../src/protocol/engine.js";
import type { HostRequests, Subject } from "../../src/protocol/pages.js";
import { PageSessions } from "../../src/vscode/page-sessions.js";
import { bodyClasses, themeVariables } from "../webview/themes.js";
import { projectRoot } from "./processes.js";

/*
 * Pages as a webview shows them: a frame of another site than its parent, which passes messages on between the frame
 * and the process that has the engine. So the page pays for what it is told as it does in the editor, and no more.
 */

type EngineChannel = Channel<EngineRequests, EngineEvents, Record<never, never>>;

export interface PageServer {
  /** Where a subject's page is shown. */
  url(subject: Subject): string;
  readonly engine: EngineChannel;
  /** What the engine's thread holds once its garbage is gone, in MB. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

const built = path.join(projectRoot, "dist");
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".ttf": "font/ttf",
};
/** As in src/vscode/panels.ts. */
const policy =
  "default-src 'none'; script-src 'nonce-page'; style-src 'self'; font-src 'self'; img-src 'self' data:";

/** What an array of doubles is called on its way through JSON. */
const doubles = "Float64Array";

/** Arrays of doubles as their bytes: JSON has no name for them. */
function packed(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    one instanceof Float64Array
      ? { [doubles]: Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString("base64") }
      : one,
  );
}

const parentScript = `
  const frame = document.querySelector("iframe");
  const doubles = ({ ${doubles}: text }) =>
    new Float64Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const revived = (_, one) => (one !== null && typeof one === "object" && "${doubles}" in one ? doubles(one) : one);
  const waiting = [];
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    while (waiting.length > 0)
      await fetch("/up" + location.search, { method: "POST", body: waiting.splice(0).join("\\n") });
    sending = false;
  };
  window.addEventListener("message", ({ data, source }) => {
    if (source !== frame.contentWindow) return;
    waiting.push(JSON.stringify(data));
    void send();
  });
  const answer = await fetch("/down" + location.search);
  frame.src = "http://127.0.0.1:" + location.port + "/frame" + location.search;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\\n");
    rest = lines.pop();
    for (const line of lines) frame.contentWindow.postMessage(JSON.parse(line, revived), "*");
  }
`;

const parentPage = `<!DOCTYPE html>
<style>html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; display: block; overflow: hidden }</style>
<iframe></iframe>
<script type="module">${parentScript}</script>`;

const frameScript = `
  let state;
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message) => parent.postMessage(message, "*"),
    getState: () => state,
    setState: (next) => void (state = next),
  });
`;

function framePage(page: string): string {
  const style = Object.entries(themeVariables.dark).map(([name, value]) => `--vscode-${name}:${value}`);
  const root = JSON.stringify(style.join(";"));
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <link rel="stylesheet" href="/${page}.css">
    <title>Loam</title>
  </head>
  <body class="${bodyClasses.dark}" data-folder="file:///folder">
    <script nonce="page">document.documentElement.style.cssText = ${root};${frameScript}</script>
    <div id="page"></div>
    <script nonce="page" src="/${page}.js"></script>
  </body>
</html>`;
}

function startEngine(folder: string): { readonly channel: EngineChannel; readonly worker: Worker } {
  const worker = new Worker(path.join(built, "engine.js"), { workerData: { folder }, execArgv: [] });
  const channel: EngineChannel = new Channel({
    send: (message) => {
      worker.postMessage(message);
    },
    receive: (listener) => worker.on("message", listener),
  });
  return { channel, worker };
}

/** What one page is answered: the editor's part here, the rest by the engine. */
function answerOf(subject: Subject, engine: EngineChannel): Answer {
  const host: Handlers<HostRequests> = {
    "page/ready": () => ({ subject, folder: "folder" }),
    "host/openFile": () => null,
    "host/runFile": () => null,
    "host/openArtifact": () => null,
    "host/openCode": () => null,
    "host/diffCode": () => null,
    "host/command": () => null,
    "host/copy": () => null,
    "host/dataCommand": () => null,
    "host/openDataFile": () => null,
    "host/diffDataFile": () => null,
    "host/openRules": () => null,
    "host/openLineage": () => null,
    "host/modelCommand": () => null,
    "host/registerModel": () => null,
    "host/saveText": () => null,
    "host/openModelFile": () => null,
  };
  const ofHost = answers<HostRequests>(host);
  return (method, params, signal) =>
    /^(page|host)\//.test(method)
      ? ofHost(method, params, signal)
      : engine.request(method as keyof EngineRequests, params as never, signal);
}

/** Serves the pages as they were built, with the engine of a folder behind them. */
export async function servePages(folder: string): Promise<PageServer> {
  const { channel: engine, worker } = startEngine(folder);
  const sessions = new Map<string, PageSessions>();
  let shown = 0;
  const subjects = new Map<string, Subject>();
  engine.on("runs/changed", (data) => {
    for (const session of sessions.values()) session.emit("runs/changed", data);
  });
  engine.on("store/changed", (data) => {
    for (const session of sessions.values()) session.emit("store/changed", data);
  });

  const down = (key: string, subject: Subject, response: http.ServerResponse): void => {
    response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    response.flushHeaders();
    const session = new PageSessions(
      (message) => void response.write(`${packed(message)}\n`),
      answerOf(subject, engine),
    );
    sessions.set(key, session);
    response.once("close", () => {
      session.close("The page was closed.");
      sessions.delete(key);
    });
  };
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const key = searchParams.get("key") ?? "";
    const subject = subjects.get(key);
    const file = path.join(built, "pages", path.basename(pathname));
    if (subject && pathname === "/") {
      response.writeHead(200, { "Content-Type": "text/html" }).end(parentPage);
    } else if (subject && pathname === "/frame") {
      response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": policy });
      response.end(framePage(subject.page));
    } else if (subject && pathname === "/down") down(key, subject, response);
    else if (subject && pathname === "/up") {
      const lines = readline.createInterface({ input: request });
      lines.on("line", (line) => sessions.get(key)?.receive(JSON.parse(line)));
      lines.once("close", () => void response.writeHead(204).end());
    } else if (fs.existsSync(file) && types[path.extname(file)] !== undefined) {
      response.writeHead(200, { "Content-Type": types[path.extname(file)] });
      response.end(fs.readFileSync(file));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (subject) => {
      const key = String(++shown);
      subjects.set(key, subject);
      return `http://localhost:${port}/?key=${key}`;
    },
    engine,
    memory: async () => {
      await finished((await worker.getHeapSnapshot()).resume()); // which collects its garbage first
      const { used_heap_size: used, external_memory: external } = await worker.getHeapStatistics();
      return (used + external) / 1e6;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await engine.request("engine/end", null);
      engine.close("The measuring ended.");
      await worker.terminate();
    },
  };
}
