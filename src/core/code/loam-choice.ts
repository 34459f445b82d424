import { Document } from "yaml";
import type { Said } from "../base/said.js";
import type { LoamPlace } from "./loam-place.js";
import type { LoamChoice } from "./view.js";

/** A key of the form of `loam.yaml`. */
export interface LoamWord {
  readonly name: string;
  readonly about: Said;
  /** What follows the key, in the editor's form of snippets: `: [$1]`. */
  readonly then: string;
}

/** A text that the editor's snippets take as it is. */
export const plain = (text: string): string => text.replaceAll(/[\\$}]/g, String.raw`\$&`);

/** A value as YAML has it on a line, in quotes where it needs them. */
function yamlText(value: unknown): string {
  const document = new Document();
  document.contents = document.createNode([value], { flow: true });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim().slice(1, -1);
}

/** What follows a key: between braces there is one line, and a key that has its colon needs nothing. */
const following = ({ hasColon, isFlow }: LoamPlace, then: string): string =>
  hasColon ? "" : isFlow ? (then.split("\n", 1)[0] ?? "").replace(/:$/, ": ") : then;

/** Those of the words that the map does not have yet. */
export const wordChoices = (place: LoamPlace, words: readonly LoamWord[]): LoamChoice[] =>
  words
    .filter(({ name }) => !place.beside.includes(name))
    .map(({ name, about, then }) => ({
      label: name,
      kind: "key",
      snippet: name + following(place, then),
      about,
    }));

/** A name of this workspace as a key. */
export const nameChoice = (place: LoamPlace, name: string, then: string, more: Told = {}): LoamChoice => ({
  label: name,
  kind: "value",
  snippet: plain(yamlText(name)) + following(place, then),
  ...more,
});

/** A value, in the words of the file. */
export const valueChoice = (value: unknown, more: Told = {}): LoamChoice => ({
  label: typeof value === "string" ? value : yamlText(value),
  kind: "value",
  snippet: plain(yamlText(value)),
  ...more,
});

type Told = Pick<LoamChoice, "detail" | "about">;
