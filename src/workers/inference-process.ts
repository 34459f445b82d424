import * as path from "node:path";
import ort from "onnxruntime-node";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Tensor } from "../core/registry/inference.js";
import type { Measured } from "../core/registry/view.js";
import { answers, Channel } from "../protocol/channel.js";
import type { InferenceRequests } from "./inference-requests.js";
import { feedOf, tensorOf } from "./tensors.js";
import { wireFailure } from "./wire-failure.js";

// The process in which ONNX files are loaded and run: what goes wrong there ends nothing else.

if (!process.send) throw new Error("The inference process is started by Loam.");

/** Runs before it is measured, and at most so many or so long after. */
const warmUps = 10;
const mostRuns = 200;
const longestMs = 3000;
/** A model that takes longer to load is not loaded a second time for the sake of a better number. */
const longLoadMs = 5000;

const options: ort.InferenceSession.SessionOptions = { executionProviders: ["cpu"], logSeverityLevel: 4 };

async function open(file: string): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(file, options);
  } catch (error) {
    throw new Failure(
      "value.invalid",
      said`ONNX Runtime cannot load ${path.basename(file)}: ${reasonOf(error)}`,
      {
        ...(/IR version|opset/i.test(reasonOf(error))
          ? { next: said`Export the model for an older version of ONNX, which this runtime knows.` }
          : {}),
        cause: error,
      },
    );
  }
}

/** Without the place in its source code and the file's in a cache, which it says first. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split("\n", 1)[0]
    ?.replace(/^Load model from .* failed: ?/, "")
    .replace(/^\S*\.(?:cc|h):\d+ [^()]*\([^()]*\) /, "")
    .slice(0, 1000) ?? "";

/** Maps and sequences cannot be fetched: asking for them would fail the whole run. */
const tensorNames = (session: ort.InferenceSession): readonly string[] =>
  session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name);

async function run(
  session: ort.InferenceSession,
  feeds: ort.InferenceSession.FeedsType,
  fetches: readonly string[],
): Promise<ort.InferenceSession.ReturnType> {
  try {
    return await session.run(feeds, fetches);
  } catch (error) {
    throw new Failure("value.invalid", said`ONNX Runtime cannot run it: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function measure(file: string, inputs: readonly Tensor[]): Promise<Omit<Measured, "at">> {
  let started = performance.now();
  let session = await open(file);
  let load = performance.now() - started;
  if (load < longLoadMs) {
    await session.release(); // the first one paid for the library too
    started = performance.now();
    session = await open(file);
    load = performance.now() - started;
  }
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, feedOf(input)]));
  const fetches = tensorNames(session);
  const times: number[] = [];
  const until = performance.now() + longestMs;
  for (
    let count = 0;
    count < warmUps + mostRuns && (times.length === 0 || performance.now() < until);
    count++
  ) {
    const before = performance.now();
    await run(session, feeds, fetches);
    const took = performance.now() - before;
    if (count >= warmUps || took * warmUps > longestMs) times.push(took);
  }
  await session.release();
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  return { load, median, slowest: times.at(-1) ?? 0, runs: times.length, runtime: runtimeName() };
}

const runtimeName = (): string => `onnxruntime-node ${ort.env.versions.node ?? ""}`.trim();

async function answer(file: string, inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
  const session = await open(file);
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, feedOf(input)]));
  const names = tensorNames(session);
  const outputs = await run(session, feeds, names);
  const told = names.flatMap((name) => {
    const output = outputs[name];
    return output ? [tensorOf(name, output)] : [];
  });
  await session.release();
  return told;
}

process.once("disconnect", () => process.exit(0)); // also where the owner was killed
process.on("SIGINT", () => undefined); // a terminal's Ctrl-C reaches all: the owner ends this one

new Channel<Record<never, never>, Record<never, never>, Record<never, never>>(
  {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    receive: (listener) => process.on("message", listener),
  },
  {
    answer: answers<InferenceRequests>({
      measure: ({ file, inputs }) => measure(file, inputs),
      answer: ({ file, inputs }) => answer(file, inputs),
    }),
    failure: (error) => wireFailure(error, said`Running a model`),
  },
);
