import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import type { Holder } from "./claims.js";
import { isWriterId } from "./ids.js";
import type { Layout } from "./layout.js";
import { asIdentity, isAlive } from "./machine.js";
import { readJson, removeQuietly, replaceFile } from "./whole-file.js";

/** How long after content was kept its fact may be yet to come, in ms. */
const graceMs = 60_000;

/**
 * Who keeps content that no fact names yet. What was there before, unnamed, may be a part of it: while anybody is at it,
 * nothing is collected. A note of a process is `local/adding/<writer>.json`.
 */
export class Adding {
  readonly #ports: Ports;
  readonly #folder: string;
  readonly #self: Holder;
  #running = 0;

  constructor(ports: Ports, layout: Layout, self: Holder) {
    this.#ports = ports;
    this.#folder = layout.at("local", "adding");
    this.#self = self;
  }

  get #file(): string {
    return path.join(this.#folder, `${this.#self.writer}.json`);
  }

  /** Does work that keeps content; its fact follows soon. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      this.#note(null);
      return await work();
    } finally {
      this.#running--;
      if (this.#running === 0) this.#noteEnd();
    }
  }

  #note(until: number | null): void {
    const bytes = Buffer.from(JSON.stringify({ ...this.#self, until }));
    try {
      this.#ports.files.makeFolder(this.#folder, 0o700);
      replaceFile(this.#ports, this.#file, bytes, { mode: 0o600, durable: false });
    } catch (error) {
      throw toFailure(error, said`Cannot keep content`);
    }
  }

  #noteEnd(): void {
    try {
      this.#note(this.#ports.clock.now() + graceMs);
    } catch (error) {
      this.#ports.log.write("debug", "store", `Cannot write ${this.#file}: ${String(error)}`); // it holds until this process ends
    }
  }

  /** A process of this machine that is at it, or was a moment ago. */
  who(): Holder | undefined {
    for (const { name } of this.#ports.files.list(this.#folder)) {
      const writer = name.slice(0, 8);
      if (name !== `${writer}.json` || !isWriterId(writer)) continue;
      const file = path.join(this.#folder, name);
      const value = readJson(this.#ports.files, file);
      const identity = asIdentity(value);
      const until = (value as { until?: unknown } | undefined)?.until;
      const over = typeof until === "number" && until < this.#ports.clock.now();
      if (identity && !over && isAlive(this.#ports, this.#self, identity) === true)
        return { ...identity, writer };
      if (identity) removeQuietly(this.#ports.files, file);
    }
    return undefined;
  }

  /** The note goes with the process. */
  withdraw(): void {
    if (this.#ports.files.stat(this.#file)) removeQuietly(this.#ports.files, this.#file);
  }
}
