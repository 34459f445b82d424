import { readWords, wrongUsage, type Verb } from "./command.js";
import { findRun } from "./find-run.js";
import { inFolder } from "./open-folder.js";
import { rerun } from "./rerun.js";

const usage = "runs rerun RUN [--code same|now] [--param KEY=VALUE …] [--json] [--quiet]";

function paramOf(text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf("=");
  if (at <= 0) throw wrongUsage(`--param takes KEY=VALUE, not '${text}'.`, usage);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

export const verb: Verb = {
  summary: "repeat a run with its code or with today's, and other params where given",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      code: { type: "string" },
      param: { type: "string", multiple: true },
    });
    const [word, extra] = positionals;
    if (word === undefined) throw wrongUsage("Which run? Name one, or say latest.", usage);
    if (extra !== undefined) throw wrongUsage(`One run at a time; '${extra}' is one too many.`, usage);
    const code = values.code ?? "same";
    if (code !== "same" && code !== "now") throw wrongUsage(`--code is same or now, not '${code}'.`, usage);
    const params = (values.param ?? []).map(paramOf);
    return inFolder(context, async (bench) => {
      const run = bench.tracking.runs.get(await findRun(bench, word, context));
      const { json, quiet } = context;
      return rerun(bench, run, { code, params, json, quiet }, context.signal);
    });
  },
};
