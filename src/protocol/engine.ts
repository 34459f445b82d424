import type {
  DataFileRequests,
  DatasetEvents,
  DatasetRunRequests,
  DatasetStoreRequests,
  RulesFileRequests,
  TableRequests,
} from "./datasets.js";
import type { LoamFileRequests } from "./loam-file.js";
import type {
  AuditRequests,
  LineageRequests,
  ModelRequests,
  ModelRunRequests,
  RegistryEvents,
  WebhookRequests,
} from "./registry.js";
import type { TrackingEvents, TrackingRequests } from "./tracking.js";
import type { Progress } from "./work.js";

/** What the engine of a folder answers, and what it tells. */
export interface EngineRequests
  extends
    TrackingRequests,
    DatasetStoreRequests,
    DataFileRequests,
    TableRequests,
    RulesFileRequests,
    LoamFileRequests,
    DatasetRunRequests,
    LineageRequests,
    ModelRequests,
    AuditRequests,
    ModelRunRequests,
    WebhookRequests {
  /** Saves and closes what is open; asked before the thread is ended. */
  "engine/end": { params: null; result: null };
}

export interface EngineEvents extends TrackingEvents, DatasetEvents, RegistryEvents {
  "work/progressed": Progress;
  log: { readonly level: string; readonly area: string; readonly message: string };
}
