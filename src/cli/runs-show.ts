import * as fs from "node:fs";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { consoleFile } from "../core/tracking/run-facts.js";
import { consoleTail, printConsole } from "./console-text.js";
import { findRun } from "./find-run.js";
import { inFolder, settleLost } from "./open-folder.js";
import { detailOf } from "../core/tracking/run-detail.js";
import { pageLines } from "./run-page.js";
import { ownScreen } from "./screen.js";

const usage = "runs show RUN [--console] [--code] [--json]";
const lastLines = 10;

export const verb: Verb = {
  summary: "all that is known of a run",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      console: { type: "boolean" },
      code: { type: "boolean" },
    });
    const [word, extra] = positionals;
    if (word === undefined) throw wrongUsage("Which run? Name one, or say latest.", usage);
    if (extra !== undefined)
      throw wrongUsage(`One run at a time; '${extra}' is one too many. To see two: loam runs compare`, usage);
    return inFolder(context, async (bench) => {
      const id = await findRun(bench, word, context);
      settleLost(bench, [id]);
      const file = consoleFile(bench.store, id);
      if (values.console === true && !context.json) {
        if (file === undefined)
          throw new Failure(
            "artifact.notFound",
            said`The run ${id} has no console: it was not started by loam run.`,
            {
              next: said`To see the rest of it: loam runs show ${id.slice(0, 12)}`,
            },
          );
        await printConsole(file, process.stdout, context.signal);
        return 0;
      }
      const detail = detailOf(bench.tracking, bench.tracking.runs.get(id));
      const tail = consoleTail(bench, id, lastLines);
      if (context.json) {
        const all =
          values.console === true && file !== undefined ? { text: fs.readFileSync(file, "utf8") } : {};
        context.out(JSON.stringify({ ...detail, console: tail ? { ...tail, ...all } : null }));
        return 0;
      }
      const drawing = {
        screen: ownScreen(),
        now: context.ports.clock.now(),
        withCode: values.code === true,
        tail,
      };
      context.out(pageLines(detail, drawing).join("\n"));
      return 0;
    });
  },
};
