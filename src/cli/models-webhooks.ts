import * as fs from "node:fs";
import { deliver } from "../api/deliver.js";
import { toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { sendWebhooks, testWebhook } from "../core/registry/send-webhooks.js";
import type { Webhook } from "../core/registry/view.js";
import type { Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { inEnglish } from "./english.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";

const usage = [
  "models webhooks add URL [--event KIND …] [--secret-file FILE] [--json]",
  "models webhooks list|send [--json]",
  "models webhooks remove|test ID [--json]",
].join("\n");

export const verb: Verb = {
  summary: "tell addresses of what happens to models",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      event: { type: "string", multiple: true },
      "secret-file": { type: "string" },
    });
    const [what, word, extra] = positionals;
    if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
    if (what === "list" || what === "send")
      return inFolder(context, async (bench) => {
        if (what === "send") await sendWebhooks(bench.registry, deliver, context.signal, { early: true });
        list(bench, context);
        return 0;
      });
    if (what !== "add" && what !== "remove" && what !== "test")
      throw wrongUsage(
        what === undefined ? "What about the webhooks?" : `There is no verb '${what}' here.`,
        usage,
      );
    if (word === undefined) throw wrongUsage(what === "add" ? "Which address?" : "Which webhook?", usage);
    return inFolder(
      context,
      (bench) =>
        change(bench, what, word, { events: values.event ?? [], secretFile: values["secret-file"] }, context),
      { create: what === "add" },
    );
  },
};

async function change(
  { registry }: Workbench,
  what: "add" | "remove" | "test",
  word: string,
  how: { readonly events: readonly string[]; readonly secretFile: string | undefined },
  context: CommandContext,
): Promise<number> {
  const told = (value: object, text: string): void => {
    if (context.json) context.out(JSON.stringify(value, inEnglish));
    else context.say(text);
  };
  if (what === "add") {
    const secret = how.secretFile === undefined ? "" : readSecret(how.secretFile);
    const id = registry.webhooks.add(word, how.events, secret);
    told({ id }, `Webhook ${id} is armed on this machine.`);
    return 0;
  }
  if (what === "remove") {
    registry.webhooks.remove(word);
    told({ id: word }, `Webhook ${word} is gone.`);
    return 0;
  }
  const answer = await testWebhook(registry, word, deliver, context.signal);
  told({ id: word, ...answer }, `${answer.delivered ? "Delivered" : "Failed"}: ${answer.told}`);
  return answer.delivered ? 0 : 1;
}

/** A secret on the command line would stand in the shell's history. `-` is stdin. */
function readSecret(file: string): string {
  try {
    return fs.readFileSync(file === "-" ? 0 : file, "utf8").trim();
  } catch (error) {
    throw toFailure(error, said`Cannot read ${file}`);
  }
}

function list({ registry }: Workbench, context: CommandContext): void {
  const webhooks = registry.webhooks.list();
  if (context.json) context.out(JSON.stringify({ webhooks }, inEnglish));
  else if (webhooks.length === 0) context.say("No webhook is armed on this machine.");
  else context.out(tableLines(columns, webhooks.map(row), ownScreen()).join("\n"));
}

const columns = [
  { title: "webhook", align: "left" },
  { title: "address", align: "left", shrinksTo: 20 },
  { title: "events", align: "left", shrinksTo: 12 },
  { title: "last delivery", align: "left", shrinksTo: 16 },
] as const;

const row = ({ id, url, events, active, waiting, lastDelivery }: Webhook): string[] => [
  id,
  url,
  events.length === 0 ? "all" : events.join(", "),
  !active
    ? "not armed on this machine"
    : lastDelivery
      ? `${lastDelivery.outcome}: ${lastDelivery.event} (${lastDelivery.told})${waiting > 0 ? `; ${waiting} to be sent` : ""}`
      : "none yet",
];
