import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { HelpWanted, wrongUsage, type Verb } from "./command.js";

const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  compare: async () => (await import("./models-compare.js")).verb,
  trust: async () => (await import("./models-trust.js")).verb,
  convert: async () => (await import("./models-convert.js")).verb,
  measure: async () => (await import("./models-measure.js")).verb,
};

const usage = `models ${Object.keys(verbs).join("|")} …`;

export const verb: Verb = {
  summary: "register models, compare and approve their versions",
  usage,
  run: async (words, base) => {
    const [name, ...rest] = words;
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      const all = await Promise.all(Object.values(verbs).map(async (load) => (await load()).usage));
      if (name === undefined) throw wrongUsage("What about the models?", usage);
      throw new HelpWanted(all.join("\n"));
    }
    const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!load) {
      throw new Failure("usage.wrong", said`There is no verb 'models ${name}'.`, {
        next: said`Usage: loam ${usage}`,
      });
    }
    const found = await load();
    return found.run(rest, { ...base, verb: `models ${name}`, usage: found.usage });
  },
};
