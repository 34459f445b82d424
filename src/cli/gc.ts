import { knownKinds } from "../core/workbench.js";
import { collectGarbage } from "../core/store/gc.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";

const usage = "gc [--dry-run] [--json]";

export const verb: Verb = {
  summary: "free content that nothing names any more",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { "dry-run": { type: "boolean" } });
    if (positionals.length > 0) throw wrongUsage(`'${positionals[0] ?? ""}' is one word too many.`, usage);
    const dryRun = values["dry-run"] === true;
    return inFolder(context, async ({ store }) => {
      const found = await collectGarbage(store, knownKinds, { dryRun }, context.signal);
      if (context.json) {
        context.out(JSON.stringify({ dryRun, ...found, keptObjects: found.keptObjects ?? null }));
        return 0;
      }
      const { objects, leftOvers, bytes, keptObjects } = found;
      const what = `${counted(objects.length, "object")}, ${counted(leftOvers.length, "file")} of work that was cut off`;
      if (objects.length + leftOvers.length === 0) context.say("There is nothing to free.");
      else context.say(`${dryRun ? "Would free" : "Freed"} ${what}: ${bytesText(bytes)}.`);
      if (keptObjects !== undefined) context.say(`Objects are kept for now: ${keptObjects}.`);
      return 0;
    });
  },
};
