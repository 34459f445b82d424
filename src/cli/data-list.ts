import { readWords, wrongUsage, type Verb } from "./command.js";
import { bytesText } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";
import { whenText } from "./times.js";

const usage = "data list [--deleted] [--json]";

export const verb: Verb = {
  summary: "all data sets with their newest versions",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { deleted: { type: "boolean" } });
    if (positionals.length > 0) throw wrongUsage(`'${positionals[0] ?? ""}' is one word too many.`, usage);
    return inFolder(context, ({ datasets }) => {
      const stage = values.deleted === true ? "deleted" : "active";
      const found = datasets.all().filter((one) => one.stage === stage);
      if (context.json) {
        context.out(JSON.stringify({ datasets: found.map(({ history: _, ...summary }) => summary) }));
        return Promise.resolve(0);
      }
      if (found.length === 0)
        context.say(
          stage === "deleted"
            ? "No data set is deleted."
            : "No data is tracked yet. Begin with: loam data add PATH",
        );
      else {
        const now = context.ports.clock.now();
        const rows = found.map(({ name, latest, versions, aliases, path }) => [
          name,
          latest ? String(latest.number) : "",
          String(versions),
          latest ? bytesText(latest.size) : "",
          latest ? whenText(latest.at, now) : "",
          Object.entries(aliases)
            .map(([alias, number]) => `@${alias} ${number}`)
            .join(", "),
          path,
        ]);
        const columns = [
          { title: "data set", align: "left", shrinksTo: 16 },
          { title: "newest", align: "right" },
          { title: "versions", align: "right" },
          { title: "size", align: "right" },
          { title: "made", align: "left" },
          { title: "aliases", align: "left", shrinksTo: 10 },
          { title: "path", align: "left", shrinksTo: 16 },
        ] as const;
        context.out(tableLines(columns, rows, ownScreen()).join("\n"));
      }
      return Promise.resolve(0);
    });
  },
};
