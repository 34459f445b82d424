import type { Held } from "../core/store/holdings.js";
import { readRunFacts } from "../core/tracking/run-facts.js";
import { nameOfFact } from "../core/workbench-names.js";
import { collectIn } from "../core/workbench-trash.js";
import type { Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";

const usage = "gc [--dry-run] [--json]";

export const verb: Verb = {
  summary: "free content that nothing names any more",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { "dry-run": { type: "boolean" } });
    if (positionals.length > 0) throw wrongUsage(`'${positionals[0] ?? ""}' is one word too many.`, usage);
    const dryRun = values["dry-run"] === true;
    return inFolder(context, async (bench) => {
      const found = await collectIn(bench, { dryRun }, context.signal);
      bench.datasets.refresh();
      bench.registry.refresh();
      const held = found.held.map((one) => ({ ...one, name: nameOfHolder(bench, one) }));
      if (context.json) {
        context.out(JSON.stringify({ dryRun, ...found, held, keptObjects: found.keptObjects ?? null }));
        return 0;
      }
      const { objects, manifests, leftOvers, bytes, keptObjects } = found;
      const what = `${counted(objects.length, "object")}, ${counted(manifests.length, "manifest")}, ${counted(leftOvers.length, "file")} of work that was cut off`;
      if (dryRun && held.length > 0) context.out(heldLines(held).join("\n"));
      if (objects.length + manifests.length + leftOvers.length === 0)
        context.say("There is nothing to free.");
      else context.say(`${dryRun ? "Would free" : "Freed"} ${what}: ${bytesText(bytes)}.`);
      if (keptObjects !== undefined) context.say(`Objects are kept for now: ${keptObjects}.`);
      return 0;
    });
  },
};

interface NamedHeld extends Held {
  readonly name: string;
}

const mostShown = 50;
const nouns: Readonly<Record<string, string>> = {
  runs: "run",
  logged: "logged model",
  traces: "trace",
  "dataset.versioned": "data version",
  "version.registered": "model version",
};

function nameOfHolder(bench: Workbench, { what, id }: Held): string {
  if (what === "runs") return readRunFacts(bench.store, id)?.name ?? id;
  const entry = [...bench.store.ledger.entries].find(({ fact }) => fact.id === id);
  return (entry && nameOfFact(bench, entry.fact)) ?? id;
}

/** What holds the objects that stay. */
function heldLines(held: readonly NamedHeld[]): string[] {
  const rows = held
    .slice(0, mostShown)
    .map(({ what, name, objects, bytes, alone }) => [
      nouns[what] ?? what,
      name,
      objects.toLocaleString("en-US"),
      bytesText(bytes),
      bytesText(alone),
    ]);
  const columns = [
    { title: "held by", align: "left" },
    { title: "", align: "left", shrinksTo: 16 },
    { title: "objects", align: "right" },
    { title: "size", align: "right" },
    { title: "by it alone", align: "right" },
  ] as const;
  const more = held.length - rows.length;
  return [...tableLines(columns, rows, ownScreen()), ...(more > 0 ? [`… and ${more} more`] : [])];
}
