import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { FilePort } from "../core/base/ports.js";
import { joinStores } from "../core/store/join.js";
import type { JoinReport } from "../core/store/join-report.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { bytesText, counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { printable } from "./text-width.js";

const usage = "join OTHER [--json]";
const mostNamed = 10;

/** The store that a person means: a `.loam` folder, or the folder that holds one. */
function storeAt(files: FilePort, folder: string): string {
  const inside = path.join(folder, ".loam");
  return files.stat(inside)?.kind === "folder" || files.stat(path.join(folder, "format.json")) === undefined
    ? inside
    : folder;
}

function reportLines(report: JoinReport): string[] {
  const { entities, ledger, objects, artifacts, bytes, mended, purged, pending, kept, left, leftCount } =
    report;
  const parts = [
    `${counted(entities.added, "run or model", "runs and models")} new`,
    `${entities.extended} longer`,
    `${entities.same} the same`,
    ...(ledger.added > 0 ? [`${counted(ledger.added, "shared fact")} new`] : []),
    ...(objects.added > 0 ? [counted(objects.added, "object")] : []),
    ...(artifacts.added + artifacts.replaced > 0
      ? [counted(artifacts.added + artifacts.replaced, "artifact")]
      : []),
    bytesText(bytes),
  ];
  const more = leftCount - Math.min(left.length, mostNamed);
  return [
    `Joined: ${parts.join(", ")}.`,
    ...(mended > 0
      ? [
          `${counted(mended, "thing is", "things are")} whole again that ${mended === 1 ? "was" : "were"} damaged here.`,
        ]
      : []),
    ...(purged > 0 ? [`${counted(purged, "thing")} left out: purged here or there.`] : []),
    ...kept.map(
      ({ file, as, why }) => `kept both of ${printable(file)}: ${why}. The other one is ${printable(as)}`,
    ),
    ...left.slice(0, mostNamed).map(({ file, why }) => `not taken: ${printable(file)}: ${why}`),
    ...(more > 0 ? [`and ${counted(more, "more file")} not taken; --json names them.`] : []),
    ...(pending.length > 0
      ? [`${counted(pending.length, "thing")} purged there is still here. To free it: loam purge --joined`]
      : []),
  ];
}

export const verb: Verb = {
  summary: "take over what another copy of a store has, without loss",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const [other, extra] = positionals;
    if (other === undefined || extra !== undefined)
      throw wrongUsage("Name one folder that holds another store.", usage);
    const root = storeAt(context.ports.files, path.resolve(other));
    if (context.ports.files.stat(root)?.kind !== "folder") {
      throw new Failure("store.none", said`There is no store at ${root}.`, {
        next: said`Name the folder that holds the other \`.loam\`.`,
      });
    }
    return inFolder(
      context,
      async ({ store }) => {
        const report = await joinStores(store, root, context.signal);
        if (context.json) context.out(JSON.stringify(report));
        else for (const line of reportLines(report)) context.say(line);
        return 0;
      },
      { create: true },
    );
  },
};
