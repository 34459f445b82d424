import assert from "node:assert/strict";
import { LoamFile } from "../../../src/core/code/loam-file.js";
import { mistakesInData } from "../../../src/core/datasets/quality-rules.js";
import { mistakesInModels } from "../../../src/core/registry/policy.js";
import { german } from "../../vscode/german-words.js";

const mistakesOf = (text: string) => {
  const file = LoamFile.of("loam.yaml", text);
  return file.syntaxMistakes().length > 0
    ? file.syntaxMistakes()
    : [...mistakesInData(file), ...mistakesInModels(file)];
};

/** What a person gets wrong in YAML. */
const noYaml: readonly string[] = [
  "data: [1",
  "data:\n  t: [1, 2\nother: 1\n",
  "data: {a: 1",
  "data:\n  a: {b: 1\nc: 2\n",
  'data: "a\n',
  "data: 'a\n",
  "data:\n  a: 1\n  a: 2\n",
  "data:\n\ta: 1\n",
  "data:\n  a: 1\n b: 2\n",
  "data:\n  - a\n - b\n",
  "data: a: b\n",
  "data:\n  a\n  b: 1\n",
  "data: @a\n",
  "data: *gone\n",
  'data: "\\q"\n',
  "data: [a b: c d: e]\n",
  "data: [a]#b\n",
  "data: ]\n",
  "data: !what a\n",
];

const rule = (entry: string): string => `data:\n  t:\n    rules:\n      - ${entry}\n`;
/** What is YAML, and does not say what the file may say. */
const notAllowed: readonly (readonly [text: string, english: string, german: string])[] = [
  ["- data\n", "It has to begin with a name", "Am Anfang müssen ein Name"],
  ["data: 5\n", "It has to be names with values", "Hier muss ein Abschnitt aus Namen mit Werten"],
  ["data:\n  t:\n    rules: 5\n", "It has to be a list.", "Hier muss eine Liste stehen."],
  ["data:\n  t:\n    rule: []\n", "There is no key rule here.", "Den Schlüssel rule gibt es hier nicht."],
  [rule("{column: a, x: 1, y: 2}"), "There are no keys x, y here.", "Die Schlüssel x, y gibt es hier nicht."],
  [
    rule("{column: a, type: word}"),
    "It has to be one of number, integer",
    "Es muss eines davon sein: number",
  ],
  [rule("{column: '', unique: true}"), "It must not be empty.", "Es darf nicht leer sein."],
  [rule("{column: a, min: low}"), "Say a number.", "Nennen Sie eine Zahl."],
  [
    rule("{column: a, values: [[1]]}"),
    "This value cannot stand here.",
    "Dieser Wert kann hier nicht stehen.",
  ],
  [
    rule("{column: a, range: [5, 1]}"),
    "The first is the smaller one.",
    "Die erste Zahl muss die kleinere sein.",
  ],
  [rule("{column: a, freshness: soon}"), "Say a span of time", "Nennen Sie eine Zeitspanne"],
  [rule("{column: a, unique: false}"), "Say true, or leave it out.", "Schreiben Sie true"],
  [rule("{column: a}"), "Say a rule", "Nennen Sie eine Regel"],
  ["models:\n  m:\n    approvers: 0\n", "It has to be 1 or more.", "Es muss mindestens 1 sein."],
  ["models:\n  m:\n    approvers: 51\n", "It has to be 50 or less.", "Es darf höchstens 50 sein."],
  [
    "models:\n  m:\n    approvers: 1.5\n",
    "It has to be a whole number.",
    "Hier muss eine ganze Zahl stehen.",
  ],
  ["models:\n  m:\n    checks: [metrics.f1 >>= 1]\n", "Column 13: found '>='", "Spalte 13: "],
];

describe("mistakes in loam.yaml", () => {
  for (const text of noYaml)
    it(`are said in German: ${JSON.stringify(text)}`, () => {
      const mistakes = mistakesOf(text);
      assert.ok(mistakes.length > 0);
      for (const { said, message } of mistakes) {
        assert.equal(said.text, message);
        assert.notEqual(german.told(said), message);
      }
    });

  for (const [text, english, translated] of notAllowed)
    it(`are said of what may not stand there, in German too: ${english}`, () => {
      const [first] = mistakesOf(text);
      assert.ok(first);
      assert.ok(first.message.startsWith(english), first.message);
      assert.ok(german.told(first.said).startsWith(translated), german.told(first.said));
    });
});
