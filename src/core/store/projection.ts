import type { Fact } from "./fact.js";
import type { IndexDatabase } from "./index-database.js";
import type { EntityRef, EntityRoom } from "./layout.js";

/** An entity on its way into the tables. */
export interface Projected {
  add(fact: Fact): void;
  /** 32-byte records of points. */
  addRecords(records: Buffer): void;
  /** Writes the entity's rows, replacing what stood there. */
  write(db: IndexDatabase, rid: number): void;
  /** What spares reading the points again when the entity is opened anew, as text; undefined where there is nothing to spare. */
  saved(): string | undefined;
}

/** How a pillar puts its entities into tables of its own. */
export interface Projection {
  readonly room: EntityRoom;
  /** `create table if not exists …`; a changed schema rebuilds the index. */
  readonly schema: string;
  /** Opens an entity: empty, or with the points that `saved` stands for. */
  open(ref: EntityRef, saved?: string): Projected;
  remove(db: IndexDatabase, rid: number): void;
}

/** What a pillar keeps in the index of a store. */
export interface IndexSection {
  /** Tables that follow the files of entities. */
  readonly projections: readonly Projection[];
  /** Tables that the pillar writes itself, from what it folded of the ledger; "" where it has none. */
  readonly schema: string;
}
