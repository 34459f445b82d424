import { toFailure } from "../base/failure.js";
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
      throw toFailure(error, `Cannot write ${this.#layout.relative(this.#layout.entity(this.ref))}`);
    }
  }

  async sync(): Promise<void> {
    await this.#facts?.sync();
    await this.#points?.sync();
  }

  /** Closes the files and says so; those with a torn end stay open, as only this object can mend it. */
  rest(): boolean {
    if (this.#facts?.whole === false || this.#points?.whole === false) return false;
    this.close();
    return true;
  }

  /** Makes all durable and closes the files. */
  close(): void {
    const open = [this.#facts, this.#points];
    this.#facts = undefined;
    this.#points = undefined;
    for (const file of open) {
      try {
        file?.syncNow();
      } finally {
        file?.close();
      }
    }
  }
}
