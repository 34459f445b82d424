import { parentPort, workerData } from "node:worker_threads";
import type { Log } from "../core/base/log.js";
import { nodePorts } from "../core/base/ports.js";
import { answers, Channel } from "../protocol/channel.js";
import type { EngineEvents, EngineRequests } from "../protocol/engine.js";
import type { Progress } from "../protocol/work.js";
import { inference } from "../workers/inference-client.js";
import { deliver } from "../api/deliver.js";
import { WebhookSender } from "../core/registry/send-webhooks.js";
import { auditAnswers } from "./audit-answers.js";
import { datasetAnswers } from "./dataset-answers.js";
import { fileAnswers } from "./file-answers.js";
import { jobThreads } from "../workers/pool.js";
import { Endpoint } from "./endpoint.js";
import { lineageAnswers } from "./lineage-answers.js";
import { loamFileAnswers } from "./loam-file-answers.js";
import { modelRunAnswers } from "./model-run-answers.js";
import { OpenFolder } from "./open-folder.js";
import { rulesAnswers } from "./rules-answers.js";
import { tableAnswers } from "./table-answers.js";
import { registryAnswers } from "./registry-answers.js";
import { storeState, trackingAnswers } from "./tracking-answers.js";
import { webhookAnswers } from "./webhook-answers.js";
import { wireFailure } from "./wire-failure.js";

// The engine of one workspace folder: a worker thread of the extension host, so that it can block only itself.

const port = parentPort;
if (!port) throw new Error("The engine is a worker thread.");
const { folder } = workerData as { readonly folder: string };

const log: Log = {
  write: (level, area, message) => {
    channel.emit("log", { level, area, message });
  },
};
const jobs = jobThreads(() => nodePorts);
const open = new OpenFolder(
  folder,
  { ...nodePorts, log, jobs },
  {
    state: (state) => {
      channel.emit("store/changed", storeState(state));
    },
    runs: (runs) => {
      channel.emit("runs/changed", { runs });
    },
    datasets: (datasets) => {
      channel.emit("datasets/changed", { datasets });
    },
    models: (models) => {
      channel.emit("models/changed", { models });
    },
  },
);
const endpoint = new Endpoint(open);
const channel: Channel<Record<never, never>, Record<never, never>, EngineEvents> = new Channel(
  {
    send: (message) => {
      port.postMessage(message);
    },
    receive: (listener) => port.on("message", listener),
  },
  {
    answer: answers<EngineRequests>({
      ...trackingAnswers(open, endpoint),
      ...datasetAnswers(open, tell),
      ...fileAnswers(open),
      ...tableAnswers(open, tell),
      ...rulesAnswers(open),
      ...loamFileAnswers(open),
      ...lineageAnswers(open),
      ...modelRunAnswers(open, inference, tell),
      ...registryAnswers(open, tell),
      ...auditAnswers(open, tell),
      ...webhookAnswers(open),
      "engine/end": end,
    }),
    failure: wireFailure,
  },
);

/** Says how far a long request is. */
function tell(progress: Progress): void {
  channel.emit("work/progressed", progress);
}

open.begin();
const webhooks = new WebhookSender(
  () => (open.state.state === "ready" ? open.bench.registry : undefined),
  deliver,
);

/** Closes what is open, so that the thread can be ended without loss. */
function end(): null {
  webhooks.dispose();
  endpoint.dispose();
  open.dispose();
  jobs.dispose();
  return null;
}
