import { said } from "../core/base/said.js";
import type { TellProgress } from "../core/datasets/tabular.js";
import { answers, Channel } from "../protocol/channel.js";
import { Database } from "./tabular/database.js";
import { TableWork } from "./tabular/work.js";
import type { TabularProcessEvents, TabularProcessRequests } from "./tabular-requests.js";
import { wireFailure } from "./wire-failure.js";

// The process in which DuckDB runs. It is started by `TabularProcess` with an IPC channel, and ends with it.

const [folder, ...readable] = process.argv.slice(2);
if (folder === undefined || !process.send) throw new Error("The tabular process is started by Loam.");

let database: Database | undefined;
const work = Database.open(folder, readable).then((opened) => {
  database = opened;
  return new TableWork(opened);
});
work.catch(() => undefined); // told to whoever asks

/** Whatever happens, nothing of what was spilled stays. */
function end(): void {
  database?.dispose();
  process.exit(0);
}
process.once("disconnect", end); // also where the owner was killed
process.on("SIGINT", () => undefined); // a terminal's Ctrl-C reaches all: the owner cancels what is asked
process.once("SIGTERM", end);

/** The answer to the last question has so long to go out. */
const answerMs = 100;
/** DuckDB answers nothing more after a fault of its own: the next question is asked of another process. */
const isFatal = (error: unknown): boolean =>
  error instanceof Error && (/^(?:INTERNAL|FATAL) Error/.test(error.message) || isFatal(error.cause));

const told =
  (name: number): TellProgress =>
  ({ text, done }) => {
    channel.emit("progressed", { work: name, text, done });
  };

const channel: Channel<Record<never, never>, Record<never, never>, TabularProcessEvents> = new Channel(
  {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    receive: (listener) => process.on("message", listener),
  },
  {
    answer: answers<TabularProcessRequests>({
      profile: async (params, signal) => (await work).profile(params.table, signal, told(params.work)),
      diff: async (params, signal) => (await work).diff(params.comparison, signal, told(params.work)),
      stopped: async () => (await work).stopped(),
      diffRows: async (params, signal) => (await work).diffRows(params, signal),
      overlap: async (params, signal) => (await work).overlap(params.question, signal, told(params.work)),
      check: async ({ work: name, table, rules, now }, signal) =>
        (await work).check(table, rules, now, signal, told(name)),
    }),
    failure: (error) => {
      if (isFatal(error)) setTimeout(end, answerMs);
      return wireFailure(error, said`Reading a table`);
    },
  },
);
