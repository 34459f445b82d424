import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { said, saidIn, spoken, spokenIn } from "./spoken-texts.js";

const root = path.join(import.meta.dirname, "..", "..");
const read = (name: string): string => fs.readFileSync(path.join(root, name), "utf8");
const words = (name: string): Map<string, string> =>
  new Map(Object.entries(JSON.parse(read(name)) as Record<string, string>));

const places = (text: string): string[] =>
  [...text.matchAll(/\{\d\}|command:[\w.]+|`[^`]+`/g)].map(String).sort();

/**
 * What can reach a person in the editor, told apart by folder: what core/, engine/, workers/ and run/models/ say, and
 * of api/ and run/ those files that engine/ imports. The rest of api/ answers clients over HTTP, the rest of run/ and
 * cli/ speak on terminals.
 */
const heard = (): ReadonlySet<string> =>
  said(["src/core", "src/engine", "src/workers", "src/run/models"], ["src/api", "src/run"]);

describe("words of the editor and of pages", () => {
  it("stand in German too, each with the same places, and none that nothing says", () => {
    const german = words("media/l10n/bundle.l10n.de.json");
    const keys = new Set([...spoken("src", "webview").keys, ...heard()]);
    assert.deepEqual([...german.keys()].sort(), [...keys].sort());
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

  it("of failures are found in what the engine says, and in what it imports of those who serve", () => {
    const found = saidIn(
      "planted.ts",
      [
        "throw new Failure(`run.notFound`, said`There is no run ${id}.`, { next: said`Look.` });",
        "throw toFailure(error, said`Cannot write ${said`the ${kind}`} ${file}`);",
        "const none = said`${what}: ${reason}`; // no words of its own",
      ].join("\n"),
    );
    assert.deepEqual([...found], ["There is no run {0}.", "Look.", "Cannot write {0} {1}", "the {0}"]);
    const all = heard();
    for (const text of ["Run with id={0} not found", "{0} has no runs yet.", "Ask whoever started it."])
      assert.ok(all.has(text), text);
    assert.ok(!all.has("The upload is empty."));
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
