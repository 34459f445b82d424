import * as path from "node:path";
import { changeDataset } from "../core/datasets/change.js";
import { findDataset, findVersion, splitName } from "../core/datasets/find.js";
import type { DatasetChange, DatasetDetail } from "../core/datasets/view.js";
import { readWords, wrongUsage, type CommandBase, type CommandContext, type Verb } from "./command.js";
import { oneWord } from "./find-data.js";
import { inFolder } from "./open-folder.js";

/** Makes one change and tells it. */
export async function makeChanges(
  context: CommandContext,
  word: string,
  changesOf: (detail: DatasetDetail) => readonly DatasetChange[],
  told: (detail: DatasetDetail) => string,
  stage: "active" | "deleted" = "active",
): Promise<number> {
  return inFolder(context, ({ datasets }) => {
    const { id } = findDataset(datasets, word, stage);
    for (const change of changesOf(datasets.get(id))) changeDataset(datasets, id, change);
    const detail = datasets.get(id);
    if (context.json) {
      const { history: _, ...dataset } = detail;
      context.out(JSON.stringify({ dataset }));
    } else context.say(told(detail));
    return Promise.resolve(0);
  });
}

/** A data set and one text behind it. */
function nameAndText(
  words: readonly string[],
  base: CommandBase,
  what: string,
): { readonly word: string; readonly text: string; readonly context: CommandContext } {
  const { positionals, context } = readWords(words, base, {});
  const [word, text, extra] = positionals;
  if (word === undefined || text === undefined)
    throw wrongUsage(`A data set and ${what} are wanted.`, base.usage);
  if (extra !== undefined)
    throw wrongUsage(`'${extra}' is one word too many; put quotes around several.`, base.usage);
  return { word, text, context };
}

export const renameVerb: Verb = {
  summary: "give a data set another name",
  usage: "data rename NAME NEW [--json]",
  run: (words, base) => {
    const { word, text, context } = nameAndText(words, base, "its new name");
    return makeChanges(
      context,
      word,
      () => [{ kind: "rename", name: text }],
      ({ name }) => `${word} is called ${name} now.`,
    );
  },
};

export const moveVerb: Verb = {
  summary: "say that a data set's file or folder was moved; its versions stay",
  usage: "data move NAME PATH [--json]",
  run: (words, base) => {
    const { word, text, context } = nameAndText(words, base, "the path at which it is now");
    const place = path.resolve(context.folder, text);
    return makeChanges(
      context,
      word,
      () => [{ kind: "move", path: place }],
      (detail) => `${detail.name} is at ${detail.path} now.`,
    );
  },
};

export const describeVerb: Verb = {
  summary: "describe a data set, in Markdown",
  usage: "data describe NAME TEXT [--json]",
  run: (words, base) => {
    const { word, text, context } = nameAndText(words, base, "its description");
    return makeChanges(
      context,
      word,
      () => [{ kind: "describe", text }],
      ({ name }) => `${name}: description ${text === "" ? "removed" : "set"}.`,
    );
  },
};

export const messageVerb: Verb = {
  summary: "change the message of a version",
  usage: "data message NAME[@VERSION] TEXT [--json]",
  run: (words, base) => {
    const { word, text, context } = nameAndText(words, base, "the message");
    const { name: own, version } = splitName(word);
    return makeChanges(
      context,
      own,
      (detail) => [{ kind: "message", version: findVersion(detail, version).id, text }],
      (detail) => `${detail.name}@${findVersion(detail, version).number}: message set.`,
    );
  },
};

export const autoVerb: Verb = {
  summary: "make versions of what changed before a tracked run reads it, or not",
  usage: "data auto NAME on|off [--json]",
  run: (words, base) => {
    const { word, text, context } = nameAndText(words, base, "on or off");
    if (text !== "on" && text !== "off") throw wrongUsage(`It is on or off, not '${text}'.`, base.usage);
    return makeChanges(
      context,
      word,
      () => [{ kind: "auto", auto: text === "on" }],
      ({ name }) =>
        text === "on"
          ? `${name}: what changed becomes a version before a run reads it.`
          : `${name}: versions are made by hand alone.`,
    );
  },
};

export const selectVerb: Verb = {
  summary: "change which files of a folder belong to a data set; without patterns all do",
  usage: "data select NAME [--include PATTERN …] [--ignore PATTERN …] [--json]",
  run: (words, base) => {
    const { positionals, values, context } = readWords(words, base, {
      include: { type: "string", multiple: true },
      ignore: { type: "string", multiple: true },
    });
    const { include = [], ignore = [] } = values;
    return makeChanges(
      context,
      oneWord(positionals, base.usage),
      () => [{ kind: "selection", include, ignore }],
      ({ name }) => `${name}: the next version has the files that the patterns choose.`,
    );
  },
};

/** Deletes a version or a data set, or brings it back. */
function setStage(
  kind: "delete" | "restore",
  words: readonly string[],
  base: CommandBase,
  told: (word: string) => string,
): Promise<number> {
  const { positionals, context } = readWords(words, base, {});
  const word = oneWord(positionals, base.usage);
  const { name: own, version } = splitName(word);
  const isBack = kind === "restore";
  return makeChanges(
    context,
    own,
    (detail) => [
      version === undefined
        ? { kind }
        : { kind, version: findVersion(detail, version, isBack ? "any" : "active").id },
    ],
    () => told(word),
    isBack ? "deleted" : "active",
  );
}

export const deleteVerb: Verb = {
  summary: "delete a version or a data set; its files stay, and loam data undelete brings it back",
  usage: "data delete NAME[@VERSION] [--json]",
  run: (words, base) =>
    setStage("delete", words, base, (word) => `${word} is deleted. To undo: loam data undelete ${word}`),
};

export const undeleteVerb: Verb = {
  summary: "bring back a deleted version or data set",
  usage: "data undelete NAME[@VERSION] [--json]",
  run: (words, base) => setStage("restore", words, base, (word) => `${word} is back.`),
};
