import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { isWriterId, type WriterId } from "./ids.js";
import type { Layout } from "./layout.js";
import { asIdentity, isAlive, type ProcessIdentity } from "./machine.js";
import { createFile, readJson, removeQuietly } from "./whole-file.js";

export interface Holder extends ProcessIdentity {
  readonly writer: WriterId;
}

export type ClaimKind = "run" | "logged" | "traces" | "experiment" | "index";

/** A claim that this process holds; `release` lets the next one have it. */
export interface Claim {
  release(): void;
}

/**
 * Who may do what only one process may do at a time. A claim is a file `<name>.<n>` with its holder in it; the one
 * with the greatest `n` counts. To take over from a process that is gone, `n + 1` is created exclusively, then it is
 * checked that `n` still stands as it was read: so two that take over at once cannot both succeed, nor can one that
 * slept through a whole take-over and release.
 */
export class Claims {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #self: Holder;
  readonly #made = new Set<string>();

  constructor(ports: Ports, layout: Layout, self: Holder) {
    this.#ports = ports;
    this.#layout = layout;
    this.#self = self;
  }

  /** Claims a name that was drawn a moment ago, so that nobody else can want it yet. */
  takeNew(kind: ClaimKind, name: string): Claim {
    const { folder, stem } = this.#place(kind, name);
    this.#makeFolder(folder);
    const file = path.join(folder, `${stem}.1`);
    const fd = this.#ports.files.openNew(file, 0o600);
    try {
      this.#ports.files.write(fd, Buffer.from(JSON.stringify(this.#self)));
    } finally {
      this.#ports.files.close(fd);
    }
    return this.#held(file);
  }

  #makeFolder(folder: string): void {
    if (this.#made.has(folder)) return;
    this.#ports.files.makeFolder(folder, 0o700);
    this.#made.add(folder);
  }

  #held(file: string): Claim {
    return {
      release: () => {
        removeQuietly(this.#ports.files, file);
      },
    };
  }

  /** The claim, or the live holder that has it. */
  take(kind: ClaimKind, name: string): Claim | Holder {
    const { folder, stem } = this.#place(kind, name);
    this.#makeFolder(folder);
    const content = Buffer.from(JSON.stringify(this.#self));
    for (;;) {
      const top = this.#top(folder, stem);
      if (top?.holder && isAlive(this.#ports, this.#self, top.holder) === true) return top.holder;
      const mine = path.join(folder, `${stem}.${(top?.number ?? 0) + 1}`);
      if (!createFile(this.#ports, mine, content, { mode: 0o600, durable: false })) continue;
      if (top && !this.#same(top)) {
        removeQuietly(this.#ports.files, mine);
        continue;
      }
      if (top) for (const file of top.files) removeQuietly(this.#ports.files, file);
      return this.#held(mine);
    }
  }

  /** Who holds a claim now, if anybody alive does. */
  holder(kind: ClaimKind, name: string): Holder | undefined {
    const { folder, stem } = this.#place(kind, name);
    const holder = this.#top(folder, stem)?.holder;
    return holder && isAlive(this.#ports, this.#self, holder) === true ? holder : undefined;
  }

  #place(kind: ClaimKind, name: string): { folder: string; stem: string } {
    const stem = /^[0-9a-z-]{1,64}$/.test(name) ? name : sha256(name).slice(0, 40);
    // Two characters of the end, which are random in every id, keep the folders small.
    return { folder: this.#layout.at("local", "claims", kind, stem.slice(-2)), stem };
  }

  #top(folder: string, stem: string): Top | undefined {
    let number = 0;
    const files: string[] = [];
    for (const entry of this.#ports.files.list(folder)) {
      if (!entry.name.startsWith(`${stem}.`)) continue;
      const n = Number(entry.name.slice(stem.length + 1));
      if (!Number.isSafeInteger(n) || n <= 0) continue;
      files.push(path.join(folder, entry.name));
      if (n > number) number = n;
    }
    if (number === 0) return undefined;
    const file = path.join(folder, `${stem}.${number}`);
    const bytes = this.#ports.files.readAll(file);
    return { number, file, files, bytes, holder: bytes && readHolder(this.#ports, file) };
  }

  #same(top: Top): boolean {
    const now = this.#ports.files.readAll(top.file);
    return now !== undefined && top.bytes !== undefined && now.equals(top.bytes);
  }
}

interface Top {
  readonly number: number;
  readonly file: string;
  readonly files: readonly string[];
  readonly bytes: Buffer | undefined;
  readonly holder: Holder | undefined;
}

function readHolder(ports: Ports, file: string): Holder | undefined {
  const value = readJson(ports.files, file);
  const identity = asIdentity(value);
  const writer = (value as { writer?: unknown } | undefined)?.writer;
  return identity && typeof writer === "string" && isWriterId(writer) ? { ...identity, writer } : undefined;
}

export const isClaim = (taken: Claim | Holder): taken is Claim => "release" in taken;
