import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { DisposableStore } from "../base/lifetime.js";
import type { Ports } from "../base/ports.js";
import type { Fact } from "./fact.js";
import type { WriterId } from "./ids.js";
import { FactFile } from "./journal.js";
import type { EntityRef, Layout } from "./layout.js";
import { PointFile } from "./points.js";
import type { TouchedLog } from "./touched.js";

/** This process's own files of one entity. A call that returns has been acknowledged by the system. */
export class EntityWriter {
  readonly ref: EntityRef;
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #writer: WriterId;
  readonly #touched: TouchedLog;
  #facts: FactFile | undefined;
  #points: PointFile | undefined;

  constructor(ports: Ports, layout: Layout, writer: WriterId, touched: TouchedLog, ref: EntityRef) {
    this.ref = ref;
    this.#ports = ports;
    this.#layout = layout;
    this.#writer = writer;
    this.#touched = touched;
  }

  /** Appends facts with one write. Throws on a failure; `kept` gets those that are in the file, then too. */
  facts(facts: readonly Fact[], kept: (facts: readonly Fact[]) => void): void {
    this.#open(() => {
      const path = this.#layout.facts(this.ref, this.#writer);
      this.#facts ??= new FactFile(this.#ports.files, path, this.#layout.relative(path));
    });
    this.#facts?.append(facts, kept);
  }

  /** Appends 32-byte records with one write. Throws on a failure; `kept` gets how many are in the file, then too. */
  points(records: Buffer, kept: (records: number) => void): void {
    this.#open(() => {
      const path = this.#layout.points(this.ref, this.#writer);
      this.#points ??= new PointFile(this.#ports.files, path, this.#layout.relative(path));
    });
    this.#points?.append(records, kept);
  }

  #open(work: () => void): void {
    this.#touched.touch(this.ref);
    try {
      if (!this.#facts && !this.#points) this.#ports.files.makeFolder(this.#layout.entity(this.ref));
      work();
    } catch (error) {
      throw toFailure(error, said`Cannot write ${this.#layout.relative(this.#layout.entity(this.ref))}`);
    }
  }

  async sync(): Promise<void> {
    await this.#facts?.sync();
    await this.#points?.sync();
  }

  /** False while a torn end waits to be mended, which only this object can. */
  get whole(): boolean {
    return this.#facts?.whole !== false && this.#points?.whole !== false;
  }

  /** Closes the files once they are synced. */
  async rest(): Promise<void> {
    const closed = await Promise.allSettled(
      this.#letGo().map(async (file) => {
        try {
          await file.sync(); // may be one that began before the last write
          await file.sync();
        } finally {
          file.close();
        }
      }),
    );
    for (const one of closed) if (one.status === "rejected") throw one.reason;
  }

  /** Makes all durable and closes the files. */
  close(): void {
    const closing = new DisposableStore();
    for (const file of this.#letGo()) {
      closing.add({
        dispose: () => {
          try {
            file.syncNow();
          } finally {
            file.close();
          }
        },
      });
    }
    closing.dispose();
  }

  #letGo(): (FactFile | PointFile)[] {
    const open = [this.#facts, this.#points].filter((file) => file !== undefined);
    this.#facts = undefined;
    this.#points = undefined;
    return open;
  }
}
