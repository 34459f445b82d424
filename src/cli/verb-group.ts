import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { HelpWanted, wrongUsage, type Verb } from "./command.js";

/** A verb that has verbs of its own, each of them loaded when it is called. `what`: what they are about, in a question. */
export function verbGroup(
  name: string,
  { summary, what }: { readonly summary: string; readonly what: string },
  verbs: Readonly<Record<string, () => Promise<Verb>>>,
): Verb {
  const usage = `${name} ${Object.keys(verbs).join("|")} …`;
  return {
    summary,
    usage,
    run: async (words, base) => {
      const [own, ...rest] = words;
      if (own === undefined) throw wrongUsage(`What about the ${what}?`, usage);
      if (own === "help" || own === "--help" || own === "-h") throw await helpOf(verbs);
      const load = Object.hasOwn(verbs, own) ? verbs[own] : undefined;
      if (!load)
        throw new Failure("usage.wrong", said`There is no verb '${name} ${own}'.`, {
          next: said`Usage: loam ${usage}`,
        });
      const found = await load();
      const { usage: ofVerb, summary: about } = found;
      return found.run(rest, { ...base, verb: `${name} ${own}`, usage: ofVerb, summary: about });
    },
  };
}

async function helpOf(verbs: Readonly<Record<string, () => Promise<Verb>>>): Promise<HelpWanted> {
  const all = await Promise.all(
    Object.entries(verbs).map(async ([name, load]) => ({ name, verb: await load() })),
  );
  const width = Math.max(...all.map(({ name }) => name.length));
  return new HelpWanted(
    all.map(({ verb }) => verb.usage).join("\n"),
    all.map(({ name, verb }) => `  ${name.padEnd(width)}  ${verb.summary}`).join("\n"),
  );
}
