import type { EntityRef } from "../core/store/layout.js";
import { purgeSecret, type Secret } from "../core/store/purge.js";
import { freePurged, purgedElsewhere } from "../core/store/trash.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { confirmed } from "./confirm.js";
import { findRun } from "./find-run.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";

const usage =
  "purge --secret RUN --param KEY|--tag KEY|--console|--artifact PATH [--yes] [--json]\npurge --joined [--yes] [--json]";

const options = {
  secret: { type: "string" },
  param: { type: "string" },
  tag: { type: "string" },
  artifact: { type: "string" },
  console: { type: "boolean" },
  joined: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
} as const;

interface Given {
  readonly param?: string | undefined;
  readonly tag?: string | undefined;
  readonly artifact?: string | undefined;
  readonly console?: boolean | undefined;
}

/** What is to go, in a person's words, and how to find it in a run. */
interface Doomed {
  readonly name: string;
  readonly of: (ref: EntityRef) => Secret;
}

function valueOf(name: string, kinds: readonly string[], key: string): Doomed {
  return {
    name: `${name} '${key}'`,
    of: (ref) => ({
      what: "fact",
      ref,
      field: "value",
      matches: (fact) => kinds.includes(fact.kind) && fact["key"] === key,
    }),
  };
}

function doomed({ param, tag, artifact, console: isConsole }: Given): Doomed {
  const wanted: Doomed[] = [
    ...(param === undefined ? [] : [valueOf("the param", ["param.logged", "argument.given"], param)]),
    ...(tag === undefined ? [] : [valueOf("the tag", ["tag.set"], tag)]),
    ...(artifact === undefined
      ? []
      : [
          {
            name: `the artifact '${artifact}'`,
            of: (ref: EntityRef): Secret => ({ what: "artifact", ref, path: artifact }),
          },
        ]),
    ...(isConsole === true
      ? [{ name: "the console", of: (ref: EntityRef): Secret => ({ what: "console", ref }) }]
      : []),
  ];
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
    const done = await purgeSecret(bench.store, of({ room: "runs", id }), context.signal);
    if (context.json) {
      context.out(JSON.stringify(done));
      return 0;
    }
    const { files, alsoIn, beyond } = done;
    context.say(`${name} of ${run.name} is gone from ${counted(files.length, "file")}.`);
    if (alsoIn.length > 0)
      context.say(`The same text still stands in ${alsoIn.join(", ")}: purge that too, or delete the run.`);
    for (const sentence of beyond) context.say(sentence);
    return 0;
  });
}

async function freeJoined(context: CommandContext, yes: boolean): Promise<number> {
  return inFolder(context, async ({ store }) => {
    const items = await purgedElsewhere(store, context.signal);
    if (items.length > 0) {
      const question = `Free ${counted(items.length, "thing")} that other copies of the store purged?`;
      if (!(await confirmed(question, yes, usage, context.signal))) return 1;
    }
    const freed = await freePurged(store, items, context.signal);
    if (context.json) context.out(JSON.stringify({ items, ...freed }));
    else if (items.length === 0) context.say("Nothing that was purged elsewhere is here.");
    else context.say(`Freed ${counted(items.length, "thing")}: ${bytesText(freed.bytes)}.`);
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
