import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { writeAll } from "./file-bytes.js";
import { isWriterId, type WriterId } from "./ids.js";
import type { Layout } from "./layout.js";
import { asIdentity, isAlive, type ProcessIdentity } from "./machine.js";
import { createFile, readJson, removeQuietly } from "./whole-file.js";

export interface Holder extends ProcessIdentity {
  readonly writer: WriterId;
}

export type ClaimKind =
  "run" | "logged" | "traces" | "experiment" | "dataset" | "model" | "webhook" | "index" | "store";

/** A claim that this process holds; `release` lets the next one have it. */
export interface Claim {
  release(): void;
}

/**
 * Who may do what only one process may do at a time. A claim is a file `<name>.<n>` with its holder in it. Whoever
 * wants it and sees no file of a live process creates the next `n` exclusively and then looks again: only one that
 * now sees no other live process has the claim. Of two at once at least one sees the other, also where one of them
 * slept through a whole take-over and release in between; who sees another gives way and tries again.
 */
export class Claims {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #self: Holder;
  readonly #made = new Set<string>();
  /** Files of claims that are held; one of ours beside these is what a failed release left. */
  readonly #mine = new Set<string>();

  constructor(ports: Ports, layout: Layout, self: Holder) {
    this.#ports = ports;
    this.#layout = layout;
    this.#self = self;
  }

  /** Claims a name that was drawn a moment ago, so that nobody else can want it yet. */
  takeNew(kind: ClaimKind, name: string): Claim {
    const { folder, stem } = this.#place(kind, name);
    const file = path.join(folder, `${stem}.1`);
    try {
      this.#makeFolder(folder);
      const fd = this.#ports.files.openNew(file, 0o600);
      try {
        writeAll(this.#ports.files, fd, Buffer.from(JSON.stringify(this.#self)));
      } catch (error) {
        removeQuietly(this.#ports.files, file); // a claim that does not say whose it is would be anybody's
        throw error;
      } finally {
        this.#ports.files.close(fd);
      }
    } catch (error) {
      throw toFailure(error, said`Cannot write ${path.join(folder, stem)}`);
    }
    return this.#held(file);
  }

  #makeFolder(folder: string): void {
    if (this.#made.has(folder)) return;
    this.#ports.files.makeFolder(folder, 0o700);
    this.#made.add(folder);
  }

  #held(file: string): Claim {
    this.#mine.add(file);
    return {
      release: () => {
        this.#mine.delete(file);
        removeQuietly(this.#ports.files, file);
      },
    };
  }

  /** The claim, or the live holder that has it. */
  take(kind: ClaimKind, name: string): Claim | Holder {
    const { folder, stem } = this.#place(kind, name);
    try {
      return this.#take(folder, stem);
    } catch (error) {
      throw toFailure(error, said`Cannot write ${path.join(folder, stem)}`);
    }
  }

  #take(folder: string, stem: string): Claim | Holder {
    this.#makeFolder(folder);
    const content = Buffer.from(JSON.stringify(this.#self));
    for (;;) {
      const before = this.#look(folder, stem);
      if (before.holder) return before.holder;
      const mine = path.join(folder, `${stem}.${before.greatest + 1}`);
      if (!createFile(this.#ports, mine, content, { mode: 0o600, durable: false })) continue;
      const after = this.#look(folder, stem, mine);
      if (after.holder) {
        removeQuietly(this.#ports.files, mine);
        pause(this.#ports);
        continue;
      }
      for (const file of after.dead) removeQuietly(this.#ports.files, file);
      return this.#held(mine);
    }
  }

  /** Who holds a claim now, if anybody alive does. */
  holder(kind: ClaimKind, name: string): Holder | undefined {
    const { folder, stem } = this.#place(kind, name);
    return this.#look(folder, stem).holder;
  }

  #place(kind: ClaimKind, name: string): { folder: string; stem: string } {
    const stem = /^[0-9a-z-]{1,64}$/.test(name) ? name : sha256(name).slice(0, 40);
    // Two characters of the end, which are random in every id, keep the folders small.
    return { folder: this.#layout.at("local", "claims", kind, stem.slice(-2)), stem };
  }

  /** The files of a claim, but for `except`: whose process is alive, and which are left over. */
  #look(folder: string, stem: string, except?: string): Seen {
    let greatest = 0;
    let holder: Holder | undefined;
    const dead: string[] = [];
    for (const entry of this.#ports.files.list(folder)) {
      if (!entry.name.startsWith(`${stem}.`)) continue;
      const n = Number(entry.name.slice(stem.length + 1));
      if (!Number.isSafeInteger(n) || n <= 0) continue;
      greatest = Math.max(greatest, n);
      const file = path.join(folder, entry.name);
      if (file === except) continue;
      const found = readHolder(this.#ports, file);
      const left = found?.writer === this.#self.writer && !this.#mine.has(file);
      if (found && !left && isAlive(this.#ports, this.#self, found) === true) holder ??= found;
      else dead.push(file);
    }
    return { greatest, holder, dead };
  }
}

interface Seen {
  readonly greatest: number;
  readonly holder: Holder | undefined;
  readonly dead: readonly string[];
}

/** Some milliseconds, not the same for any two, so that two that gave way to each other do not meet again. */
function pause(ports: Ports): void {
  const ms = 1 + (ports.random(1)[0] ?? 0) / 32;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function readHolder(ports: Ports, file: string): Holder | undefined {
  const value = readJson(ports.files, file);
  const identity = asIdentity(value);
  const writer = (value as { writer?: unknown } | undefined)?.writer;
  return identity && typeof writer === "string" && isWriterId(writer) ? { ...identity, writer } : undefined;
}

export const isClaim = (taken: Claim | Holder): taken is Claim => "release" in taken;
