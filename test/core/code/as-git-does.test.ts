import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import fc from "fast-check";
import { attributeOf, builtInMacros, parseAttributes } from "../../../src/core/code/attributes.js";
import { maskAddress, parseConfig, remoteOf } from "../../../src/core/code/git-config.js";
import { comparable, isIgnored, parseIgnore, type Subject } from "../../../src/core/code/ignore-rules.js";
import { Playground } from "./playground.js";

const pieces = fc.constantFrom(
  ..."a b A * ** ? / / [ab] [!a] [a-c] \\* \\a . é [[:alpha:]] []a] [a *** - [b-] [/] ! # [^a-b] [[:upper:]b] [\\]a] b.py *.py".split(
    " ",
  ),
  " ",
  "\\ ",
);
const names = fc.constantFrom(
  "a",
  "b",
  "A",
  "ab",
  "a b",
  "é",
  "b.py",
  "a.py",
  "c",
  "*",
  "ba",
  "[a",
  "-",
  "]",
  "aé",
  "#a",
  "!a",
  " ",
);
const patterns = fc
  .tuple(
    fc.constantFrom("", "", "", "!"),
    fc.array(pieces, { minLength: 1, maxLength: 5 }),
    fc.constantFrom("", "", "/"),
  )
  .map(([not, parts, end]) => not + parts.join("") + end)
  // A line of spaces and a slash alone is an accident of `git check-ignore`, not of git.
  .filter((line) => line.trim() !== "" && line.trim() !== "!");
const manyPaths = fc.uniqueArray(
  fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
  { minLength: 30, maxLength: 30 },
);

describe("what git decides", () => {
  let play: Playground;
  before(() => {
    play = new Playground();
    play.git("init", "-q");
  });
  after(() => {
    play.dispose();
  });

  const ask = (args: readonly string[], paths: readonly string[]): string[] => {
    const input = paths.join("\0");
    const answer = spawnSync("git", [...args, "--stdin", "-z"], { cwd: play.at("work"), input });
    return answer.stdout.toString().split("\0");
  };
  const subjectOf = (path: string, isFolder: boolean, foldCase: boolean): Subject => {
    const text = comparable(path, foldCase);
    return { path: text, name: text.slice(text.lastIndexOf("/") + 1), isFolder };
  };

  it("is ignored here as there", () => {
    const list = fc.array(patterns, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(list, manyPaths, fc.boolean(), (lines, paths, foldCase) => {
        play.git("config", "core.ignorecase", String(foldCase));
        play.write({ ".gitignore": `${lines.join("\n")}\n` });
        const levels = [{ rules: parseIgnore(lines.join("\n"), foldCase), from: 0 }];
        const theirs = new Set(ask(["check-ignore", "--no-index"], paths));
        const ours = paths.filter((path) => {
          const parts = path.split("/");
          return parts.some((_, at) =>
            isIgnored(levels, subjectOf(parts.slice(0, at + 1).join("/"), at + 1 < parts.length, foldCase)),
          );
        });
        assert.deepEqual(
          ours,
          paths.filter((path) => theirs.has(path)),
          lines.join("\n"),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("has attributes here as there", () => {
    play.remove(".gitignore");
    play.git("config", "core.ignorecase", "false");
    const words = fc.constantFrom(
      "text",
      "-text",
      "!text",
      "binary",
      "eol=lf",
      "filter=lfs",
      "text=auto",
      "mine",
    );
    const line = fc
      .tuple(patterns, fc.array(words, { minLength: 1, maxLength: 3 }))
      .filter(([pattern]) => !/[\s"\\!#[]/.test(pattern))
      .map(([pattern, assigned]) => `${pattern} ${assigned.join(" ")}`);
    const said = (value: string | boolean | undefined): string =>
      value === undefined ? "unspecified" : value === true ? "set" : value === false ? "unset" : value;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), manyPaths, (lines, paths) => {
        const text = ["[attr]mine text filter=own -diff", ...lines].join("\n");
        play.write({ ".gitattributes": text });
        const levels = [{ rules: parseAttributes(text, false, builtInMacros()), from: 0 }];
        const asked = ["text", "eol", "filter"];
        const theirs = ask(["check-attr", ...asked], paths);
        const ours = paths.flatMap((path) =>
          asked.flatMap((name) => [
            path,
            name,
            said(attributeOf(levels, subjectOf(path, false, false), name)),
          ]),
        );
        assert.deepEqual(ours, theirs.slice(0, -1), text);
      }),
      {
        numRuns: 60,
        examples: [
          [
            ["/a** text", "b/ab**/c text"],
            ["a", "ab", "a/b", "a/b/c", "b/ab/x/c", "b/abx/c", "b/ac", "ba/b"],
          ],
        ],
      },
    );
  });

  it("takes no time for a pattern full of stars", () => {
    const rules = parseIgnore(`${"*a".repeat(200)}b\n/${"**/a/".repeat(100)}b`, false);
    const subject = subjectOf(`${"a/".repeat(100)}${"a".repeat(5000)}`, false, false);
    assert.equal(isIgnored([{ rules, from: 0 }], subject), false); // a backtracking matcher would never end
  });

  it("stands in configuration files", () => {
    const text = `; comment
[core]
\tautocrlf = input # more
\tbare
[remote "or\\"igin"] url = "a;b\\tc" ; x
[Remote "x"]
\tURL = one \\
two
[alias] broken line
`;
    assert.deepEqual(parseConfig(text), [
      ["core.autocrlf", "input"],
      ["core.bare", "true"],
      ['remote.or"igin.url', "a;b\tc"],
      ["remote.x.url", "one two"],
      ["alias.broken", "true"],
    ]);
  });

  it("reads settings as git does", () => {
    const value = fc.string({
      unit: fc.constantFrom("a", " ", "#", ";", '"', "\\", "é", "=", "\t", "]"),
      maxLength: 12,
    });
    fc.assert(
      fc.property(value, (text) => {
        play.git("config", "loam.test", text);
        const found = parseConfig(fs.readFileSync(play.at("work", ".git", "config"), "utf8"));
        assert.equal(new Map(found).get("loam.test"), text);
      }),
      { numRuns: 60 },
    );
  });

  it("shows no credential of a remote's address", () => {
    const masked: [string, string][] = [
      ["https://user:secret@host/a.git", "https://***@host/a.git"],
      ["https://ghp_token@host/a@b.git", "https://***@host/a@b.git"],
      ["https://a@b:c@host/x?access_token=1#y", "https://***@host/x?***"],
      ["https://host/a.git", "https://host/a.git"],
      ["ssh://git@host:22/a.git", "ssh://git@host:22/a.git"],
      ["ssh://git:pw@host/a.git", "ssh://***@host/a.git"],
      ["git@host:team/a.git", "git@host:team/a.git"],
      ["me:pw@host:team/a.git", "***@host:team/a.git"],
      ["/srv/git/a.git", "/srv/git/a.git"],
      ["C:\\repos\\a", "C:\\repos\\a"],
    ];
    for (const [address, shown] of masked) assert.equal(maskAddress(address), shown);
  });

  it("names the remote that the branch follows", () => {
    const config = new Map([
      ["remote.origin.url", "o"],
      ["remote.mine.url", "m"],
      ["branch.work.remote", "mine"],
    ]);
    assert.equal(remoteOf(config, "work"), "m");
    assert.equal(remoteOf(config, "main"), "o");
    assert.equal(remoteOf(new Map([["remote.only.url", "x"]]), null), "x");
    assert.equal(remoteOf(new Map(), "main"), null);
  });
});
