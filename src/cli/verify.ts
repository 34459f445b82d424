import { knownKinds } from "../core/workbench.js";
import { noteDamaged } from "../core/store/damaged.js";
import { verifyStore, type VerifyProgress } from "../core/store/verify.js";
import type { Authorship, Verified } from "../core/store/verify-report.js";
import { aboutFacts } from "../core/workbench-names.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen, toned } from "./screen.js";
import { tableLines } from "./table.js";
import { printable } from "./text-width.js";
import { dateText } from "./times.js";

const usage = "verify [--authors] [--json]";

/** Shows how far it is on a terminal's last line, and wipes it at the end. */
function progressTo(context: CommandContext): {
  readonly show: (at: VerifyProgress) => void;
  readonly end: () => void;
} {
  const live = process.stderr.isTTY && !context.quiet;
  const put = (text: string): void => {
    if (live) process.stderr.write(`\r\u001b[K${text}`);
  };
  return {
    show: ({ part, entities }) => {
      put(part === "content" ? "checking objects …" : `checked ${counted(entities, "run and model")} …`);
    },
    end: () => {
      put("");
    },
  };
}

function authorLines(authors: readonly Authorship[]): string[] {
  if (authors.length === 0) return [];
  const rows = authors.map(({ kind, at, author, commit }) => [
    kind,
    dateText(at),
    author ?? "",
    typeof commit === "string" ? commit : `${commit.author} <${commit.email}>`,
    typeof commit === "string" ? "" : commit.id.slice(0, 8),
  ]);
  const columns = ["fact", "at", "says it is by", "committed by", "commit"].map(
    (title) => ({ title, align: "left", shrinksTo: 8 }) as const,
  );
  return ["", ...tableLines(columns, rows, ownScreen())];
}

function reportLines(found: Verified, withAuthors: boolean): string[] {
  const { counts, problems, unknownKinds, foreign, unproven } = found;
  const screen = ownScreen();
  const damaged = problems.filter(({ severity }) => severity === "damage");
  const answer =
    damaged.length === 0
      ? "The store is whole."
      : `${counted(damaged.length, "thing that was recorded is", "things that were recorded are")} damaged or missing.`;
  const looked = [
    counted(counts.entities, "run or model", "runs and models"),
    counted(counts.facts, "fact"),
    counted(counts.points, "point"),
    counted(counts.artifacts, "artifact"),
    counted(counts.objects, "object"),
    counted(counts.ledger, "fact of the ledger", "facts of the ledger"),
  ];
  const kinds = [...unknownKinds].map(([kind, count]) => `${printable(kind)} (${count})`);
  const remarks = [
    ...(counts.notOnBranch > 0
      ? [`${counted(counts.notOnBranch, "fact")} of the ledger not on this branch: loam ledger publish`]
      : []),
    ...(kinds.length > 0 ? [`of kinds that this version does not know: ${kinds.join(", ")}`] : []),
    ...(counts.foreign > 0
      ? [
          `${counted(counts.foreign, "file")} none of Loam's: ${foreign.slice(0, 5).map(printable).join(", ")}`,
        ]
      : []),
  ];
  const named = problems.flatMap(({ severity, file, what, next }) => [
    `${toned(severity, severity === "damage" ? "red" : "yellow", screen)} ${printable(file)}: ${printable(what)}`,
    `  ${printable(next)}`,
  ]);
  return [
    toned(answer, damaged.length === 0 ? "bold" : "red", screen),
    `Looked at ${looked.join(", ")}.`,
    ...(named.length > 0 ? ["", ...named] : []),
    ...(remarks.length > 0 ? ["", ...remarks] : []),
    ...(withAuthors ? authorLines(found.authors) : []),
    "",
    "What this cannot prove:",
    ...unproven.map((sentence) => `  ${sentence}`),
  ];
}

export const verb: Verb = {
  summary: "check that everything recorded is there and is what was recorded",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { authors: { type: "boolean" } });
    if (positionals.length > 0) throw wrongUsage(`'${positionals[0] ?? ""}' is one word too many.`, usage);
    return inFolder(context, async (bench) => {
      const progress = progressTo(context);
      let found: Verified;
      try {
        found = await verifyStore(bench.store, context.signal, progress.show, knownKinds, aboutFacts(bench));
      } finally {
        progress.end();
      }
      const { damaged, contents, unknownKinds, ...told } = found;
      noteDamaged(bench.store, damaged);
      for (const manifest of contents) bench.store.whole.note(manifest);
      const isWhole = found.problems.every(({ severity }) => severity !== "damage");
      if (context.json)
        context.out(
          JSON.stringify({ whole: isWhole, ...told, unknownKinds: Object.fromEntries(unknownKinds) }),
        );
      else context.out(reportLines(found, values.authors === true).join("\n"));
      return isWhole ? 0 : 1;
    });
  },
};
