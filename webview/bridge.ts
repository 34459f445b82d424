import { Channel, type Asker, type Message } from "../src/protocol/channel.js";
import type { HostRequests, PageEvents, PageRequests, Subject } from "../src/protocol/pages.js";

type Ready = HostRequests["page/ready"]["result"];

/** A page's tie to the editor and, through it, to the engine of its folder. */
export interface Page {
  readonly ask: Asker<PageRequests>;
  /** Calls the listener for each event of that name until the returned function is called. */
  on<N extends keyof PageEvents>(name: N, listener: (data: PageEvents[N]) => void): () => void;
  /** Says that the page can show something. Its subject is kept from then on, so that it comes back after a reload. */
  ready(): Promise<Ready>;
  /** What the page kept of itself when it was last shown; undefined the first time. */
  readonly saved: unknown;
  /** Keeps what the page wants back after a reload: scroll, sort, what is unfolded. */
  save(state: unknown): void;
}

/** What stands in VS Code's state of the webview; src/vscode/panels.ts restores panels from it. */
interface Kept {
  readonly folder: string;
  readonly subject: Subject | undefined;
  readonly own: unknown;
}

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** Ties the page to the editor; called once, when the page is loaded. */
export function connectPage(): Page {
  const editor = acquireVsCodeApi();
  const session = crypto.randomUUID();
  const wire = {
    send: (message: Message) => {
      editor.postMessage({ session, message });
    },
    receive: (listener: (message: unknown) => void) => {
      window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (isObject(data) && data["session"] === session) listener(data["message"]);
      });
    },
  };
  const channel: Channel<PageRequests, PageEvents, Record<never, never>> = new Channel(wire);
  const before = editor.getState();
  let kept: Kept = {
    folder: document.body.dataset["folder"] ?? "",
    subject: undefined,
    own: isObject(before) ? before["own"] : undefined,
  };
  const keep = (change: Partial<Kept>): void => {
    kept = { ...kept, ...change };
    editor.setState(kept);
  };
  channel.on("subject/changed", (subject) => {
    keep({ subject });
  });
  return {
    ask: channel,
    on: (name, listener) => channel.on(name, listener),
    ready: async () => {
      const ready = await channel.request("page/ready", null);
      keep({ subject: ready.subject });
      return ready;
    },
    saved: kept.own,
    save: (own) => {
      keep({ own });
    },
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
