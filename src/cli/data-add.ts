import * as os from "node:os";
import * as path from "node:path";
import type { LeftOut } from "../core/datasets/data-files.js";
import { trackData } from "../core/datasets/version.js";
import { checkLines, hasNotPassed } from "./check-lines.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { withProgress } from "./progress.js";

const usage =
  "data add PATH [--name NAME] [--include PATTERN …] [--ignore PATTERN …] [--auto] [-m MESSAGE] [--json]";
const mostNamed = 5;

export const verb: Verb = {
  summary: "track a file or folder, or make its next version",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      name: { type: "string" },
      include: { type: "string", multiple: true },
      ignore: { type: "string", multiple: true },
      auto: { type: "boolean" },
      message: { type: "string", short: "m" },
      run: { type: "string" }, // for which a supervisor has it made
    });
    const [word, extra] = positionals;
    if (word === undefined || word === "") throw wrongUsage("Which file or folder?", usage);
    if (extra !== undefined) throw wrongUsage(`One at a time; '${extra}' is one too many.`, usage);
    const place = path.resolve(context.folder, word);
    return inFolder(
      context,
      async (bench) => {
        const made = await withProgress(context, "kept", (progress) =>
          trackData(bench.datasets, { ...values, path: place }, context.signal, progress),
        );
        // who waits for a run to start does not wait for its rules: they are asked behind the answer
        const isForRun = values.run !== undefined;
        const check = (): Promise<unknown> =>
          bench.tables.checkNew(made.dataset, made.version, context.signal);
        if (made.made && !isForRun) await check();
        const detail = bench.datasets.get(made.dataset);
        const { leftOut, stored } = made.added;
        const changed = made.added.changed.map((file) => file || detail.name); // of one file the path below is empty
        tellRemarks(context, changed, leftOut);
        if (context.json) {
          const version = detail.history.find((one) => one.id === made.version);
          const { id, name } = detail;
          context.out(
            JSON.stringify({ dataset: { id, name }, version, made: made.made, stored, changed, leftOut }),
          );
          if (made.made && isForRun) {
            os.setPriority(os.constants.priority.PRIORITY_LOW);
            await check();
          }
          return 0;
        }
        const { files, size } = made.added;
        if (!made.made)
          context.say(
            made.number === detail.latest?.number
              ? `${detail.name}: nothing changed since version ${made.number}.`
              : `${detail.name}: it is as version ${made.number} again; no new version was made.`,
          );
        else
          context.say(
            `${detail.name}: version ${made.number}, ${counted(files, "file")}, ${bytesText(size)} (${bytesText(stored)} new in the store).`,
          );
        if (files === 0 && made.added.form === "folder")
          context.say("No file is in it, or none that its patterns and .loamignore let in.");
        const checks = detail.history.find((one) => one.id === made.version)?.checks ?? [];
        if (made.made && checks.length > 0)
          context.say(checkLines(detail.name, checks.filter(hasNotPassed), checks.length).join("\n"));
        return 0;
      },
      { create: true },
    );
  },
};

function tellRemarks(context: CommandContext, changed: readonly string[], leftOut: readonly LeftOut[]): void {
  const named = (paths: readonly string[]): string =>
    paths.slice(0, mostNamed).join(", ") + (paths.length > mostNamed ? " …" : "");
  if (changed.length > 0)
    context.say(
      `${counted(changed.length, "file")} changed while being read: ${named(changed)}. The version has what was read last.`,
    );
  for (const [why, one, many] of [
    ["link", "link is", "links are"],
    ["special", "special file is", "special files are"],
  ] as const) {
    const paths = leftOut.filter((each) => each.why === why).map((each) => each.path);
    if (paths.length > 0) context.say(`${counted(paths.length, one, many)} not part of it: ${named(paths)}.`);
  }
}
