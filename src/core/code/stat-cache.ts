import type { Stats } from "node:fs";
import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import { readCache, writeCache } from "./cache-file.js";
import { removeQuietly } from "../store/whole-file.js";
import { isObjectId, type LeftOutReason, type ObjectId } from "./model.js";

/** What a file was found to be: an object, or a reason of its content to leave it out. */
export type Verdict =
  | { readonly kept: true; readonly id: ObjectId; readonly crlf: boolean }
  | { readonly kept: false; readonly reason: LeftOutReason };

type Stat = Pick<Stats, "size" | "mtimeMs" | "ctimeMs" | "ino" | "mode">;
type Row = [
  path: string,
  size: number,
  mtime: number,
  ctime: number,
  ino: number,
  mode: number,
  verdict: string,
];

/** Grows when the rules for contents change, so that what older ones said is not believed. */
const version = 1;

/**
 * Some file systems count time in steps of two seconds. A file changed within the step in which it was read keeps its
 * times, so only what had been at rest for longer is believed.
 */
export const stepMs = 2100;

/** Path and stat → verdict, so that only changed files are read. */
export class StatCache {
  readonly #ports: Ports;
  readonly #file: string;
  readonly #root: string;
  readonly #old: ReadonlyMap<string, Row>;
  /** Times before this one are believed, on the clock of the file system. */
  readonly #oldAt: number;
  #now: number | undefined;
  readonly #new: Row[] = [];
  #misses = 0;

  private constructor(ports: Ports, file: string, root: string, old: Loaded) {
    this.#ports = ports;
    this.#file = file;
    this.#root = root;
    this.#old = old.rows;
    this.#oldAt = old.at;
  }

  static open(ports: Ports, storeFolder: string, root: string): StatCache {
    const file = path.join(storeFolder, "cache", "code-stat.json");
    return new StatCache(ports, file, root, load(readCache(ports, file), root));
  }

  /** To be called before a file is read: takes the file system's own time, which may differ from this machine's. */
  beforeReading(): void {
    this.#now ??= timeOfFileSystem(this.#ports, path.dirname(this.#file));
  }

  find(name: string, stat: Stat): Verdict | undefined {
    const row = this.#old.get(name);
    const [, size, mtime, ctime, ino, mode, verdict] = row ?? [];
    const same =
      size === stat.size &&
      mtime === stat.mtimeMs &&
      ctime === stat.ctimeMs &&
      ino === stat.ino &&
      mode === stat.mode &&
      Math.max(mtime, ctime) < this.#oldAt - stepMs;
    if (!row || !same || verdict === undefined) return undefined;
    this.#new.push(row);
    return decode(verdict);
  }

  /** @param stat as it was before the content was read */
  add(name: string, stat: Stat, verdict: Verdict): void {
    this.#misses++;
    this.#new.push([name, stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, stat.mode, encode(verdict)]);
  }

  /** Writes the cache where anything changed. */
  save(): void {
    if (this.#misses === 0 && this.#new.length === this.#old.size) return;
    writeCache(this.#ports, this.#file, {
      version,
      root: this.#root,
      at: this.#now ?? this.#oldAt,
      rows: this.#new,
    });
  }
}

/** The time that the file system gives to a file made now; 0, so that nothing is believed, where none can be made. */
export function timeOfFileSystem(ports: Ports, folder: string): number {
  const probe = path.join(folder, `.${ports.random(6).toString("hex")}.tmp`);
  try {
    ports.files.makeFolder(folder);
    ports.files.close(ports.files.openNew(probe));
    return ports.files.stat(probe)?.mtimeMs ?? 0;
  } catch {
    return 0;
  } finally {
    removeQuietly(ports.files, probe);
  }
}

const encode = (verdict: Verdict): string =>
  verdict.kept ? (verdict.crlf ? `${verdict.id}+crlf` : verdict.id) : `-${verdict.reason}`;

function decode(text: string): Verdict | undefined {
  if (text.startsWith("-")) {
    const reason = text.slice(1);
    return reason === "binary" || reason === "secret" ? { kept: false, reason } : undefined;
  }
  const id = text.slice(0, 40);
  return isObjectId(id) ? { kept: true, id, crlf: text.endsWith("+crlf") } : undefined;
}

interface Loaded {
  readonly rows: ReadonlyMap<string, Row>;
  readonly at: number;
}

const nothing: Loaded = { rows: new Map(), at: 0 };

const isRow = (value: unknown): value is Row =>
  Array.isArray(value) &&
  value.length === 7 &&
  typeof value[0] === "string" &&
  typeof value[6] === "string" &&
  value.slice(1, 6).every((part) => typeof part === "number");

function load(value: unknown, root: string): Loaded {
  if (typeof value !== "object" || value === null) return nothing;
  const file = value as { version?: unknown; root?: unknown; at?: unknown; rows?: unknown };
  if (file.version !== version || file.root !== root || typeof file.at !== "number") return nothing;
  const rows = Array.isArray(file.rows) ? file.rows.filter(isRow) : [];
  return { rows: new Map(rows.map((row) => [row[0], row])), at: file.at };
}
