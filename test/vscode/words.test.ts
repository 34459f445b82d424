import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { spoken, spokenIn } from "./spoken-texts.js";

const root = path.join(import.meta.dirname, "..", "..");
const read = (name: string): string => fs.readFileSync(path.join(root, name), "utf8");
const words = (name: string): Map<string, string> =>
  new Map(Object.entries(JSON.parse(read(name)) as Record<string, string>));

const places = (text: string): string[] =>
  [...text.matchAll(/\{\d\}|command:[\w.]+|`[^`]+`/g)].map(String).sort();

describe("words of the editor and of pages", () => {
  it("stand in German too, each with the same places, and none that nothing says", () => {
    const german = words("media/l10n/bundle.l10n.de.json");
    assert.deepEqual([...german.keys()].sort(), [...spoken("src", "webview").keys].sort());
    for (const [text, translated] of german) assert.deepEqual(places(translated), places(text), text);
  });

  it("are all given to l10n as they are: one that is put together would have no translation", () => {
    assert.deepEqual(spoken("src", "webview").unreadable, []);
  });

  it("are found however they are given", () => {
    const { keys, unreadable } = spokenIn(
      "planted.tsx",
      [
        'const a = l10n.t("One", 1) + vscode.l10n.t({ message: "Run", comment: "noun", args: [] });',
        'const b = <p title={l10n.t("Two")}>{l10n.plural(n, "{0} run", "{0} runs", l10n.t("Three"))}</p>;',
        "const c = l10n.t(`${n} runs`) + l10n.plural(n, one, `Many`);",
      ].join("\n"),
    );
    assert.deepEqual([...keys], ["One", "Run/noun", "Two", "{0} run", "{0} runs", "Three", "Many"]);
    assert.deepEqual(unreadable, ["planted.tsx:3: `${n} runs`", "planted.tsx:3: one"]);
  });

  it("of the manifest stand in both languages, and it names no others", () => {
    const english = words("package.nls.json");
    const german = words("package.nls.de.json");
    const named = [...read("package.json").matchAll(/"%([\w.]+)%"/g)].map(([, key = ""]) => key);
    assert.deepEqual([...english.keys()].sort(), [...new Set(named)].sort());
    assert.deepEqual([...german.keys()].sort(), [...english.keys()].sort());
    for (const [key, text] of english) assert.deepEqual(places(german.get(key) ?? ""), places(text), key);
  });
});
