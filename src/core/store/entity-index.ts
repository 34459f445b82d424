import * as path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Disposable } from "../base/lifetime.js";
import { sha256 } from "./canonical.js";
import { isClaim } from "./claims.js";
import { entityFiles, readEntity, type Cursor } from "./entity-reader.js";
import { IndexDatabase, type SqlValue } from "./index-database.js";
import {
  entityFileOf,
  entityKey,
  isEntityId,
  parseEntityKey,
  shardOfEntity,
  type EntityRef,
  type EntityRoom,
} from "./layout.js";
import type { Projected, Projection } from "./projection.js";
import { ReadAhead } from "./read-ahead.js";
import type { Store } from "./store.js";
import { TouchedReader } from "./touched.js";
import { removeQuietly, replaceFile } from "./whole-file.js";

/** How long a slice of catching up may block, in ms, and how many entities stay open for the next change. */
const sliceMs = 8;
const mostOpen = 256;
const loadedAtOnce = 1000;
/** Stands in a cursor for how many facts were masked: what was purged since must be folded anew. */
const maskedEntry = "masked";
/** Bytes of points of an entity that are read again rather than remembered, and that are read in one slice. */
const cheapPoints = 256 * 1024;
const pointsAtOnce = 4 * 1024 * 1024;

/** What came of bringing an entity up to date. "partly": some changed, and there is more to read. */
type Updated = "same" | "changed" | "partly";

interface Known {
  readonly rid: number;
  /** How far its files were read: `cursorText`. */
  readonly cursor: string;
}

export interface IndexOptions {
  readonly projections: readonly Projection[];
  /** Tables and indexes beside those of the projections. */
  readonly schema?: string;
  readonly functions?: readonly [string, (...values: SqlValue[]) => SqlValue][];
  /** Called with ids that are purged and so must not be shown. */
  readonly hidden?: (ref: EntityRef) => boolean;
}

/** The index of a store: a cache in memory, caught up from the files; its image only saves time. */
export class EntityIndex implements Disposable {
  readonly db: IndexDatabase;
  readonly #store: Store;
  readonly #projections: ReadonlyMap<EntityRoom, Projection>;
  readonly #known = new Map<string, Known>();
  readonly #open = new Map<string, Projected>();
  readonly #touched: TouchedReader;
  readonly #options: IndexOptions;
  #unsaved = 0;
  /** Greatest of those that were read or given out. */
  #lastRid = 0;
  /** False until `#known` has all of the image: rows can be shown before that. */
  #loaded = false;

  private constructor(store: Store, db: IndexDatabase, options: IndexOptions) {
    this.#store = store;
    this.db = db;
    this.#options = options;
    this.#projections = new Map(options.projections.map((one) => [one.room, one]));
    this.#touched = new TouchedReader(store.ports, store.layout);
  }

  /** Opens from the image where there is one that fits, else empty. Catching up is the caller's next step. */
  static async open(store: Store, options: IndexOptions): Promise<EntityIndex> {
    const schema = [
      "create table if not exists entities (rid integer primary key, key text not null, cursor text not null, saved text)",
      ...options.projections.map((one) => one.schema),
      options.schema ?? "",
    ].join(";\n");
    const version = Number.parseInt(sha256(schema).slice(0, 7), 16);
    IndexDatabase.prepare(); // compiles while the image is read
    const image = store.ports.files.readAll(imageFile(store));
    if (image) {
      try {
        const db = await IndexDatabase.open(image, options.functions);
        if (db.rows("pragma user_version")[0]?.[0] === version) return new EntityIndex(store, db, options);
        db.close();
      } catch (error) {
        store.ports.log.write("info", "index", `The index is made anew: ${String(error)}`);
      }
    }
    const db = await IndexDatabase.open(undefined, options.functions);
    db.script(`${schema};\npragma user_version = ${version}`);
    return new EntityIndex(store, db, options);
  }

  /** About how many entities it has. */
  get size(): number {
    return Number(this.db.rows("select max(rid) from entities")[0]?.[0]);
  }

  /** Reads what is known of the next entities of the image, some or all; true when that was done for all. */
  #load(most = -1): boolean {
    if (this.#loaded) return true;
    const sql = "select rid, key, cursor from entities where rid > ? order by rid limit ?";
    const rows = this.db.rows(sql, [this.#lastRid, most]);
    for (const [rid, key, cursor] of rows) {
      this.#known.set(String(key), { rid: Number(rid), cursor: String(cursor) });
      this.#lastRid = Number(rid);
    }
    this.#loaded = rows.length !== most;
    return this.#loaded;
  }

  /** Entities and other rows that changed since the image was saved. */
  get unsaved(): number {
    return this.#unsaved;
  }

  /** Notes that rows beside those of entities were written. */
  wrote(rows: number): void {
    this.#unsaved += rows;
  }

  /** Takes in what live processes wrote: to be called before each answer, it costs a look at few files. Returns the keys that changed. */
  refresh(): string[] {
    const refs = this.#touched.poll();
    if (refs.length === 0) return [];
    this.#load();
    return refs.filter((ref) => this.#update(ref) !== "same").map(entityKey);
  }

  /**
   * Looks at every entity, newest first, in slices that block for some milliseconds. `onChange` gets the keys that
   * changed after each slice.
   */
  async sweep(
    signal?: AbortSignal,
    onChange: (keys: readonly string[]) => void = () => undefined,
  ): Promise<void> {
    do {
      await nextTurn();
      signal?.throwIfAborted();
    } while (!this.#load(loadedAtOnce));
    const seen = new Set<string>();
    for await (const refs of this.#everything()) {
      for (const ref of refs) seen.add(entityKey(ref));
      await this.#sweepSome(refs, signal, onChange);
    }
    signal?.throwIfAborted();
    const gone = [...this.#known.keys()].filter((key) => {
      const ref = seen.has(key) ? undefined : parseEntityKey(key);
      return ref !== undefined && this.#update(ref) !== "same"; // it may have come after its folder was listed
    });
    if (gone.length > 0) onChange(gone);
  }

  async #sweepSome(
    refs: readonly EntityRef[],
    signal: AbortSignal | undefined,
    onChange: (keys: readonly string[]) => void,
  ): Promise<void> {
    const { ports, layout } = this.#store;
    const pending = new ReadAhead(refs.values(), (ref) =>
      ports.files.readAhead?.(layout.entity(ref), (name) => entityFileOf(name).kind !== "other"),
    );
    for (let next = pending.next(); next;) {
      signal?.throwIfAborted();
      const changed: string[] = [];
      let now = performance.now();
      const until = now + sliceMs;
      // one at least: a thread that waits long for its processor would else do nothing in its turn
      do {
        if (!next || next.coming) break;
        const updated = this.#update(next.item, pointsAtOnce);
        if (updated !== "same") changed.push(entityKey(next.item));
        const began = now;
        now = performance.now();
        if (updated === "partly") continue;
        pending.took(now - began);
        next = pending.next();
      } while (now < until);
      if (changed.length > 0) onChange(changed);
      await (next?.coming ?? nextTurn());
    }
  }

  /** Every entity that stands where it belongs, newest first, a month at a time. */
  async *#everything(): AsyncGenerator<readonly EntityRef[]> {
    for (const room of this.#projections.keys()) {
      for (const shard of await this.#names(room)) {
        const refs = (await this.#names(room, shard))
          .filter((id) => isEntityId(room, id))
          .map((id) => ({ room, id }));
        yield refs.filter((ref) => shardOfEntity(ref) === shard);
      }
    }
  }

  /** Names in a folder of the store, the last first. */
  async #names(...parts: readonly string[]): Promise<readonly string[]> {
    const { files } = this.#store.ports;
    const folder = this.#store.layout.at(...parts);
    const names = (await files.names?.(folder)) ?? files.list(folder).map((entry) => entry.name);
    return [...names].sort().reverse();
  }

  /** Brings one entity up to date, with about `most` bytes of its points at once. */
  #update(ref: EntityRef, most = Number.POSITIVE_INFINITY): Updated {
    const projection = this.#projections.get(ref.room);
    if (!projection) return "same";
    const key = entityKey(ref);
    if (this.#options.hidden?.(ref)) return this.#remove(key) ? "changed" : "same";
    const { files } = this.#store.ports;
    const known = this.#known.get(key);
    try {
      const sizes = entityFiles(files, this.#store.layout, ref);
      if (sizes.size === 0) return this.#remove(key) ? "changed" : "same";
      const masked = this.#store.purged.masks(ref)?.size;
      if (masked !== undefined) sizes.set(maskedEntry, masked);
      if (known && cursorText(sizes) === known.cursor) return "same";
      return this.#project(projection, ref, key, known, sizes, most);
    } catch (error) {
      this.#store.ports.log.write("warn", "index", toFailure(error, said`Cannot read ${key}`).message);
      return "same";
    }
  }

  #project(
    projection: Projection,
    ref: EntityRef,
    key: string,
    known: Known | undefined,
    sizes: ReadonlyMap<string, number>,
    most: number,
  ): Updated {
    let projected = this.#open.get(key);
    let from: Cursor = known ? parseCursor(known.cursor) : new Map();
    const masked = sizes.get(maskedEntry);
    if (known && from.get(maskedEntry) !== masked) {
      this.#remove(key);
      return this.#project(projection, ref, key, undefined, sizes, most);
    }
    if (!projected) {
      const saved = known && this.db.rows("select saved from entities where rid = ?", [known.rid])[0]?.[0];
      projected = projection.open(ref, typeof saved === "string" ? saved : undefined);
      // Facts are folded anew; points too, unless what they came to was saved.
      from = typeof saved === "string" ? onlyPoints(from) : new Map();
    }
    const before = cursorText(from);
    const into = projected;
    const changes = readEntity(
      this.#store.ports.files,
      this.#store.layout,
      ref,
      from,
      (records) => into.addRecords(records),
      sizes,
      this.#store.purged,
      most,
    );
    if (changes.shrunk) {
      this.#open.delete(key);
      this.#remove(key);
      return this.#project(projection, ref, key, undefined, sizes, most);
    }
    for (const fact of changes.facts) {
      this.#store.source.observe(fact);
      into.add(fact);
    }
    this.#keepOpen(key, into);
    const marked = masked === undefined ? [] : ([[maskedEntry, masked]] as const);
    const cursor = cursorText(new Map([...changes.next, ...marked]));
    if (known && cursor === before) return "same"; // only a torn end came
    const saved = (pointBytes(changes.next) > cheapPoints ? into.saved() : undefined) ?? null;
    const rid = known?.rid ?? ++this.#lastRid;
    if (known) this.db.run("update entities set cursor = ?, saved = ? where rid = ?", [cursor, saved, rid]);
    else
      this.db.run("insert into entities (rid, key, cursor, saved) values (?, ?, ?, ?)", [
        rid,
        key,
        cursor,
        saved,
      ]);
    this.#known.set(key, { rid, cursor });
    into.write(this.db, rid);
    this.#unsaved++;
    return changes.more ? "partly" : "changed";
  }

  #keepOpen(key: string, projected: Projected): void {
    this.#open.delete(key);
    this.#open.set(key, projected);
    if (this.#open.size <= mostOpen) return;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#open.delete(oldest);
  }

  #remove(key: string): boolean {
    const known = this.#known.get(key);
    this.#open.delete(key);
    if (!known) return false;
    const ref = parseEntityKey(key);
    if (ref) this.#projections.get(ref.room)?.remove(this.db, known.rid);
    this.db.run("delete from entities where rid = ?", [known.rid]);
    this.#known.delete(key);
    this.#unsaved++;
    return true;
  }

  /** Saves the image, where no other process has the lease for it. Blocks for some tens of ms: call it when idle. */
  save(): void {
    const { ports, layout, claims } = this.#store;
    try {
      const claim = claims.take("index", "image");
      if (!isClaim(claim)) return;
      try {
        ports.files.makeFolder(layout.cache);
        replaceFile(ports, imageFile(this.#store), this.db.image(), { durable: false });
        this.#unsaved = 0;
        this.#forgetDead();
      } finally {
        claim.release();
      }
    } catch (error) {
      ports.log.write("info", "index", toFailure(error, said`The index's image is not saved`).message);
    }
  }

  /** Removes the notes of processes that are gone, now that all they wrote is in the image. */
  #forgetDead(): void {
    const { ports, layout, live, self } = this.#store;
    live.sweep();
    const old = ports.clock.now() - 60_000;
    for (const { name } of ports.files.list(layout.touched)) {
      const file = path.join(layout.touched, name);
      const quiet = (ports.files.stat(file)?.mtimeMs ?? Number.POSITIVE_INFINITY) < old;
      if (quiet && name !== self.writer && !live.get(name)) removeQuietly(ports.files, file);
    }
  }

  dispose(): void {
    this.db.close();
  }
}

const imageFile = (store: Store): string => path.join(store.layout.cache, "index.sqlite");

const cursorText = (cursor: Cursor): string => JSON.stringify(Object.fromEntries([...cursor].sort()));

function parseCursor(text: string): Cursor {
  const value: unknown = JSON.parse(text);
  return new Map(Object.entries(value as Record<string, number>));
}

const isPoints = (name: string): boolean => name.startsWith("points-");
const onlyPoints = (cursor: Cursor): Cursor => new Map([...cursor].filter(([name]) => isPoints(name)));
const pointBytes = (cursor: Cursor): number =>
  [...cursor].reduce((sum, [name, size]) => sum + (isPoints(name) ? size : 0), 0);
