import { findVersion, splitName } from "../core/datasets/find.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { makeChanges } from "./data-change.js";
import { counted } from "./numbers.js";

const usage = "data tag NAME[@VERSION] KEY=VALUE … [--remove KEY …] [--json]";

function pairOf(word: string): { readonly key: string; readonly value: string } {
  const at = word.indexOf("=");
  if (at <= 0) throw wrongUsage(`A tag is KEY=VALUE, not '${word}'.`, usage);
  return { key: word.slice(0, at), value: word.slice(at + 1) };
}

export const verb: Verb = {
  summary: "set and remove tags of a data set or a version",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      remove: { type: "string", multiple: true },
    });
    const [word, ...rest] = positionals;
    if (word === undefined) throw wrongUsage("Which data set? loam data list shows them.", usage);
    const pairs = rest.map(pairOf);
    const removed = values.remove ?? [];
    if (pairs.length + removed.length === 0) throw wrongUsage("There is no tag to set or remove.", usage);
    const { name, version } = splitName(word);
    return makeChanges(
      context,
      name,
      (detail) => {
        const of = version === undefined ? {} : { version: findVersion(detail, version).id };
        return [
          ...pairs.map((pair) => ({ kind: "tag", ...pair, ...of }) as const),
          ...removed.map((key) => ({ kind: "tag", key, value: null, ...of }) as const),
        ];
      },
      () =>
        `${word}: ${[
          ...(pairs.length > 0 ? [`${counted(pairs.length, "tag")} set`] : []),
          ...(removed.length > 0 ? [`${counted(removed.length, "tag")} removed`] : []),
        ].join(", ")}.`,
    );
  },
};
