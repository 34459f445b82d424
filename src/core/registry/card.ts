import { inRow, said, type Piece, type Said } from "../base/said.js";
import { cardFact } from "./card-facts.js";
import type { ModelVersionDetail } from "./view.js";

/**
 * What a model's card begins with. Comments tell what belongs there; they are not shown. Another language names behind
 * a heading, in a comment, the English one that it stands for: it is found by that.
 */
const begun = (fact: (name: string) => Piece): Said => said`# ${fact("name")}, version ${fact("version")}

${fact("description")}

## Intended use

<!-- Who uses it, for which decisions, and what it is not meant for. -->

## Performance

${fact("metrics")}

## Data

${fact("data")}

## Parameters

${fact("params")}

## Inputs and outputs

${fact("signature")}

## Limitations

<!-- Where it is wrong, for whom it is worse, what was not tested. -->

## Approvals

${fact("approvals")}

Made by ${fact("author")} from run ${fact("run")}, code ${fact("code")}.
`;

/** The beginning of a card for whoever edits it, with `{{…}}` where facts will stand. */
export const cardTemplate = begun((name) => `{{${name}}}`);

/** The card that a version has: its own, else that of its model; "" where nobody wrote one. */
export const cardOf = (version: ModelVersionDetail, ofModel: string): string =>
  version.card === "" ? ofModel : version.card;

/**
 * A card with the facts of a version in the places of `{{…}}`; what is unknown stays as it is written. Where nobody
 * wrote one (""), what facts alone can say.
 */
export function fillCard(card: string, version: ModelVersionDetail): Said {
  if (card === "") return tidied(begun((name) => cardFact(name, version) ?? ""));
  const parts: Piece[] = [];
  let done = 0;
  for (const { 0: whole, 1: name = "", index } of card.matchAll(/\{\{\s*([^{}\n]{1,300}?)\s*\}\}/g)) {
    parts.push(card.slice(done, index), cardFact(name, version) ?? whole);
    done = index + whole.length;
  }
  return tidied(inRow([...parts, card.slice(done)], ""));
}

/** Comments stay in what is said in other languages: pages leave them out themselves. */
const tidied = (filled: Said): Said => ({
  ...filled,
  text: filled.text.replaceAll(/<!--[\s\S]*?-->\n?/g, "").replaceAll(/\n{3,}/g, "\n\n"),
});

/** Between a heading and the English one that it stands for. */
const standsFor = "\u0000";

/**
 * Which of these headings have no text of a person's own below them. Comments and `{{…}}` are none. A heading may stand
 * for another that a comment behind it names.
 */
export function missingHeadings(card: string, headings: readonly string[]): readonly string[] {
  const texts = new Map<string, string>();
  const above: { readonly level: number; readonly names: readonly string[] }[] = [];
  const lines = card
    .replaceAll(/^(#{1,6}\s[^\n]*?)\s*<!--\s*([^\n]*?)\s*-->\s*$/gm, `$1${standsFor}$2`)
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .split(/\r?\n/);
  for (const line of lines) {
    const [, marks, name = ""] = /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line) ?? [];
    if (marks !== undefined) {
      while ((above.at(-1)?.level ?? 0) >= marks.length) above.pop();
      above.push({ level: marks.length, names: name.toLowerCase().split(standsFor) });
      continue;
    }
    const text = line.replaceAll(/\{\{[^{}]*\}\}/g, "").trim();
    for (const { names } of above)
      for (const heading of names) texts.set(heading, (texts.get(heading) ?? "") + text);
  }
  return headings.filter((heading) => (texts.get(heading.toLowerCase()) ?? "") === "");
}
