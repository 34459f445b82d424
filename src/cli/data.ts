import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { HelpWanted, wrongUsage, type Verb } from "./command.js";

const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  add: async () => (await import("./data-add.js")).verb,
  status: async () => (await import("./data-status.js")).verb,
  list: async () => (await import("./data-list.js")).verb,
  log: async () => (await import("./data-log.js")).verb,
  show: async () => (await import("./data-show.js")).verb,
  files: async () => (await import("./data-files.js")).verb,
  profile: async () => (await import("./data-profile.js")).verb,
  diff: async () => (await import("./data-diff.js")).verb,
  check: async () => (await import("./data-check.js")).verb,
  overlap: async () => (await import("./data-overlap.js")).verb,
  lineage: async () => (await import("./data-lineage.js")).verb,
  get: async () => (await import("./data-get.js")).verb,
  restore: async () => (await import("./data-restore.js")).verb,
  tag: async () => (await import("./data-tag.js")).verb,
  alias: async () => (await import("./data-alias.js")).verb,
  rename: async () => (await import("./data-change.js")).renameVerb,
  describe: async () => (await import("./data-change.js")).describeVerb,
  message: async () => (await import("./data-change.js")).messageVerb,
  auto: async () => (await import("./data-change.js")).autoVerb,
  select: async () => (await import("./data-change.js")).selectVerb,
  delete: async () => (await import("./data-change.js")).deleteVerb,
  undelete: async () => (await import("./data-change.js")).undeleteVerb,
};

const usage = `data ${Object.keys(verbs).join("|")} …`;

export const verb: Verb = {
  summary: "version data files and folders, compare and restore them",
  usage,
  run: async (words, base) => {
    const [name, ...rest] = words;
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      const all = await Promise.all(Object.values(verbs).map(async (load) => (await load()).usage));
      if (name === undefined) throw wrongUsage("What about the data?", usage);
      throw new HelpWanted(all.join("\n"));
    }
    const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!load) {
      throw new Failure("usage.wrong", said`There is no verb 'data ${name}'.`, {
        next: said`Usage: loam ${usage}`,
      });
    }
    const found = await load();
    return found.run(rest, { ...base, verb: `data ${name}`, usage: found.usage });
  },
};
