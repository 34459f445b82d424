import { findDataset } from "../core/datasets/find.js";
import { workingState } from "../core/datasets/working-copy.js";
import { readWords, type Verb } from "./command.js";
import { workingCell } from "./data-words.js";
import { inEnglish } from "./english.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines, type Cell } from "./table.js";

const usage = "data status [NAME …] [--json]";

export const verb: Verb = {
  summary: "how the working copies stand to their versions",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    return inFolder(context, async ({ datasets }) => {
      const named = positionals.map((word) => findDataset(datasets, word));
      const asked = named.length > 0 ? named : datasets.all().filter((one) => one.stage === "active");
      const rows: { readonly json: object; readonly cells: readonly Cell[] }[] = [];
      for (const detail of asked) {
        const working = await workingState(datasets, detail, context.signal);
        const { id, name, path } = detail;
        rows.push({
          json: { id, name, path, latest: detail.latest?.number ?? null, working },
          cells: [name, workingCell(working), String(detail.latest?.number ?? ""), path],
        });
      }
      if (context.json) context.out(JSON.stringify({ datasets: rows.map(({ json }) => json) }, inEnglish));
      else if (rows.length === 0) context.say("No data is tracked yet. Begin with: loam data add PATH");
      else
        context.out(
          tableLines(
            [
              { title: "data set", align: "left", shrinksTo: 16 },
              { title: "working copy", align: "left", shrinksTo: 20 },
              { title: "newest", align: "right" },
              { title: "path", align: "left", shrinksTo: 16 },
            ],
            rows.map(({ cells }) => cells),
            ownScreen(),
          ).join("\n"),
        );
      return 0;
    });
  },
};
