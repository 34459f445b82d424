import { trustOf } from "../core/registry/known-trust.js";
import { readWords, type Verb } from "./command.js";
import { findModelVersion, oneVersion } from "./find-model.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines, type Cell, type Column } from "./table.js";

const usage = "models trust NAME/N|NAME@ALIAS [--json]";

const columns: readonly Column[] = [
  { title: "danger", align: "left" },
  { title: "what", align: "left", shrinksTo: 20 },
  { title: "file", align: "left", shrinksTo: 12 },
];

export const verb: Verb = {
  summary: "what loading a version would run, by reading its files",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = oneVersion(positionals, usage);
    return inFolder(context, async (bench) => {
      const version = findModelVersion(bench, word);
      const report = await trustOf(bench.store, bench.datasets.contents, version, context.signal);
      if (context.json) {
        const { said: _, ...told } = report ?? { said: null };
        context.out(
          JSON.stringify(report ? { ...named(version), ...told } : { ...named(version), verdict: null }),
        );
        return 0;
      }
      if (!report) {
        context.out(`The files of ${version.name}/${version.number} are not in this store.`);
        return 0;
      }
      context.out(report.summary);
      if (report.findings.length > 0) context.out(findingLines(report.findings).join("\n"));
      return 0;
    });
  },
};

const named = ({ name, number }: { readonly name: string; readonly number: number }) => ({ name, number });

function findingLines(
  findings: readonly { readonly file: string; readonly what: string; readonly danger: string }[],
): string[] {
  const rows = findings.map(({ danger, what, file }): readonly Cell[] => [
    danger === "dangerous" ? { text: danger, tone: "red" } : danger,
    what,
    file,
  ]);
  return tableLines(columns, rows, ownScreen());
}
