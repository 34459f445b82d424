import { discoverStore } from "../core/store/discover.js";
import { openWorkbench } from "../core/workbench.js";
import { readWords, type Verb } from "./command.js";

export const verb: Verb = {
  summary: "make an empty store in this folder",
  usage: "init [--dir FOLDER] [--json]",
  run: async (words, base) => {
    const { context } = readWords(words, base, {});
    const { root, exists } = discoverStore(context.ports.files, context.folder);
    openWorkbench(context.folder, context.ports, { create: true }).dispose();
    if (context.json) context.out(JSON.stringify({ store: root, created: !exists }));
    else context.out(exists ? `The store is here already: ${root}` : `Made the store ${root}`);
    return 0;
  },
};
