import { filesBelow } from "../core/store/entity-walk.js";
import type { EntityRef } from "../core/store/layout.js";
import { emptyTrash, purgeContents } from "../core/store/trash.js";
import { deletedEntities, isDeleted } from "../core/tracking/deleted.js";
import { readRunFacts } from "../core/tracking/run-facts.js";
import { knownKinds, type Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { confirmed } from "./confirm.js";
import { shortIds } from "./find-run.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";
import { whenText } from "./times.js";

const usage = "trash list [--json]\ntrash empty [--yes] [--json]";

interface Deleted {
  readonly room: EntityRef["room"];
  readonly id: string;
  readonly name: string;
  /** When it was deleted by itself, in ms since the epoch; null where it went with its experiment. */
  readonly at: number | null;
  readonly bytes: number;
}

const roomNames: Record<EntityRef["room"], string> = { runs: "run", logged: "model", traces: "trace" };

function describe(bench: Workbench, ref: EntityRef): Deleted {
  const { ports, layout } = bench.store;
  const run = ref.room === "runs" ? readRunFacts(bench.store, ref.id) : undefined;
  const fact = run?.facts.get("lifecycle.set");
  let bytes = 0;
  for (const { file } of filesBelow(ports.files, layout.entity(ref)))
    bytes += ports.files.stat(file)?.size ?? 0;
  return { ...ref, name: run?.name ?? "", at: fact?.stage === "deleted" ? fact.at : null, bytes };
}

/** A version of data that is deleted, by itself or with its data set. */
interface DeletedData {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
}

function deletedData({ datasets }: Workbench): readonly DeletedData[] {
  const ids = new Set(datasets.deletedVersions());
  return datasets
    .all()
    .flatMap(({ name, history }) =>
      history
        .filter((one) => ids.has(one.id))
        .map((one) => ({ id: one.id, name: `${name}@${one.number}`, bytes: one.size })),
    );
}

function list(bench: Workbench, context: CommandContext): number {
  const deleted = deletedEntities(bench.tracking).map((ref) => describe(bench, ref));
  const data = deletedData(bench);
  if (context.json) {
    context.out(JSON.stringify({ deleted, data }));
    return 0;
  }
  if (deleted.length + data.length === 0) {
    context.say("The trash is empty.");
    return 0;
  }
  const shortId = shortIds(bench);
  const now = context.ports.clock.now();
  const rows = deleted.map(({ room, id, name, at, bytes }) => [
    roomNames[room],
    room === "runs" ? shortId(id) : id,
    name,
    at === null ? "with its experiment" : whenText(at, now),
    bytesText(bytes),
  ]);
  for (const { id, name, bytes } of data)
    rows.push(["data version", id.slice(-8).toLowerCase(), name, "", bytesText(bytes)]);
  const columns = [
    { title: "", align: "left" },
    { title: "id", align: "left" },
    { title: "name", align: "left", shrinksTo: 16 },
    { title: "deleted", align: "left" },
    { title: "size", align: "right" },
  ] as const;
  context.out(tableLines(columns, rows, ownScreen()).join("\n"));
  const total = [...deleted, ...data].reduce((sum, { bytes }) => sum + bytes, 0);
  context.say(
    `${bytesText(total)} in all. To bring one back: loam runs restore RUN, loam data undelete NAME. To free all: loam trash empty`,
  );
  return 0;
}

async function empty(bench: Workbench, context: CommandContext, yes: boolean): Promise<number> {
  const { tracking, store } = bench;
  const refs = deletedEntities(tracking);
  const counts = (["runs", "logged", "traces"] as const).flatMap((room) => {
    const count = refs.filter((ref) => ref.room === room).length;
    return count === 0 ? [] : [counted(count, roomNames[room])];
  });
  const versions = deletedData(bench).length;
  if (versions > 0) counts.push(counted(versions, "data version"));
  if (refs.length + versions > 0) {
    const question = `Free ${counts.join(", ")} with all artifacts for ever?`;
    if (!(await confirmed(question, yes, usage, context.signal))) return 1;
  }
  const done = await emptyTrash(store, refs, (ref) => isDeleted(tracking, ref), knownKinds, context.signal);
  const data = await purgeContents(store, () => bench.datasets.deletedVersions(), knownKinds, context.signal);
  if (context.json) {
    context.out(JSON.stringify({ ...done, data }));
    return 0;
  }
  if (data.length > 0)
    context.say(
      `${counted(data.length, "data version")} given up. What nothing else holds is freed by: loam gc`,
    );
  if (done.freed.length === 0 && done.busy.length === 0 && data.length > 0) return 0;
  if (done.freed.length === 0 && done.busy.length === 0) context.say("The trash is empty.");
  else context.say(`Freed ${counted(done.freed.length, "thing")}: ${bytesText(done.bytes)}.`);
  if (done.busy.length > 0)
    context.say(
      `${counted(done.busy.length, "thing is", "things are")} still being written, and left alone.`,
    );
  return 0;
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
