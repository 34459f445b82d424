import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import type { Holder } from "./claims.js";
import { isWriterId, type WriterId } from "./ids.js";
import type { Layout } from "./layout.js";
import { asIdentity, isAlive } from "./machine.js";
import { readJson, removeQuietly, replaceFile } from "./whole-file.js";

export type LiveRole = "engine" | "run" | "server";

/** A process that has this store open now, as it stands in `local/live/<writer>.json` (mode 0600: it holds a token). */
export interface LiveProcess extends Holder {
  readonly role: LiveRole;
  /** Base of its MLflow endpoint; absent until it listens, and for one that has none. */
  readonly url?: string;
  readonly token?: string;
  /** Where it takes control: a socket's path, or a named pipe. */
  readonly socket?: string;
}

/** Names that a control socket may have: a note may stand in a folder that came from anywhere. */
const socketName = /^loam-[0-9a-f]{8}$|^(loam-)?[0-9a-f]{8}\.sock$/;

/** The processes of this machine that have the store open, and this process's own entry among them. */
export class LiveProcesses {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #self: Holder;

  constructor(ports: Ports, layout: Layout, self: Holder) {
    this.#ports = ports;
    this.#layout = layout;
    this.#self = self;
  }

  #file(writer: WriterId): string {
    return path.join(this.#layout.live, `${writer}.json`);
  }

  announce(entry: Pick<LiveProcess, "role" | "url" | "token" | "socket">): void {
    const bytes = Buffer.from(`${JSON.stringify({ ...this.#self, ...entry })}\n`);
    this.#ports.files.makeFolder(this.#layout.live, 0o700);
    replaceFile(this.#ports, this.#file(this.#self.writer), bytes, { mode: 0o600, durable: false });
  }

  withdraw(): void {
    removeQuietly(this.#ports.files, this.#file(this.#self.writer));
  }

  get(writer: WriterId): LiveProcess | undefined {
    const entry = this.#read(writer);
    return entry && isAlive(this.#ports, this.#self, entry) === true ? entry : undefined;
  }

  /** All that are alive, without this one. */
  others(): LiveProcess[] {
    const found: LiveProcess[] = [];
    for (const { name } of this.#ports.files.list(this.#layout.live)) {
      const writer = name.slice(0, 8);
      if (name !== `${writer}.json` || !isWriterId(writer) || writer === this.#self.writer) continue;
      const entry = this.get(writer);
      if (entry) found.push(entry);
    }
    return found;
  }

  /** Removes the entries of processes that are gone. */
  sweep(): void {
    for (const { name } of this.#ports.files.list(this.#layout.live)) {
      const writer = name.slice(0, 8);
      if (!isWriterId(writer) || name !== `${writer}.json`) continue;
      const entry = this.#read(writer);
      if (entry && isAlive(this.#ports, this.#self, entry) === false) {
        removeQuietly(this.#ports.files, this.#file(writer));
        removeQuietly(this.#ports.files, path.join(this.#layout.live, `${writer}.sock`));
      }
    }
  }

  #read(writer: WriterId): LiveProcess | undefined {
    const value = readJson(this.#ports.files, this.#file(writer)) as Record<string, unknown> | undefined;
    const identity = asIdentity(value);
    if (!identity || !value) return undefined;
    const { role, url, token, socket } = value;
    if (role !== "engine" && role !== "run" && role !== "server") return undefined;
    return {
      ...identity,
      writer,
      role,
      ...(typeof url === "string" && /^http:\/\/127\.0\.0\.1:\d+$/.test(url) ? { url } : {}),
      ...(typeof token === "string" ? { token } : {}),
      ...(typeof socket === "string" && socketName.test(path.basename(socket)) ? { socket } : {}),
    };
  }
}
