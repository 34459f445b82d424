import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { HelpWanted, wrongUsage, type Verb } from "./command.js";

const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  list: async () => (await import("./runs-list.js")).verb,
  search: async () => (await import("./runs-list.js")).searchVerb,
  show: async () => (await import("./runs-show.js")).verb,
  compare: async () => (await import("./runs-compare.js")).verb,
  stop: async () => (await import("./runs-stop.js")).verb,
  rerun: async () => (await import("./runs-rerun.js")).verb,
  tag: async () => (await import("./runs-tag.js")).verb,
  delete: async () => (await import("./runs-delete.js")).verb,
  restore: async () => (await import("./runs-restore.js")).verb,
  export: async () => (await import("./runs-export.js")).verb,
};

const usage = `runs ${Object.keys(verbs).join("|")} …`;

export const verb: Verb = {
  summary: "list, show, compare, stop, repeat, tag, delete and export runs",
  usage,
  run: async (words, base) => {
    const [name, ...rest] = words;
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      const all = await Promise.all(Object.values(verbs).map(async (load) => (await load()).usage));
      if (name === undefined) throw wrongUsage("What about the runs?", usage);
      throw new HelpWanted(all.join("\n"));
    }
    const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!load) {
      throw new Failure("usage.wrong", said`There is no verb 'runs ${name}'.`, {
        next: said`Usage: loam ${usage}`,
      });
    }
    const found = await load();
    return found.run(rest, { ...base, verb: `runs ${name}`, usage: found.usage });
  },
};
