import { isClaim, type Claim, type ClaimKind, type Holder } from "../store/claims.js";
import { entityFiles, readEntity, type Cursor } from "../store/entity-reader.js";
import type { Fact } from "../store/fact.js";
import { entityFileOf, isEntityId, type EntityRoom } from "../store/layout.js";
import type { Store } from "../store/store.js";

/** An entity folded from its files. */
interface Foldable {
  readonly exists: boolean;
  add(fact: Fact): boolean;
  readonly summaries?: { add(records: Buffer): void };
}

interface Releasable {
  release(): void;
}

interface Owned<State, Recorder> {
  readonly recorder: Recorder;
  readonly state: State;
  /** How far the files of other writers were read. */
  cursor: Cursor;
}

/** How many entities a process keeps the ownership or the folded state of. */
const mostOwned = 1000;
const mostRead = 64;

/**
 * The entities of a room, those that this process writes among them. An entity has one owner for writes: the process
 * that holds its claim. Reading needs no claim.
 */
export class OwnedEntities<State extends Foldable, Recorder extends Releasable> {
  readonly #store: Store;
  readonly #room: EntityRoom;
  readonly #kind: ClaimKind;
  readonly #empty: (id: string) => State;
  readonly #record: (state: State, claim: Claim) => Recorder;
  readonly #owned = new Map<string, Owned<State, Recorder>>();
  readonly #read = new Map<string, { state: State; cursor: Cursor }>();

  constructor(
    store: Store,
    room: EntityRoom,
    kind: ClaimKind,
    empty: (id: string) => State,
    record: (state: State, claim: Claim) => Recorder,
  ) {
    this.#store = store;
    this.#room = room;
    this.#kind = kind;
    this.#empty = empty;
    this.#record = record;
  }

  /** Makes this process the owner of a new id. */
  add(id: string): Recorder {
    return this.#keep(id, this.#empty(id), new Map(), this.#store.claims.takeNew(this.#kind, id));
  }

  #keep(id: string, state: State, cursor: Cursor, claim: Claim): Recorder {
    const recorder = this.#record(state, claim);
    this.#owned.set(id, { recorder, state, cursor: this.#ofOthers(cursor) });
    this.#read.delete(id);
    if (this.#owned.size > mostOwned) {
      const [oldest] = this.#owned.keys();
      if (oldest !== undefined) this.release(oldest);
    }
    return recorder;
  }

  /** The recorder, if this process owns the entity or can; the live owner where it cannot; undefined where there is no such entity. */
  own(id: string): Recorder | Holder | undefined {
    const owned = this.#owned.get(id);
    if (owned) {
      this.#owned.delete(id);
      this.#owned.set(id, owned);
      return owned.recorder;
    }
    if (!isEntityId(this.#room, id)) return undefined;
    const folder = this.#store.layout.entity({ room: this.#room, id });
    if (this.#store.ports.files.stat(folder)?.kind !== "folder") return undefined;
    const claim = this.#store.claims.take(this.#kind, id);
    if (!isClaim(claim)) return claim;
    // Folded behind the claim: the last owner may have written until then. A request for a run of another process
    // costs no folding at all.
    const { state, cursor } = this.#fold(id);
    if (state.exists) return this.#keep(id, state, cursor, claim);
    claim.release();
    return undefined;
  }

  /** The owner's recorder where this process is the owner already. */
  owned(id: string): Recorder | undefined {
    return this.#owned.get(id)?.recorder;
  }

  get recorders(): Recorder[] {
    return [...this.#owned.values()].map(({ recorder }) => recorder);
  }

  /** The entity's state as it stands in memory or on disk; undefined where there is none. */
  read(id: string): State | undefined {
    const owned = this.#owned.get(id);
    if (owned) {
      this.#catchUp(id, owned);
      return owned.state;
    }
    if (!isEntityId(this.#room, id)) return undefined;
    const { state, cursor } = this.#fold(id);
    if (!state.exists) return undefined;
    this.#read.set(id, { state, cursor });
    if (this.#read.size > mostRead) {
      const [oldest] = this.#read.keys();
      if (oldest !== undefined) this.#read.delete(oldest);
    }
    return state;
  }

  #fold(id: string): { state: State; cursor: Cursor } {
    const { ports, layout, purged } = this.#store;
    const ref = { room: this.#room, id };
    // Of an entity with purged facts nothing is remembered: they may have been read before they were purged.
    const known = purged.masks(ref) ? undefined : this.#read.get(id);
    this.#read.delete(id);
    const state = known?.state ?? this.#empty(id);
    if (purged.isPurged(ref)) return { state: this.#empty(id), cursor: new Map() };
    const changes = readEntity(
      ports.files,
      layout,
      ref,
      known?.cursor ?? new Map(),
      (records) => {
        state.summaries?.add(records);
      },
      undefined,
      purged,
    );
    if (changes.shrunk && known) return this.#fold(id);
    for (const fact of changes.facts) {
      this.#store.source.observe(fact);
      state.add(fact);
    }
    return { state, cursor: changes.next };
  }

  /** Takes in what a join or git brought to an entity that this process owns. */
  #catchUp(id: string, owned: Owned<State, Recorder>): void {
    const { ports, layout, purged } = this.#store;
    const ref = { room: this.#room, id };
    const sizes = this.#ofOthers(entityFiles(ports.files, layout, ref));
    const { cursor } = owned;
    if ([...sizes].every(([name, size]) => size <= (cursor.get(name) ?? 0))) return;
    if ([...cursor].some(([name, read]) => (sizes.get(name) ?? 0) < read)) return; // replaced: for the next owner to fold
    const add = (records: Buffer): void => {
      owned.state.summaries?.add(records);
    };
    const changes = readEntity(ports.files, layout, ref, cursor, add, sizes, purged);
    for (const fact of changes.facts) {
      this.#store.source.observe(fact);
      owned.state.add(fact);
    }
    owned.cursor = changes.next;
  }

  #ofOthers(files: Cursor): Cursor {
    const { writer } = this.#store.self;
    return new Map(
      [...files].filter(([name]) => {
        const file = entityFileOf(name);
        return file.kind !== "other" && file.writer !== writer;
      }),
    );
  }

  release(id: string): void {
    this.#owned.get(id)?.recorder.release();
    this.#owned.delete(id);
  }

  releaseAll(): void {
    for (const id of [...this.#owned.keys()]) this.release(id);
  }
}
