import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const root = path.join(import.meta.dirname, "..", "..");
const read = (name: string): string => fs.readFileSync(path.join(root, name), "utf8");
const words = (name: string): Map<string, string> =>
  new Map(Object.entries(JSON.parse(read(name)) as Record<string, string>));

/** Every text that the editor's room gives to `l10n.t`. */
function spoken(): Set<string> {
  const found = new Set<string>();
  for (const file of fs.readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    for (const [, text = ""] of read(path.join("src", file)).matchAll(/l10n\.t\(\s*("(?:[^"\\]|\\.)*")/g))
      found.add(JSON.parse(text) as string);
  }
  return found;
}

const places = (text: string): string[] =>
  [...text.matchAll(/\{\d\}|command:[\w.]+|`[^`]+`/g)].map(String).sort();

describe("words of the editor", () => {
  it("stand in German too, each with the same places, and none that nothing says", () => {
    const german = words("media/l10n/bundle.l10n.de.json");
    assert.deepEqual([...german.keys()].sort(), [...spoken()].sort());
    for (const [text, translated] of german) assert.deepEqual(places(translated), places(text), text);
  });

  it("of the manifest stand in both languages, and it names no others", () => {
    const english = words("package.nls.json");
    const german = words("package.nls.de.json");
    const named = [...read("package.json").matchAll(/"%([\w.]+)%"/g)].map(([, key = ""]) => key);
    assert.deepEqual([...english.keys()].sort(), [...new Set(named)].sort());
    assert.deepEqual([...german.keys()].sort(), [...english.keys()].sort());
    for (const [key, text] of english) assert.deepEqual(places(german.get(key) ?? ""), places(text), key);
  });

  it("are all given to l10n.t as they are: one that is put together would have no translation", () => {
    for (const file of fs.readdirSync(path.join(root, "src", "vscode"), {
      recursive: true,
      encoding: "utf8",
    }))
      if (file.endsWith(".ts"))
        assert.doesNotMatch(read(path.join("src", "vscode", file)), /l10n\.t\(\s*[^\s"]/, file);
  });
});
