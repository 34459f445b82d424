import type { EntityRef } from "../core/store/layout.js";
import { purgeSecret, type Secret } from "../core/store/purge.js";
import { freePurged, purgedElsewhere } from "../core/store/trash.js";
import type { Workbench } from "../core/workbench.js";
import { forgetPurgedCode, snapshotOf } from "./purge-code.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { confirmed } from "./confirm.js";
import { findRun } from "./find-run.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";

const usage =
  "purge --secret RUN --param KEY|--tag KEY|--console|--artifact PATH|--code [--yes] [--json]\npurge --joined [--yes] [--json]";

const options = {
  secret: { type: "string" },
  param: { type: "string" },
  tag: { type: "string" },
  artifact: { type: "string" },
  console: { type: "boolean" },
  code: { type: "boolean" },
  joined: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
} as const;

interface Given {
  readonly param?: string | undefined;
  readonly tag?: string | undefined;
  readonly artifact?: string | undefined;
  readonly console?: boolean | undefined;
  readonly code?: boolean | undefined;
}

/** What is to go, in a person's words, and how to find it in a run. */
interface Doomed {
  readonly name: string;
  readonly of: (bench: Workbench, ref: EntityRef, signal: AbortSignal) => Promise<Secret>;
}

function valueOf(name: string, kinds: readonly string[], key: string): Doomed {
  return {
    name: `the ${name} '${key}'`,
    of: async (_bench, ref) => ({
      what: "fact",
      ref,
      field: "value",
      matches: (fact) => kinds.includes(fact.kind) && fact["key"] === key,
    }),
  };
}

function doomed({ param, tag, artifact, console: isConsole, code }: Given): Doomed {
  const wanted: Doomed[] = [];
  if (param !== undefined) wanted.push(valueOf("param", ["param.logged", "argument.given"], param));
  if (tag !== undefined) wanted.push(valueOf("tag", ["tag.set"], tag));
  if (artifact !== undefined) {
    const of: Doomed["of"] = async (_bench, ref) => ({ what: "artifact", ref, path: artifact });
    wanted.push({ name: `the artifact '${artifact}'`, of });
  }
  if (isConsole === true)
    wanted.push({ name: "the console", of: async (_bench, ref) => ({ what: "console", ref }) });
  if (code === true) wanted.push({ name: "the code, for every run that had the same", of: snapshotOf });
  const [one, ...others] = wanted;
  if (!one || others.length > 0) throw wrongUsage("Say which one thing of the run holds the secret.", usage);
  return one;
}

async function purgeOne(word: string, given: Given, context: CommandContext, yes: boolean): Promise<number> {
  const { name, of } = doomed(given);
  return inFolder(context, async (bench) => {
    const id = await findRun(bench, word, context);
    const run = bench.tracking.runs.get(id);
    const question = `Remove ${name} of ${run.name} from this store for ever?`;
    if (!(await confirmed(question, yes, usage, context.signal))) return 1;
    const secret = await of(bench, { room: "runs", id }, context.signal);
    const done = await purgeSecret(bench.store, secret, context.signal);
    if (context.json) {
      context.out(JSON.stringify(done));
      return 0;
    }
    const { files, alsoIn, beyond } = done;
    if (secret.what === "snapshot") {
      context.say(`The code of ${run.name} is gone: ${counted(secret.objects.length, "object")}.`);
      context.say(
        "Files that other runs' code has too are still there: purge the code of those runs as well.",
      );
    } else context.say(`${name} of ${run.name} is gone from ${counted(files.length, "file")}.`);
    if (alsoIn.length > 0)
      context.say(`The same text still stands in ${alsoIn.join(", ")}: purge that too, or delete the run.`);
    for (const sentence of beyond) context.say(sentence);
    return 0;
  });
}

async function freeJoined(context: CommandContext, yes: boolean): Promise<number> {
  return inFolder(context, async (bench) => {
    const { store } = bench;
    const items = await purgedElsewhere(store, context.signal);
    if (items.length > 0) {
      const question = `Free ${counted(items.length, "thing")} that other copies of the store purged?`;
      if (!(await confirmed(question, yes, usage, context.signal))) return 1;
    }
    const freed = await freePurged(store, items, context.signal);
    const objects = await forgetPurgedCode(bench, context.signal);
    if (context.json) context.out(JSON.stringify({ items, ...freed, codeObjects: objects }));
    else if (items.length + objects === 0) context.say("Nothing that was purged elsewhere is here.");
    else {
      const code = objects > 0 ? [`${counted(objects, "object")} of code`] : [];
      const things = items.length > 0 ? [`${counted(items.length, "thing")}, ${bytesText(freed.bytes)}`] : [];
      context.say(`Freed ${[...things, ...code].join(", and ")}.`);
    }
    return 0;
  });
}

export const verb: Verb = {
  summary: "remove a secret from a run for ever, or what other copies purged",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, options);
    const { secret, joined } = values;
    if (positionals.length > 0) throw wrongUsage(`'${positionals[0] ?? ""}' is one word too many.`, usage);
    if ((secret === undefined) === (joined !== true)) throw wrongUsage("Say what to purge.", usage);
    const yes = values.yes === true;
    return secret === undefined ? freeJoined(context, yes) : purgeOne(secret, values, context, yes);
  },
};
