import { auditModels } from "../core/registry/audit.js";
import type { AuditEntry, AuditReport } from "../core/registry/audit-view.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { inEnglish } from "./english.js";
import { counted } from "./numbers.js";
import { modelNamed } from "./find-model.js";
import { inFolder } from "./open-folder.js";
import { ownScreen, type Screen } from "./screen.js";
import { tableLines, type Cell } from "./table.js";
import { dateText } from "./times.js";

const usage = "models audit [NAME] [--json]";

const columns = [
  { title: "when", align: "left" },
  { title: "who", align: "left", shrinksTo: 14 },
  { title: "proof", align: "left" },
  { title: "model", align: "left", shrinksTo: 10 },
  { title: "what", align: "left", shrinksTo: 20 },
  { title: "commit", align: "left" },
] as const;

export const verb: Verb = {
  summary: "who did what to models and when, checked against the ledger and git",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const [name, extra] = positionals;
    if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
    return inFolder(context, async (bench) => {
      const model = name === undefined ? null : auditedModel(bench.registry, name);
      const report = await auditModels(bench, model, context.signal);
      if (context.json) context.out(JSON.stringify(report, inEnglish));
      else {
        const names = new Map(bench.registry.all().map(({ id, name: shown }) => [id, shown]));
        context.out(reportLines(report, names, ownScreen()).join("\n"));
      }
      return report.problems.length > 0 ? 1 : 0;
    });
  },
};

/** Of a name that was deleted the one that had it last: its facts are there to be audited. */
function auditedModel(registry: Parameters<typeof auditModels>[0]["registry"], name: string): string {
  const deleted = registry.all().filter((model) => model.name === name && model.deleted);
  return (registry.byName(name) ?? deleted.at(-1) ?? modelNamed(registry, name)).id;
}

function reportLines(
  { entries, holdings, problems, unproven }: AuditReport,
  names: ReadonlyMap<string, string>,
  screen: Screen,
): string[] {
  const rows = entries.map((entry): Cell[] => [
    dateText(entry.at),
    entry.author === "" ? "nobody" : entry.author,
    proofCell(entry),
    names.get(entry.model) ?? entry.model,
    entry.comment === "" ? entry.what.text : `${entry.what.text}: ${entry.comment}`,
    entry.commit?.id.slice(0, 10) ?? "not committed",
  ]);
  const held = holdings.map(({ name, number, artifact, code, data }) => [
    `${name}/${number}`,
    ...[artifact, code, data].map((part) => (part === "givenUp" ? "given up" : part)),
  ]);
  const parts = ["version", "model files", "code", "data"].map(
    (title) => ({ title, align: "left" }) as const,
  );
  return [
    ...(rows.length === 0 ? ["No fact about models yet."] : tableLines(columns, rows, screen)),
    ...(held.length === 0 ? [] : ["", ...tableLines(parts, held, screen)]),
    "",
    problems.length === 0 ? "Every fact is what was written." : `${counted(problems.length, "problem")}:`,
    ...problems.map(({ file, what }) => `  ${file}: ${what.text}`),
    "",
    "What cannot be proved:",
    ...unproven.map(({ text }) => `  ${text}`),
  ];
}

function proofCell({ proof }: AuditEntry): Cell {
  if (proof === "altered") return { text: "ALTERED", tone: "red" };
  if (proof === "verified") return { text: proof, tone: "green" };
  return proof === "elsewhere" ? "other branch" : proof;
}
