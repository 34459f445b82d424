import { LiveIndex } from "./store/live-index.js";
import type { Store } from "./store/store.js";
import { registrySection } from "./registry/tables.js";
import { trackingSection } from "./tracking/index-section.js";

export { RegistrySearches } from "./registry/searches.js";
export { IndexedSearches } from "./tracking/indexed-searches.js";

/** Opens the index of a store with the sections of all pillars: where to add that of a new one. */
export const openIndex = (store: Store): Promise<LiveIndex> =>
  LiveIndex.open(store, [trackingSection, registrySection]);
