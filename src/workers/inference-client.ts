import { fork } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Failure, type FailureCode } from "../core/base/failure.js";
import { said, type Said } from "../core/base/said.js";
import type { Inference } from "../core/registry/inference.js";
import { Channel } from "../protocol/channel.js";
import { RemoteFailure } from "../protocol/failure.js";
import type { Told } from "../protocol/told.js";
import type { InferenceRequests } from "./inference-requests.js";

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
  const { entry, execArgv } = processEntry();
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

/** The process's code: beside the bundle, whose parts are a folder below; in a checkout its source. */
function processEntry(): { readonly entry: string; readonly execArgv: readonly string[] } {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const bundled = [here, path.dirname(here)]
    .map((folder) => path.join(folder, "inference.js"))
    .find((file) => fs.existsSync(file));
  if (bundled !== undefined) return { entry: bundled, execArgv: [] };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return { entry: path.join(here, "inference-process.ts"), execArgv: ["--import", tsx] };
}

/** Without what the editor and Node were told for this process alone. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env))
    if (!/^(ELECTRON|VSCODE)_/.test(name) && name !== "NODE_OPTIONS") kept[name] = value;
  return { ...kept, ...(process.versions["electron"] === undefined ? {} : { ELECTRON_RUN_AS_NODE: "1" }) };
}

const cancelled = (): Failure => new Failure("cancelled", said`Cancelled: running a model.`);

const codes: ReadonlySet<string> = new Set<FailureCode>([
  "feature.absent",
  "value.invalid",
  "value.tooLarge",
]);
const isKnown = (code: string): code is FailureCode => codes.has(code);

/** A text that arrived: its pieces have their words, of which only templates are needed further on. */
const saidOf = (told: Told | undefined, text: string): Said =>
  told ? { text, template: told.template, pieces: told.pieces as Said["pieces"] } : said`${text}`;

function localFailure(error: unknown): Failure {
  if (!(error instanceof RemoteFailure)) throw error;
  const { code, message, next, told, toldNext } = error.wire;
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
  return new Failure(isKnown(code) ? code : "internal", saidOf(told, message), {
    ...(next === undefined ? {} : { next: saidOf(toldNext, next) }),
    cause: error,
  });
}
