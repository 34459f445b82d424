import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import { damagedIn } from "./damaged.js";
import type { Layout } from "./layout.js";
import { layoutOf } from "./objects-place.js";
import { isTemporary } from "./left-overs.js";
import type { Pace } from "./pace.js";
import type { PurgedItem } from "./purged.js";
import type { Store } from "./store.js";

/** Files whose names a report lists; the rest is counted. */
const mostListed = 1000;

export interface JoinReport {
  readonly entities: { added: number; extended: number; same: number };
  /** Facts of the ledger that came into `ledger/`, and those that only `local/ledger` keeps. */
  readonly ledger: { added: number; remembered: number };
  /** Contents that came: objects, manifests, and files of the code store. */
  readonly objects: { added: number };
  readonly artifacts: { added: number; replaced: number; putAway: number };
  /** Bytes that came. */
  bytes: number;
  /** Things that a verification had found damaged here, taken from there. */
  mended: number;
  /** What was left out because it is purged here or there. */
  purged: number;
  /** Purged elsewhere, still here: readers skip it, its files remain until a person frees them (`freePurged`). */
  pending: readonly PurgedItem[];
  /** Contents of both stores that could not become one: `as` is the name under which the other one's is kept. */
  readonly kept: { readonly file: string; readonly as: string; readonly why: string }[];
  /** What was not taken over, and why. At most 1000; `leftCount` counts all. */
  readonly left: { readonly file: string; readonly why: string }[];
  leftCount: number;
}

function newReport(): JoinReport {
  return {
    entities: { added: 0, extended: 0, same: 0 },
    ledger: { added: 0, remembered: 0 },
    objects: { added: 0 },
    artifacts: { added: 0, replaced: 0, putAway: 0 },
    bytes: 0,
    mended: 0,
    purged: 0,
    pending: [],
    kept: [],
    left: [],
    leftCount: 0,
  };
}

/** One join on its way. */
export class Joining {
  readonly store: Store;
  readonly other: Layout;
  readonly pace: Pace;
  readonly report = newReport();
  /** Files that are to be made durable at the end. */
  readonly unsynced = new Set<string>();
  /** What is known to be damaged here; what was mended is taken out. */
  readonly damaged: ReturnType<typeof damagedIn>;

  constructor(store: Store, otherRoot: string, pace: Pace) {
    this.store = store;
    this.other = layoutOf(store.ports.files, otherRoot);
    this.pace = pace;
    this.damaged = damagedIn(store);
  }

  get files(): FilePort {
    return this.store.ports.files;
  }

  /** Notes what is not taken over. `file` is below the other store's root. */
  leave(file: string, why: string): void {
    if (isTemporary(path.basename(file))) return;
    this.report.leftCount++;
    const shown = file.length > 300 ? `${file.slice(0, 300)}…` : file;
    if (this.report.left.length < mostListed) this.report.left.push({ file: shown, why });
  }

  /** Notes that a file that was damaged here is whole now; false for one that was not known to be. */
  mends(file: string): boolean {
    const mended = this.damaged.files.delete(this.store.layout.relative(file));
    if (mended) this.report.mended++;
    return mended;
  }

  keep(file: string, as: string, why: string): void {
    this.report.kept.push({
      file: this.store.layout.relative(file),
      as: this.store.layout.relative(as),
      why,
    });
  }
}
