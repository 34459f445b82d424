import type { EntityRef } from "../core/store/layout.js";
import {
  emptyTrashOf,
  trashOf,
  type EmptiedAll,
  type HeldVersion,
  type Trash,
} from "../core/workbench-trash.js";
import type { Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { confirmed } from "./confirm.js";
import { shortIds } from "./find-run.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";
import { whenText } from "./times.js";

const usage = "trash list [--json]\ntrash empty [--yes] [--json]";

const roomNames: Record<EntityRef["room"], string> = { runs: "run", logged: "model", traces: "trace" };
const mostNamed = 5;

const isEmpty = ({ entities, data, models }: Trash): boolean =>
  entities.length + data.length + models.length === 0;

function list(bench: Workbench, context: CommandContext): number {
  const trash = trashOf(bench);
  const { entities, data, models, held, bytes } = trash;
  if (context.json) {
    context.out(JSON.stringify({ deleted: entities, data, models, held, bytes }));
    return 0;
  }
  if (isEmpty(trash)) context.say("The trash is empty.");
  else {
    context.out(tableOf(trash, bench, context).join("\n"));
    context.say(
      `${bytesText(bytes)} in all. To bring one back: loam runs restore RUN, loam data undelete NAME. To free all: loam trash empty`,
    );
  }
  tellHeld(context, held);
  return 0;
}

function tableOf({ entities, data, models }: Trash, bench: Workbench, context: CommandContext): string[] {
  const shortId = shortIds(bench);
  const now = context.ports.clock.now();
  const rows = entities.map(({ room, id, name, at, bytes }) => [
    roomNames[room],
    room === "runs" ? shortId(id) : id,
    name,
    at === null ? "with its experiment" : whenText(at, now),
    bytesText(bytes),
  ]);
  for (const [what, versions] of [
    ["data version", data],
    ["model version", models],
  ] as const)
    for (const { id, name, bytes } of versions)
      rows.push([what, id.slice(-8).toLowerCase(), name, "", bytesText(bytes)]);
  const columns = [
    { title: "", align: "left" },
    { title: "id", align: "left" },
    { title: "name", align: "left", shrinksTo: 16 },
    { title: "deleted", align: "left" },
    { title: "size", align: "right" },
  ] as const;
  return tableLines(columns, rows, ownScreen());
}

function tellHeld(context: CommandContext, held: readonly HeldVersion[]): void {
  for (const { name, by } of held.slice(0, mostNamed))
    context.say(`${name} is deleted but stays: ${by.join(", ")} came of it.`);
  if (held.length > mostNamed) context.say(`… and ${held.length - mostNamed} more; --json names them.`);
}

async function empty(bench: Workbench, context: CommandContext, yes: boolean): Promise<number> {
  const trash = trashOf(bench);
  const { entities, data, models, held, bytes } = trash;
  if (!isEmpty(trash)) {
    const counts = (["runs", "logged", "traces"] as const).map(
      (room) => [entities.filter((one) => one.room === room).length, roomNames[room]] as const,
    );
    const parts = [...counts, [data.length, "data version"], [models.length, "model version"]] as const;
    const named = parts.flatMap(([count, what]) => (count === 0 ? [] : [counted(count, what)])).join(", ");
    const question = `Free ${named} with all artifacts for ever? That is ${bytesText(bytes)}.`;
    if (!(await confirmed(question, yes, usage, context.signal))) return 1;
  }
  const done = await emptyTrashOf(bench, context.signal);
  if (context.json) {
    const { garbage, ...rest } = done;
    const kept = garbage && { young: garbage.young, keptObjects: garbage.keptObjects ?? null };
    context.out(JSON.stringify({ ...rest, kept }));
    return 0;
  }
  tellEmptied(context, done);
  tellHeld(context, held);
  return 0;
}

function tellEmptied(
  context: CommandContext,
  { freed, busy, data, models, bytes, garbage }: EmptiedAll,
): void {
  const count = freed.length + data.length + models.length;
  if (count > 0) context.say(`Freed ${counted(count, "thing")}: ${bytesText(bytes)}.`);
  else if (busy.length === 0) context.say("The trash is empty.");
  if (busy.length > 0)
    context.say(`${counted(busy.length, "thing is", "things are")} still being written, and left alone.`);
  if (garbage?.keptObjects !== undefined)
    context.say(`Contents of versions are kept for now: ${garbage.keptObjects}. Later frees them: loam gc`);
  else if (garbage && garbage.young > 0)
    context.say(
      `${bytesText(garbage.young)} came within the last day. When it is over, this frees them: loam gc`,
    );
}

export const verb: Verb = {
  summary: "show what is deleted, or free it for ever",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { yes: { type: "boolean", short: "y" } });
    const [what = "list", extra] = positionals;
    if (extra !== undefined || (what !== "list" && what !== "empty"))
      throw wrongUsage(`'${extra ?? what}' is nothing that the trash does.`, usage);
    return inFolder(context, async (bench) =>
      what === "list" ? list(bench, context) : empty(bench, context, values.yes === true),
    );
  },
};
