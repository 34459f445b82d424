import { listModels } from "../core/registry/list-models.js";
import type { ModelSummary } from "../core/registry/view.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { numberText } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";
import { whenText } from "./times.js";

const usage = "models list [--filter FILTER] [--json]";
const most = 10_000;

const columns = [
  { title: "model", align: "left", shrinksTo: 16 },
  { title: "versions", align: "right" },
  { title: "newest", align: "right" },
  { title: "made", align: "left" },
  { title: "approval", align: "left" },
  { title: "aliases", align: "left", shrinksTo: 12 },
  { title: "best metric", align: "left", shrinksTo: 12 },
] as const;

export const verb: Verb = {
  summary: "all models with their newest versions",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { filter: { type: "string" } });
    if (positionals.length > 0) throw wrongUsage(`'${positionals[0] ?? ""}' is one word too many.`, usage);
    return inFolder(context, async (bench) => {
      const filter = values.filter ?? "";
      const models = await listModels(bench, filter, most);
      if (context.json) context.out(JSON.stringify({ models }));
      else if (models.length > 0) context.out(linesOf(models, context.ports.clock.now()).join("\n"));
      else
        context.say(
          filter === ""
            ? "No model is registered yet. Begin with: loam models register PATH --name NAME"
            : "No model matches the filter.",
        );
      return 0;
    });
  },
};

function linesOf(models: readonly ModelSummary[], now: number): string[] {
  const rows = models.map(({ name, versions, latest, aliases }) => [
    name,
    String(versions),
    latest ? String(latest.number) : "",
    latest ? whenText(latest.at, now) : "",
    latest && latest.approval !== "none" ? latest.approval : "",
    Object.entries(aliases)
      .map(([alias, number]) => `@${alias} ${number}`)
      .join(", "),
    !latest || latest.headline === null
      ? ""
      : `${latest.headline} ${metricText(latest.metrics[latest.headline])}`,
  ]);
  return tableLines(columns, rows, ownScreen());
}

const metricText = (value: number | string | undefined): string =>
  typeof value === "number" ? numberText(value) : (value ?? "");
