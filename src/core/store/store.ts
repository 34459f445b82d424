import * as os from "node:os";
import { HybridClock } from "../base/clock.js";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { DisposableStore, type Disposable } from "../base/lifetime.js";
import type { Ports } from "../base/ports.js";
import { Adding } from "./adding.js";
import { CacheRoom } from "./cache-room.js";
import { Claims, type Holder } from "./claims.js";
import { EntityWriter } from "./entity-writer.js";
import { FactSource } from "./fact.js";
import { checkFormat, createStore } from "./format.js";
import { newWriterId } from "./ids.js";
import { entityKey, Layout, type EntityRef } from "./layout.js";
import { Ledger } from "./ledger.js";
import { LiveProcesses } from "./live.js";
import { identifySelf } from "./machine.js";
import { Manifests } from "./manifests.js";
import { beyondLocal } from "./others-store.js";
import { checkLinks, layoutOf } from "./objects-place.js";
import { Objects } from "./objects.js";
import { Purged } from "./purged.js";
import { TouchedLog } from "./touched.js";
import { WholeContents } from "./whole-contents.js";

/** Entities whose files one process keeps open. */
const mostOpen = 256;
/** Of those, that wait for their last sync. */
const mostResting = 128;

/** Who goes into facts. */
interface Authors {
  /** Into every fact; default: the system's user. */
  readonly author?: string;
  /** Into the ledger's facts, which people share; asked for each. Default: as in `author`. */
  readonly identity?: () => string | undefined;
}

/** One process's hold on the store of a folder. */
export class Store implements Disposable {
  readonly layout: Layout;
  readonly ports: Ports;
  readonly self: Holder;
  readonly source: FactSource;
  readonly ledger: Ledger;
  readonly claims: Claims;
  readonly live: LiveProcesses;
  readonly adding: Adding;
  readonly cache: CacheRoom;
  readonly touched: TouchedLog;
  readonly manifests: Manifests;
  readonly objects: Objects;
  readonly purged: Purged;
  readonly whole: WholeContents;
  readonly #writers = new Map<string, EntityWriter>();
  readonly #upkeep: NodeJS.Timeout;
  #resting = 0;

  private constructor(ports: Ports, layout: Layout, how: Authors) {
    this.ports = ports;
    this.layout = layout;
    this.self = { ...identifySelf(ports, layout), writer: newWriterId(ports) };
    const hybrid = new HybridClock(ports.clock);
    const author = how.author ?? systemUser();
    this.source = new FactSource(ports, hybrid, () => author);
    this.ledger = new Ledger(ports, layout, new FactSource(ports, hybrid, () => how.identity?.() ?? author));
    this.claims = new Claims(ports, layout, this.self);
    this.live = new LiveProcesses(ports, layout, this.self);
    this.adding = new Adding(ports, layout, this.self);
    this.cache = new CacheRoom(ports, layout);
    this.touched = new TouchedLog(ports, layout, this.self.writer);
    this.manifests = new Manifests(ports, layout);
    this.objects = new Objects(ports, layout);
    this.whole = new WholeContents(ports, layout);
    this.purged = new Purged(this.ledger);
    this.#upkeep = setInterval(() => void this.sync(), 1000);
    this.#upkeep.unref();
  }

  /** Opens a store, creating it where `create` is set. */
  static open(ports: Ports, root: string, how: Authors & { readonly create: boolean }): Store {
    checkFormat(ports, new Layout(root));
    const layout = layoutOf(ports.files, root);
    checkLinks(ports.files, layout);
    if (how.create) {
      try {
        createStore(ports, layout);
      } catch (error) {
        throw toFailure(error, said`Cannot create the store ${root}`);
      }
    } else if (ports.files.stat(root)?.kind !== "folder") {
      throw new Failure("store.none", said`There is no store at ${root}.`, {
        next: said`Track a run with \`loam run -- COMMAND\`, or make an empty store with \`loam init\`.`,
      });
    }
    return new Store(beyondLocal(ports, layout), layout, how);
  }

  /** This process's files of an entity, opened when first written. Not to be kept: quiet ones are closed. */
  writer(ref: EntityRef): EntityWriter {
    const key = entityKey(ref);
    let writer = this.#writers.get(key);
    if (!writer) {
      if (this.#writers.size >= mostOpen) this.#rest(this.#writers.keys().next().value);
      writer = new EntityWriter(this.ports, this.layout, this.self.writer, this.touched, ref);
    } else this.#writers.delete(key);
    this.#writers.set(key, writer); // last in the map is the latest used
    return writer;
  }

  /** Closes an entity's files: behind a sync in the background, or at once where too many wait for theirs. */
  #rest(key: string | undefined): void {
    const writer = key === undefined ? undefined : this.#writers.get(key);
    if (key === undefined || !writer) return;
    this.#writers.delete(key);
    if (!writer.whole) {
      this.#writers.set(key, writer); // only it can mend its torn end; the next one is asked first from now on
      return;
    }
    const told = (error: unknown): void => {
      this.ports.log.write("warn", "store", toFailure(error, said`Cannot sync ${key}`).message);
    };
    if (this.#resting >= mostResting) {
      try {
        writer.close();
      } catch (error) {
        told(error);
      }
      return;
    }
    this.#resting++;
    void writer
      .rest()
      .catch(told)
      .finally(() => {
        this.#resting--;
      });
  }

  /** Makes all that was written durable. Called each second by the store itself. */
  async sync(): Promise<void> {
    for (const key of this.touched.settle()) this.#rest(key);
    for (const writer of [...this.#writers.values()]) {
      try {
        await writer.sync();
      } catch (error) {
        this.ports.log.write("warn", "store", toFailure(error, said`Cannot sync ${writer.ref.id}`).message);
      }
    }
  }

  dispose(): void {
    clearInterval(this.#upkeep);
    const closing = new DisposableStore();
    closing.add({ dispose: () => this.live.withdraw() });
    closing.add({ dispose: () => this.adding.withdraw() });
    closing.add({ dispose: () => this.touched.close() });
    closing.add(this.cache);
    closing.add(this.objects);
    for (const writer of this.#writers.values()) closing.add({ dispose: () => writer.close() });
    this.#writers.clear();
    try {
      closing.dispose();
    } catch (error) {
      throw toFailure(error, said`Cannot close the store ${this.layout.root}`);
    }
  }
}

function systemUser(): string {
  try {
    return os.userInfo().username;
  } catch {
    return process.env["USER"] ?? process.env["USERNAME"] ?? "unknown";
  }
}
