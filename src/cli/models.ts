import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { HelpWanted, wrongUsage, type Verb } from "./command.js";

const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  register: async () => (await import("./models-register.js")).verb,
  list: async () => (await import("./models-list.js")).verb,
  show: async () => (await import("./models-show.js")).verb,
  compare: async () => (await import("./models-compare.js")).verb,
  lineage: async () => (await import("./models-lineage.js")).verb,
  trust: async () => (await import("./models-trust.js")).verb,
  convert: async () => (await import("./models-convert.js")).verb,
  measure: async () => (await import("./models-measure.js")).verb,
  alias: async () => (await import("./models-change.js")).aliasVerb,
  ask: async () => (await import("./models-approve.js")).askVerb,
  approve: async () => (await import("./models-approve.js")).approveVerb,
  reject: async () => (await import("./models-approve.js")).rejectVerb,
  audit: async () => (await import("./models-audit.js")).verb,
  card: async () => (await import("./models-card.js")).verb,
  tag: async () => (await import("./models-change.js")).tagVerb,
  describe: async () => (await import("./models-change.js")).describeVerb,
  rename: async () => (await import("./models-change.js")).renameVerb,
  stage: async () => (await import("./models-change.js")).stageVerb,
  delete: async () => (await import("./models-change.js")).deleteVerb,
  download: async () => (await import("./models-download.js")).verb,
  webhooks: async () => (await import("./models-webhooks.js")).verb,
  code: async () => (await import("./models-download.js")).codeVerb,
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
