import * as path from "node:path";
import type { Disposable } from "./base/lifetime.js";
import type { Ports } from "./base/ports.js";
import { discoverStore } from "./store/discover.js";
import { Store } from "./store/store.js";
import type { IndexedSearches } from "./tracking/indexed-searches.js";
import { Tracking } from "./tracking/tracking.js";

/** A folder's store with the pillars that stand on it: the same door for the command line, the editor and tests. */
export interface Workbench extends Disposable {
  readonly store: Store;
  readonly tracking: Tracking;
  /** The folder that holds the store. */
  readonly folder: string;
}

export interface WorkbenchOptions {
  /** Makes the store where there is none. Default: throws `store.none`. */
  readonly create?: boolean;
  /** The `.loam` folder, where it is known. Default: found from the folder upwards. */
  readonly root?: string;
  readonly author?: string;
}

/** Opens the store of `folder`. The index is opened when the first search asks for it. */
export function openWorkbench(folder: string, ports: Ports, options: WorkbenchOptions = {}): Workbench {
  const root = options.root ?? discoverStore(ports.files, folder).root;
  const store = Store.open(ports, root, {
    create: options.create ?? false,
    ...(options.author === undefined ? {} : { author: options.author }),
  });
  let index: Promise<IndexedSearches> | undefined;
  const tracking = new Tracking(store, (owner) => {
    // SQLite and its megabytes are loaded by those who search, not by a supervisor that only records.
    index = import("./tracking/indexed-searches.js").then(({ IndexedSearches: Index }) => Index.open(owner));
    return index;
  });
  return {
    store,
    tracking,
    folder: path.dirname(root),
    dispose: () => {
      index?.then(
        (opened) => {
          opened.dispose();
        },
        () => undefined, // who asked for it was told why it did not open
      );
      tracking.runs.releaseAll();
      tracking.models.releaseAll();
      store.dispose();
    },
  };
}
