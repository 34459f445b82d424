import { workingState } from "../core/datasets/working-copy.js";
import { findDataset, findVersion, splitName } from "../core/datasets/find.js";
import { readWords, type Verb } from "./command.js";
import { versionNotes, workingWords } from "./data-words.js";
import { inEnglish } from "./english.js";
import { oneWord } from "./find-data.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen, toned } from "./screen.js";
import { printable } from "./text-width.js";
import { dateText } from "./times.js";

const usage = "data show NAME[@VERSION] [--json]";

export const verb: Verb = {
  summary: "all that is known of a data set and one of its versions",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const { name: word, version: asked } = splitName(oneWord(positionals, usage));
    return inFolder(context, async ({ datasets }) => {
      const detail = findDataset(datasets, word, "any");
      const version =
        asked === undefined && detail.versions === 0 ? undefined : findVersion(detail, asked, "any");
      const working = await workingState(datasets, detail, context.signal);
      if (context.json) {
        const { history: _, ...dataset } = detail;
        context.out(JSON.stringify({ dataset, version: version ?? null, working }, inEnglish));
        return 0;
      }
      const patterns = [...detail.include, ...detail.ignore.map((pattern) => `not ${pattern}`)];
      const lines: [string, string][] = [
        ["path", detail.path],
        ["working copy", workingWords(working)],
        ["versions", String(detail.versions)],
        ["patterns", patterns.join(", ")],
        ["before runs", detail.auto ? "a version is made of what changed" : ""],
        [
          "tags",
          Object.entries(detail.tags)
            .map(([key, value]) => `${key}=${value}`)
            .join(", "),
        ],
        [
          "aliases",
          Object.entries(detail.aliases)
            .map(([alias, number]) => `${alias} is ${number}`)
            .join(", "),
        ],
        [
          "deleted",
          detail.stage === "deleted" ? `yes; to bring it back: loam data undelete ${detail.name}` : "",
        ],
        ["", detail.description],
      ];
      if (version)
        lines.push(
          [`version ${version.number}`, version.message],
          ["made", `${dateText(version.at)} by ${version.author}`],
          ["holds", `${counted(version.files, "file")}, ${bytesText(version.size)}`],
          ["hash", version.content],
          ["", versionNotes(version)],
        );
      const shown = lines.filter(([title, text]) => text !== "" || title.startsWith("version "));
      const width = Math.max(...shown.map(([title]) => title.length));
      context.out(
        [
          toned(printable(detail.name), "bold", ownScreen()),
          ...shown.map(([title, text]) => `  ${title.padEnd(width)}  ${printable(text)}`.trimEnd()),
        ].join("\n"),
      );
      return 0;
    });
  },
};
