import { fork } from "node:child_process";
import { Failure, type FailureCode } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Inference } from "../core/registry/inference.js";
import { Channel } from "../protocol/channel.js";
import { RemoteFailure } from "../protocol/failure.js";
import type { InferenceRequests } from "./inference-requests.js";
import { arrivedFailure, plainEnvironment, processEntry } from "./own-process.js";

/** What the process says before it ends by itself is kept for the message, up to so many characters. */
const mostSaid = 2000;

/** Runs ONNX files, each in a process of its own that goes with the answer: what it loads is not trusted. */
export const inference: Inference = {
  measure: (file, inputs, signal) => ask("measure", { file, inputs }, signal),
  answer: (file, inputs, signal) => ask("answer", { file, inputs }, signal),
};

async function ask<M extends keyof InferenceRequests>(
  method: M,
  params: InferenceRequests[M]["params"],
  signal: AbortSignal,
): Promise<InferenceRequests[M]["result"]> {
  if (signal.aborted) throw cancelled();
  const { entry, execArgv } = processEntry("inference");
  const child = fork(entry, [], {
    execArgv: [...execArgv],
    serialization: "advanced",
    env: plainEnvironment(),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-mostSaid);
  });
  const channel = new Channel<InferenceRequests, Record<never, never>, Record<never, never>>({
    send: (message) => {
      if (child.connected) child.send(message);
    },
    receive: (listener) => child.on("message", listener),
  });
  child.once("error", (error) => {
    channel.close(error.message);
  });
  child.once("close", (code, ended) => {
    const line = lastWords
      .trim()
      .split("\n")
      .findLast((one) => /error/i.test(one));
    channel.close(line ?? ended ?? String(code));
  });
  try {
    return await channel.request(method, params, signal);
  } catch (error) {
    throw localFailure(error);
  } finally {
    channel.close("ended");
    child.kill("SIGKILL"); // a run cannot be stopped otherwise, and nothing is lost
  }
}

const cancelled = (): Failure => new Failure("cancelled", said`Cancelled: running a model.`);

const codes: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "feature.absent",
  "value.invalid",
  "value.tooLarge",
]);

function localFailure(error: unknown): Failure {
  if (!(error instanceof RemoteFailure)) throw error;
  const { code, message } = error.wire;
  if (code === "cancelled") return cancelled();
  if (code === "closed" && /Cannot find (module|package)|ERR_DLOPEN_FAILED|shared object/i.test(message))
    return new Failure(
      "feature.absent",
      said`This build of Loam cannot run models on ${process.platform} ${process.arch}.`,
      { next: said`Versions can be kept and compared all the same.`, cause: error },
    );
  if (code === "closed")
    return new Failure("internal", said`The process that ran the model ended: ${message}.`, {
      next: said`The model may need more memory than there is, or be damaged.`,
      cause: error,
    });
  return arrivedFailure(error, codes);
}
