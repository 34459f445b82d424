import * as path from "node:path";
import { parseArgs } from "node:util";
import * as v8 from "node:v8";
import type { Failure } from "../core/base/failure.js";
import { withoutEditor } from "../run/child-environment.js";
import { findProgram } from "../run/find-program.js";
import { pythonFolder } from "../run/python-folder.js";
import { supervise, type RunOrder, type RunOutcome } from "../run/supervise.js";
import { ownSeat } from "../run/terminal.js";
import { openWorkbench } from "../core/workbench.js";
import { HelpWanted, plainPorts, sentence, wrongUsage, type CommandBase, type Verb } from "./command.js";

const usage =
  "run [--name N] [--experiment E] [--param k=v …] [--data NAME …] [--dir FOLDER] [--json] [--quiet] -- COMMAND …";

const options = {
  name: { type: "string" },
  experiment: { type: "string" },
  param: { type: "string", multiple: true },
  data: { type: "string", multiple: true },
  dir: { type: "string" },
  json: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  help: { type: "boolean", short: "h" },
} as const;

/** How long a command that is stopped has before it is killed. */
const graceMs = 10_000;

export interface RunWords {
  readonly order: RunOrder;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Loam's own words end at `--`, else where the command begins: at the first word that is no option. */
export function readRunWords(
  words: readonly string[],
  base: Pick<CommandBase, "usage" | "summary">,
): RunWords {
  const { own, command } = splitWords(words);
  let values;
  try {
    ({ values } = parseArgs({ args: [...own], options, strict: true, allowPositionals: false }));
  } catch (error) {
    throw wrongUsage(`${(error as Error).message.split(". To specify")[0] ?? ""}`, base.usage);
  }
  if (values.help === true) throw new HelpWanted(base.usage, base.summary && sentence(base.summary));
  if (command.length === 0) throw wrongUsage("There is no command to run.", base.usage);
  const params = (values.param ?? []).map((text) => {
    const at = text.indexOf("=");
    if (at <= 0) throw wrongUsage(`--param takes key=value, not '${text}'.`, base.usage);
    return { key: text.slice(0, at), value: text.slice(at + 1) };
  });
  const folder = path.resolve(values.dir ?? process.cwd());
  const { name, experiment, data } = values;
  const order = { command, folder, name, experiment, params, data };
  return { order, json: values.json ?? false, quiet: values.quiet ?? false };
}

function splitWords(words: readonly string[]): { own: readonly string[]; command: readonly string[] } {
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? "";
    if (word === "--") return { own: words.slice(0, at), command: words.slice(at + 1) };
    if (!word.startsWith("-")) break;
    const option = Object.entries(options).find(([name]) => word === `--${name}`)?.[1];
    at += option?.type === "string" ? 2 : 1;
  }
  return { own: words.slice(0, at), command: words.slice(at) };
}

const echoTo =
  (stream: NodeJS.WriteStream) =>
  (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      // Whoever reads the output may be gone (`| head`): the run goes on without an echo.
      stream.write(bytes, () => {
        resolve();
      });
    });

/** Runs an order over the store of a folder, and says how it ended. Exit code: the command's. */
export async function runOrder(words: RunWords, root?: string): Promise<number> {
  // the space for new objects would double twice while code is read, and stay so for days: 10 MB of a training's machine
  v8.setFlagsFromString("--semi-space-growth-factor=1");
  const { command, folder } = words.order;
  const { env: environment, platform } = process;
  findProgram({ command, folder, environment: withoutEditor(environment), platform }); // a slip makes no store
  const workbench = openWorkbench(folder, plainPorts, {
    create: true,
    ...(root === undefined ? {} : { root }),
  });
  const stream = words.json ? process.stderr : process.stdout;
  stream.on("error", () => undefined);
  try {
    const { startApi } = await import("../api/server.js");
    const outcome = await supervise(workbench, words.order, {
      listen: ({ token, create }) => startApi({ bench: workbench, token, adopt: create }),
      environment: process.env,
      seat: ownSeat(process.platform),
      hookFolder: pythonFolder(),
      echo: echoTo(stream),
      graceMs,
      tell: (text) => {
        if (!words.quiet) process.stderr.write(`loam: ${text}\n`);
      },
      deliver: async () => (await import("../api/deliver.js")).deliver,
    });
    report(outcome, words);
    const { failure, remarks } = outcome;
    if (!words.quiet) for (const remark of remarks) process.stderr.write(`loam: ${remark}\n`);
    if (failure) process.stderr.write(`loam: Not all of the run was recorded. ${sentences(failure)}\n`);
    return outcome.exitCode;
  } finally {
    workbench.dispose();
  }
}

const sentences = ({ message, next }: Failure): string =>
  next === undefined ? message : `${message}\n${next}`;

function report({ run, status, exitCode }: RunOutcome, { json, quiet }: RunWords): void {
  const { state } = run;
  if (json) {
    const metrics = Object.fromEntries(state.metrics.map((one) => [one.name, one.summary.lastValue]));
    const params = Object.fromEntries(state.params.map(({ key, value }) => [key, value]));
    const { id, name, experiment, start, end } = state;
    process.stdout.write(
      `${JSON.stringify({ run: id, name, experiment, status, exitCode, start, end, params, metrics })}\n`,
    );
    return;
  }
  if (quiet) return;
  const began = state.facts.get("run.created")?.start ?? state.start; // an MLflow client sets its own start later
  const seconds = ((state.facts.get("run.ended")?.end ?? began) - began) / 1000;
  const shown = state.metrics.filter((one) => !one.name.startsWith("system/")).slice(0, 4);
  const numbers = shown.map((one) => `${one.name} ${Number(one.summary.lastValue.toPrecision(4))}`);
  const word = {
    FINISHED: "finished",
    FAILED: `failed with exit code ${exitCode}`,
    KILLED: "was stopped",
    RUNNING: "runs",
    SCHEDULED: "waits",
  }[status];
  const error = state.facts.get("run.ended")?.error;
  process.stderr.write(
    `loam: ${state.name} ${word} after ${seconds.toFixed(1)} s${numbers.length > 0 ? ` · ${numbers.join(" · ")}` : ""}\n` +
      (error === undefined ? "" : `      ${error}\n`) +
      `      loam runs show ${state.id.slice(0, 12)}\n`,
  );
}

export const verb: Verb = {
  summary: "run a command and keep all of it: params, metrics, console, code, environment",
  usage,
  run: (words, base) => runOrder(readRunWords(words, base)),
};
