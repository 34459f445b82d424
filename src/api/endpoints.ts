import type { Log } from "../core/base/log.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { NewRun } from "../core/tracking/runs.js";
import type { SeriesReader } from "../core/tracking/series.js";
import type { Tracking } from "../core/tracking/tracking.js";
import type { Workbench } from "../core/workbench.js";
import type { GatheredLog } from "./gathered-log.js";
import type { Owners } from "./owners.js";

/** What the endpoints work with. */
export interface Endpoints {
  readonly bench: Workbench;
  /** The bench's. */
  readonly tracking: Tracking;
  readonly owners: Owners;
  readonly gathered: GatheredLog;
  readonly series: SeriesReader;
  /** Asked for each new run: the run of the launch, for the first one that its process makes. */
  readonly adopt: ((input: NewRun) => RunRecorder | undefined) | undefined;
  readonly version: string;
  readonly log: Log;
}
