import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { discoverStore } from "../core/store/discover.js";
import { keepObjectsIn } from "../core/store/objects-place.js";
import { openWorkbench } from "../core/workbench.js";
import { readWords, type CommandContext, type Verb } from "./command.js";

export const verb: Verb = {
  summary: "make an empty store in this folder",
  usage: "init [--objects FOLDER] [--dir FOLDER] [--json]",
  run: async (words, base) => {
    const { values, context } = readWords(words, base, { objects: { type: "string" } });
    const { root, exists } = discoverStore(context.ports.files, context.folder);
    const objects = values.objects === undefined ? undefined : keepElsewhere(context, root, values.objects);
    openWorkbench(context.folder, context.ports, { create: true }).dispose();
    if (context.json) context.out(JSON.stringify({ store: root, created: !exists, objects }));
    else {
      context.out(exists ? `The store is here already: ${root}` : `Made the store ${root}`);
      if (objects !== undefined) context.out(`Its contents are kept in ${objects}`);
    }
    return 0;
  },
};

/** Not while others keep content where it was. */
function keepElsewhere(context: CommandContext, root: string, folder: string): string {
  let others: readonly { readonly pid: number }[] = [];
  try {
    const bench = openWorkbench(context.folder, context.ports, { create: true });
    others = bench.store.live.others();
    bench.dispose();
  } catch (error) {
    // a store whose objects are not where they were is mended by this
    if (!(error instanceof Failure) || error.code !== "store.damaged") throw error;
  }
  const [other] = others;
  if (other)
    throw new Failure("state.wrong", said`Process ${other.pid} works with the store.`, {
      next: said`Close the editor's window of this folder and end what runs, then say it again.`,
    });
  return keepObjectsIn(context.ports, root, path.resolve(context.folder, folder));
}
