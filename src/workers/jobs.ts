import { parentPort } from "node:worker_threads";
import { nodePorts, type Job } from "../core/base/ports.js";
import { said } from "../core/base/said.js";
import { cutFile } from "../core/datasets/cutting-job.js";
import { endLane } from "../core/datasets/lanes.js";
import { hashParts, placeChunks, placeFiles } from "../core/datasets/placing-jobs.js";
import { storeChunks, storeFiles } from "../core/datasets/storing-jobs.js";
import { unpackLzma } from "../core/registry/unpack-lzma.js";
import { Channel } from "../protocol/channel.js";
import type { JobCall, JobEvents } from "./job-wire.js";
import { wireFailure } from "./wire-failure.js";

// A job thread: does what its pool sends, one job beside another where one of them waits.

const port = parentPort;
if (!port) throw new Error("Jobs are done on a worker thread.");

type AnyJob = Job<never, unknown>;
const jobs: ReadonlyMap<string, AnyJob> = new Map(
  [cutFile, endLane, hashParts, placeChunks, placeFiles, storeChunks, storeFiles, unpackLzma].map((job) => [
    job.name,
    job as AnyJob,
  ]),
);

const channel: Channel<Record<never, never>, Record<never, never>, JobEvents> = new Channel(
  {
    send: (message) => {
      port.postMessage(message);
    },
    receive: (listener) => port.on("message", listener),
  },
  {
    answer: async (name, params, signal) => {
      const job = jobs.get(name);
      if (!job) throw new Error(`There is no job ${name}.`);
      const { call, input } = params as JobCall;
      const progress = (told: unknown): void => {
        channel.emit("told", { call, told });
      };
      return job.run(input as never, { signal, progress, ports: nodePorts });
    },
    failure: (error) => wireFailure(error, said`A job thread`),
  },
);
