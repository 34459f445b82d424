import * as path from "node:path";
import { readCache, writeCache } from "../code/cache-file.js";
import { stepMs, timeOfFileSystem } from "../code/stat-cache.js";
import type { FileStat } from "../base/ports.js";
import { sha256 } from "../store/canonical.js";
import { isObjectHash } from "../store/object-names.js";
import type { Store } from "../store/store.js";
import type { DataFile } from "./data-files.js";
import type { StoredContent } from "./view.js";

/** A file's path, what the system said of it, and the hash of its content. */
type Row = [
  path: string,
  size: number,
  mtime: number,
  ctime: number,
  ino: number,
  mode: number,
  hash: string,
];

const version = 1;

/** What was read of a data set's files before: one that the system says is the same needs not be read again. */
export class KnownFiles {
  readonly #store: Store;
  readonly #source: string;
  readonly #file: string;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #content: StoredContent | undefined;
  /** Times before this one are believed, on the clock of the file system. */
  readonly #until: number;
  readonly #fresh: Row[] = [];
  #now: number | undefined;
  #misses = 0;

  /** `source` is absolute. */
  constructor(store: Store, source: string) {
    this.#store = store;
    this.#source = source;
    this.#file = store.layout.at("cache", "data", `${sha256(source).slice(0, 32)}.json`);
    const loaded = load(readCache(store.ports, this.#file), source);
    this.#rows = loaded.rows;
    this.#content = loaded.content;
    this.#until = loaded.at - stepMs;
  }

  /** To be called before a file is read that is told to `add`. */
  beforeReading(): void {
    this.#now ??= timeOfFileSystem(this.#store.ports, path.dirname(this.#file));
  }

  /** The hash of a file's content, where it is known to be as it was read. */
  find({ path: name, stat }: DataFile): string | undefined {
    const row = this.#rows.get(name);
    if (!row || !isSame(row, stat) || Math.max(row[2], row[3]) >= this.#until) return undefined;
    this.#fresh.push(row);
    return row[6];
  }

  /** `stat` is the file's before its content was read. */
  add({ path: name, stat }: DataFile, hash: string): void {
    this.#misses++;
    this.#fresh.push([name, stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, stat.mode, hash]);
  }

  /** What all files make, where every one that was asked for is as it was, and there are no others. */
  whole(): StoredContent | undefined {
    return this.#misses === 0 && this.#fresh.length === this.#rows.size ? this.#content : undefined;
  }

  /** Remembers what was found; `content`: what all the files make, where that is known. */
  save(content: StoredContent | undefined): void {
    if (this.#misses === 0 && this.#fresh.length === this.#rows.size && this.#content) return;
    writeCache(this.#store.ports, this.#file, {
      version,
      source: this.#source,
      at: this.#now ?? this.#until + stepMs,
      rows: this.#fresh,
      content,
    });
  }
}

const isSame = ([, size, mtime, ctime, ino, mode]: Row, stat: FileStat): boolean =>
  size === stat.size &&
  mtime === stat.mtimeMs &&
  ctime === stat.ctimeMs &&
  ino === stat.ino &&
  mode === stat.mode;

interface Loaded {
  readonly rows: ReadonlyMap<string, Row>;
  readonly at: number;
  readonly content: StoredContent | undefined;
}

const nothing: Loaded = { rows: new Map(), at: 0, content: undefined };

function isRow(value: unknown): value is Row {
  if (!Array.isArray(value) || value.length !== 7) return false;
  for (let i = 1; i < 6; i++) if (typeof value[i] !== "number") return false;
  return typeof value[0] === "string" && typeof value[6] === "string" && isObjectHash(value[6]);
}

function load(value: unknown, source: string): Loaded {
  if (typeof value !== "object" || value === null) return nothing;
  const file = value as Record<string, unknown>;
  if (file["version"] !== version || file["source"] !== source || typeof file["at"] !== "number")
    return nothing;
  const rows = Array.isArray(file["rows"]) ? file["rows"].filter(isRow) : [];
  return {
    rows: new Map(rows.map((row) => [row[0], row])),
    at: file["at"],
    content: file["content"] as StoredContent | undefined,
  };
}
