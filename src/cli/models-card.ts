import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Failure, toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { changeModel } from "../core/registry/change.js";
import { cardPage } from "../core/registry/version-page.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findModel, oneModel } from "./find-model.js";
import { inRegistry } from "./open-folder.js";

const usage = "models card NAME[/N] [--source] [--edit | --set FILE] [--json]";

export const verb: Verb = {
  summary: "the card of a model or a version, with its facts filled in; write it",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      source: { type: "boolean" },
      edit: { type: "boolean" },
      set: { type: "string" },
    });
    const word = oneModel(positionals, usage);
    if (values.edit === true && values.set !== undefined)
      throw wrongUsage("Either --edit or --set, not both.", usage);
    return inRegistry(context, (bench) => {
      const { model, version } = findModel(bench, word);
      const id = version?.id ?? null;
      const before = cardPage(bench, model.id, id, null).source.text;
      const text =
        values.set !== undefined ? readText(values.set) : values.edit === true ? editText(before) : undefined;
      if (text !== undefined && text !== before)
        changeModel(bench.registry, model.id, {
          kind: "card",
          text,
          ...(id === null ? {} : { version: id }),
        });
      const { source, filled } = cardPage(bench, model.id, id, null);
      if (context.json) context.out(JSON.stringify({ source: source.text, filled: filled.text }));
      else if (text !== undefined)
        context.say(`${word}: its card ${text === before ? "stays" : "is written"}.`);
      else context.out((values.source === true ? source : filled).text.trimEnd());
      return Promise.resolve(0);
    });
  },
};

/** `-` is stdin. */
function readText(file: string): string {
  try {
    return fs.readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw toFailure(error, said`Cannot read ${file}`);
  }
}

/** The text as a person leaves it in the editor that git would use. */
function editText(text: string): string {
  const editor = process.env["VISUAL"] ?? process.env["EDITOR"];
  if (editor === undefined || editor.trim() === "")
    throw new Failure("usage.wrong", said`No editor is set.`, {
      next: said`Set EDITOR, or write the card from a file: --set FILE`,
    });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-card-"));
  const file = path.join(folder, "card.md");
  try {
    fs.writeFileSync(file, text);
    const { status, error } = spawnSync(`${editor} "${file}"`, { stdio: "inherit", shell: true });
    if (error || status !== 0)
      throw new Failure(
        "command.failed",
        said`${editor} ended with ${status ?? "no code"}; the card stays as it was.`,
      );
    return fs.readFileSync(file, "utf8");
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
