import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { rulesFor, rulesText, setRules } from "../core/datasets/quality-rules.js";
import { ruleWords } from "../core/datasets/rule-words.js";
import type { Workbench } from "../core/workbench.js";
import { checkLines } from "./check-lines.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { oneWord } from "./find-data.js";
import { meantTable, placed, tellingTables, withTables, type MeantTable } from "./find-table.js";
import { counted } from "./numbers.js";

const usage = "data check NAME[@VERSION] [--propose [--save]] [--file FILE] [--json]";

export const verb: Verb = {
  summary: "ask the quality rules of loam.yaml about a version, or propose some",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      propose: { type: "boolean" },
      save: { type: "boolean" },
      file: { type: "string" },
    });
    const word = oneWord(positionals, usage);
    if (values.save === true && values.propose !== true)
      throw wrongUsage("--save goes with --propose.", usage);
    return withTables(context, async (bench) => {
      const meant = meantTable(bench, word, context, "latest");
      if (values.propose === true)
        return propose(bench, meant, { file: values.file, save: values.save === true }, context);
      if (meant.kind === "file" || meant.version === null)
        throw new Failure("value.invalid", said`${meant.name} is tracked by nobody, so it has no rules.`, {
          next: said`Track it with \`loam data add ${meant.name}\`, or see what fits with --propose.`,
        });
      const { id, name } = meant.detail;
      const { version } = meant;
      const { rules, file } = rulesFor(bench.store, name);
      if (rules.length === 0)
        throw new Failure("value.missing", said`There are no rules for ${name} in ${file}.`, {
          next: said`Have some proposed: \`loam data check ${name} --propose --save\``,
        });
      const results = await tellingTables(context, (tell) =>
        bench.tables.check(id, version, context.signal, tell),
      );
      if (context.json) context.out(JSON.stringify({ dataset: { id, name }, version, results }));
      else context.out(checkLines(meant.name, results).join("\n"));
      return results.every(({ outcome }) => outcome === "passed") ? 0 : 1;
    });
  },
};

async function propose(
  bench: Workbench,
  meant: MeantTable,
  { file, save }: { readonly file: string | undefined; readonly save: boolean },
  context: CommandContext,
): Promise<number> {
  if (save && meant.kind === "file")
    throw wrongUsage("Rules are kept for what is tracked: loam data add comes first.", usage);
  const table = await placed(bench.tables, meant, file, context.signal);
  const rules = await tellingTables(context, (tell) =>
    bench.tables.proposeRules(table, context.signal, tell),
  );
  const name = meant.kind === "data" ? meant.detail.name : meant.name;
  if (rules.length === 0) {
    if (context.json) context.out(JSON.stringify({ rules }));
    else
      context.say(
        `${name} suggests no rules: it has too few rows, or none of its columns shows what is usual.`,
      );
    return 0;
  }
  if (save) {
    if (rulesFor(bench.store, name).rules.length > 0)
      throw new Failure("state.wrong", said`There are rules for ${name} already.`, {
        next: said`See what is proposed without --save, and take over what fits.`,
      });
    setRules(bench.store, name, rules);
  }
  if (context.json)
    context.out(JSON.stringify({ rules: rules.map((rule) => ({ ...rule, words: ruleWords(rule) })) }));
  else context.out(rulesText(name, rules).trimEnd());
  if (save) context.say(`${counted(rules.length, "rule")} written to loam.yaml.`);
  return 0;
}
