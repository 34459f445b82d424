#!/usr/bin/env node
import { Failure, toFailure, type FailureCode } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { HelpWanted, type Verb } from "./command.js";
import { printable } from "./text-width.js";

/** Each verb is loaded when it is called: `loam run` must have spawned its child before anything heavy is read. */
const verbs: Readonly<Record<string, () => Promise<{ readonly verb: Verb }>>> = {
  run: () => import("./run.js"),
  runs: () => import("./runs.js"),
  data: () => import("./data.js"),
  models: () => import("./models.js"),
  server: () => import("./server.js"),
  init: () => import("./init.js"),
  verify: () => import("./verify.js"),
  gc: () => import("./gc.js"),
  trash: () => import("./trash.js"),
  purge: () => import("./purge.js"),
  join: () => import("./join.js"),
  ledger: () => import("./ledger.js"),
};

const exitCodes: Partial<Record<FailureCode, number>> = {
  "usage.wrong": 2,
  "filter.syntax": 2,
  cancelled: 130,
};

async function help(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(verbs).map(async ([name, load]) => `  ${name.padEnd(8)} ${(await load()).verb.summary}`),
  );
  return [
    "Loam keeps the whole life of a machine-learning model in this folder.",
    "",
    "Usage: loam VERB … [--dir FOLDER] [--json] [--quiet]",
    "",
    ...lines,
    "",
    "loam VERB --help tells more. Start with: loam run -- python train.py",
  ].join("\n");
}

function tell(failure: Failure, asJson: boolean): void {
  if (asJson) {
    const { code, message, next } = failure;
    process.stdout.write(
      `${JSON.stringify({ error: { code, message, ...(next === undefined ? {} : { next }) } })}\n`,
    );
    return;
  }
  const text = `loam: ${failure.message}\n${failure.next === undefined ? "" : `${failure.next}\n`}`;
  process.stderr.write(text.split("\n").map(printable).join("\n")); // names in it may come from a hostile store
}

async function main(words: readonly string[]): Promise<number> {
  const [name = "help", ...rest] = words;
  if (name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(`${await help()}\n`);
    return 0;
  }
  if (name === "--version" || name === "-v" || name === "version") {
    const { version } = await import("./version.js");
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const asJson = rest.slice(0, rest.includes("--") ? rest.indexOf("--") : rest.length).includes("--json");
  const stop = new AbortController();
  try {
    const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!load) {
      throw new Failure("usage.wrong", said`There is no verb '${name}'.`, {
        next: said`loam help lists what there is.`,
      });
    }
    if (name !== "run" && name !== "server") {
      process.once("SIGINT", () => {
        stop.abort();
      });
    }
    const { verb } = await load();
    return await verb.run(rest, {
      verb: name,
      usage: verb.usage,
      summary: verb.summary,
      signal: stop.signal,
    });
  } catch (error) {
    if (error instanceof HelpWanted) {
      process.stdout.write(
        `Usage: ${error.message
          .split("\n")
          .map((line) => `loam ${line}`)
          .join("\n       ")}\n${error.about === undefined ? "" : `\n${error.about}\n`}`,
      );
      return 0;
    }
    const failure = toFailure(error, said`loam ${name}`);
    tell(failure, asJson);
    if (failure.code === "internal" && error instanceof Error && process.env["LOAM_DEBUG"] !== undefined) {
      process.stderr.write(`${error.stack ?? ""}\n`);
    }
    return exitCodes[failure.code] ?? 1;
  }
}

const given = process.argv.slice(2);
/** How a verb ends whose output was lost; a run ends as its command does. */
const unsaidCode = given[0] === "run" ? 0 : 1;
let isUnsaid = false;

// Whoever reads may have enough (`| head`): what is left to say is lost, what is left to do is done.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || isUnsaid) return;
  isUnsaid = true;
  tell(toFailure(error, said`Cannot write the output`), false);
  process.exitCode ||= unsaidCode;
});
const code = await main(given);
process.exitCode = isUnsaid ? code || unsaidCode : code;
