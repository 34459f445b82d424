import { readWords, wrongUsage, type Verb } from "./command.js";
import { counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";

const usage = "ledger publish [--json]";

export const verb: Verb = {
  summary: "write facts that another branch's ledger has into this one's",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    if (positionals.length !== 1 || positionals[0] !== "publish")
      throw wrongUsage("What about the ledger?", usage);
    return inFolder(context, async ({ store }) => {
      store.ledger.refresh();
      const missing = store.ledger.unpublished();
      for (const entry of missing) store.ledger.publish(entry);
      const facts = missing.map(({ name, fact }) => ({ name, kind: fact.kind }));
      if (context.json) context.out(JSON.stringify({ published: facts }));
      else if (facts.length === 0) context.say("Every fact that was seen here is in the ledger.");
      else context.say(`${counted(facts.length, "fact")} written into the ledger. Commit it to share them.`);
      return 0;
    });
  },
};
