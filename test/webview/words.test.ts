import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { wordsElement } from "../../src/vscode/page-words.js";
import { config, listed, plural, t } from "../../webview/l10n.js";
import { bareWords } from "./bare-words.js";

const webview = path.join(import.meta.dirname, "..", "..", "webview");

describe("words of pages", () => {
  it("all go through l10n", () => {
    const files = fs.readdirSync(webview, { recursive: true, encoding: "utf8" });
    const sources = files.filter((file) => /\.tsx?$/.test(file));
    assert.ok(sources.length > 60);
    const bare = sources.flatMap((file) =>
      bareWords(file, fs.readFileSync(path.join(webview, file), "utf8")),
    );
    assert.deepEqual(bare, []);
  });

  it("that do not are found wherever they stand", () => {
    const planted = [
      'const view = <p title="Open it" class="plain">Some text {count > 1 ? "many" : words.one}</p>;',
      'const part = <Field label={`${name} of it`} what={state === "running" ? told : "Failed"} role="group" />;',
      'const fine = <b aria-label={l10n.t("Close")}>{l10n.plural(n, "{0} run", "{0} runs")} · {"×"}</b>;',
    ].join("\n");
    assert.deepEqual(bareWords("planted.tsx", planted), [
      'planted.tsx:1: "Open it"',
      "planted.tsx:1: Some text",
      'planted.tsx:1: "many"',
      "planted.tsx:2: } of it`",
      'planted.tsx:2: "Failed"',
    ]);
    assert.deepEqual(
      bareWords("run-words.ts", 'import * as x from "./x.js";\nconst said = { none: "None" };'),
      ['run-words.ts:2: "None"'],
    );
  });
});

describe("l10n of pages", () => {
  afterEach(() => {
    config({ language: "en" });
  });

  it("says a text of the bundle, else the English one, with what is put in", () => {
    config({
      language: "de",
      contents: { "Open {0} at line {1}": "Zeile {1} von {0} öffnen", "Run/noun": "Lauf", Run: "Ausführen" },
    });
    assert.equal(t("Open {0} at line {1}", "a{1}.py", 12345), "Zeile 12345 von a{1}.py öffnen");
    assert.equal(t("Close {0}", "it"), "Close it");
    assert.deepEqual([t("Run"), t({ message: "Run", comment: "noun" })], ["Ausführen", "Lauf"]);
    assert.equal(t({ message: "No {0}", comment: "noun", args: ["f1"] }), "No f1");
  });

  it("takes the plural that the language has for a count", () => {
    config({ language: "en" });
    const runs = (count: number): string => plural(count, "{0} run of {1}", "{0} runs of {1}", "it");
    assert.deepEqual([0, 1, 1234].map(runs), ["0 runs of it", "1 run of it", "1,234 runs of it"]);
    config({
      language: "pl",
      contents: {
        "{0} run of {1}": "{0} przebieg {1}",
        "{0} runs of {1}": "{0} przebiegu {1}",
        "{0} runs of {1}/few": "{0} przebiegi {1}",
        "{0} runs of {1}/many": "{0} przebiegów {1}",
      },
    });
    assert.deepEqual([1, 3, 5, 1.5].map(runs), [
      "1 przebieg it",
      "3 przebiegi it",
      "5 przebiegów it",
      "1,5 przebiegu it",
    ]);
    config({ language: "ja" }); // one plural for every count, and no bundle
    assert.deepEqual([1, 2].map(runs), ["1 run of it", "2 runs of it"]);
  });

  it("lists things as a sentence of the language does", () => {
    assert.equal(listed(["2 params", "1 file", "1 data set"]), "2 params, 1 file, 1 data set");
    config({ language: "de" });
    assert.equal(listed(["2 Parameter", "1 Datei", "1 Datensatz"]), "2 Parameter, 1 Datei und 1 Datensatz");
  });

  it("lives with a language that nobody knows", () => {
    config({ language: "no such language" });
    assert.equal(plural(2, "{0} run", "{0} runs"), "2 runs");
  });

  it("reads from the page's HTML what it is given, whatever stands in it", () => {
    const words = { "</script><b>": "</script><!-- <script> \\u003c & \u2028" };
    const element = wordsElement(words);
    const [, text = ""] =
      /^<script type="application\/json" id="words">([^<]*)<\/script>$/.exec(element) ?? [];
    assert.deepEqual(JSON.parse(text), words);
    assert.equal(wordsElement(undefined), "");
  });
});
