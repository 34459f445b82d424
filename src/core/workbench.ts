import * as path from "node:path";
import type { Disposable } from "./base/lifetime.js";
import type { Ports } from "./base/ports.js";
import { gitIdentity } from "./code/identity.js";
import { DataTables } from "./datasets/data-tables.js";
import { Datasets } from "./datasets/datasets.js";
import { datasetKinds } from "./datasets/kinds.js";
import { noTabular, type Tabular } from "./datasets/tabular.js";
import { Registry } from "./registry/registry.js";
import type { RegistrySearches } from "./registry/searches.js";
import { registryKinds } from "./registry/kinds.js";
import { discoverStore } from "./store/discover.js";
import type { KnownKinds } from "./store/known-kinds.js";
import type { LiveIndex } from "./store/live-index.js";
import { Store } from "./store/store.js";
import { trackingKinds } from "./tracking/kinds.js";
import { Tracking } from "./tracking/tracking.js";

/** The kinds of facts that this version knows how to fold. What frees anything refuses while a store has others. */
export const knownKinds: KnownKinds = {
  ...trackingKinds,
  ledger: new Set([...trackingKinds.ledger, ...datasetKinds, ...registryKinds]),
};

/** A folder's store with the pillars that stand on it: the same door for the command line, the editor and tests. */
export interface Workbench extends Disposable {
  readonly store: Store;
  readonly datasets: Datasets;
  /** What stands in the tables of data sets. */
  readonly tables: DataTables;
  readonly tracking: Tracking;
  readonly registry: Registry;
  /** Over registered models: from the index, opened when first asked for. */
  readonly registrySearches: () => Promise<RegistrySearches>;
  /** The folder that holds the store. */
  readonly folder: string;
}

export interface WorkbenchOptions {
  /** Makes the store where there is none. Default: throws `store.none`. */
  readonly create?: boolean;
  /** The `.loam` folder, where it is known. Default: found from the folder upwards. */
  readonly root?: string;
  /** Who writes, in every fact. Default: the system's user, and in shared facts who git says works here. */
  readonly author?: string;
  /**
   * Reads tables: what does not fit in memory goes to where `spill` says when it is first needed, and most files are in
   * `folder`. Default: none are read.
   */
  readonly tabular?: (spill: () => string, folder: string) => Tabular;
}

/** Opens the store of `folder`. The index is opened when the first search asks for it. */
export function openWorkbench(folder: string, ports: Ports, options: WorkbenchOptions = {}): Workbench {
  const root = options.root ?? discoverStore(ports.files, folder).root;
  const { author } = options;
  const identity = (): string | undefined => author ?? gitIdentity(path.dirname(root));
  const store = Store.open(ports, root, {
    create: options.create ?? false,
    ...(author === undefined ? { identity } : { author }),
  });
  let index: Promise<LiveIndex> | undefined;
  // SQLite and its megabytes are loaded by those who search, not by a supervisor that only records.
  const searching = async () => {
    const { openIndex, IndexedSearches, RegistrySearches } = await import("./workbench-index.js");
    index ??= openIndex(store).catch((error: unknown) => {
      index = undefined; // a failure is told once, not remembered
      throw error;
    });
    return { index: await index, IndexedSearches, RegistrySearches };
  };
  const datasets = new Datasets(store);
  const tabular = options.tabular?.(() => store.cache.folder("tabular"), path.dirname(root)) ?? noTabular;
  const tables = new DataTables(datasets, tabular);
  const tracking = new Tracking(store, datasets, async (owner) => {
    const { IndexedSearches: Searching, index: opened } = await searching();
    return new Searching(owner, opened);
  });
  const registry = new Registry(store, identity);
  let ofRegistry: Promise<RegistrySearches> | undefined;
  return {
    store,
    datasets,
    tables,
    tracking,
    registry,
    registrySearches: () => {
      ofRegistry ??= searching()
        .then(({ RegistrySearches: Searching, index: opened }) => new Searching(registry, opened))
        .catch((error: unknown) => {
          ofRegistry = undefined; // told once, not remembered
          throw error;
        });
      return ofRegistry;
    },
    folder: path.dirname(root),
    dispose: () => {
      index?.then(
        (opened) => {
          opened.dispose();
        },
        () => undefined, // who asked for it was told why it did not open
      );
      tables.dispose();
      tracking.runs.releaseAll();
      tracking.models.releaseAll();
      store.dispose();
    },
  };
}
