import type { TrackingEvents, TrackingRequests } from "./tracking.js";

/** What the engine of a folder answers, and what it tells. */
export interface EngineRequests extends TrackingRequests {
  /** Saves and closes what is open; asked before the thread is ended. */
  "engine/end": { params: null; result: null };
}

export interface EngineEvents extends TrackingEvents {
  log: { readonly level: string; readonly area: string; readonly message: string };
}
