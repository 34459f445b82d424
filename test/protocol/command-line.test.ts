import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as os from "node:os";
import fc from "fast-check";
import { quoted, readLine, readWords } from "../../src/protocol/command-line.js";

const texts = (line: string, isWindows = false): string[][] =>
  readLine(line, isWindows).commands.map((words) => words.map(({ text }) => text));

/** The words that `sh` gives to a program; undefined where the line is none for it. */
function wordsOfShell(line: string): string[] | undefined {
  try {
    const said = execFileSync("sh", ["-c", `set -f; printf '%s\\0' ${line}`], {
      cwd: os.tmpdir(),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return said.split("\0").slice(0, -1);
  } catch {
    return undefined;
  }
}

describe("a typed command line", () => {
  it("falls into words at blanks, outside quotes", () => {
    assert.deepEqual(readWords("  python train.py --lr 0.1 ").words, ["python", "train.py", "--lr", "0.1"]);
    assert.deepEqual(readWords(`a 'b c' "d e"f \\  ''`).words, ["a", "b c", "d ef", " ", ""]);
    assert.deepEqual(readWords(`"a \\"b\\" \\n" $HOME|x`).words, ['a "b" \\n', "$HOME|x"]);
    assert.deepEqual(readWords("   ").words, []);
  });

  it("keeps the backslashes of a path on Windows", () => {
    assert.deepEqual(readWords(`python src\\train.py "C:\\My data\\a.csv" \\"x`, true).words, [
      "python",
      "src\\train.py",
      "C:\\My data\\a.csv",
      '"x',
    ]);
    assert.equal(readLine("python src\\train.py", true).needsShell, false);
  });

  it("falls into commands, with redirections left out", () => {
    assert.deepEqual(texts("cd src && python train.py --lr 1 2>&1 >log.txt | tee out.txt; echo done"), [
      ["cd", "src"],
      ["python", "train.py", "--lr", "1"],
      ["tee", "out.txt"],
      ["echo", "done"],
    ]);
    assert.deepEqual(texts("A=1 python t.py --n 2 > 'a b' # and so on"), [
      ["A=1", "python", "t.py", "--n", "2"],
    ]);
    assert.deepEqual(texts("python t.py --n $(ls a | wc -l) --m `nproc` x"), [
      ["python", "t.py", "--n", "$(ls a | wc -l)", "--m", "`nproc`", "x"],
    ]);
  });

  for (const line of [
    "a | b",
    "a > b",
    "a && b",
    "a; b",
    "A=1 b",
    "a $HOME",
    'a "$HOME"',
    "a *.csv",
    "a ~/b",
    "a `b`",
    "a # b",
    "a &",
    "a\nb",
  ])
    it(`needs a shell: ${JSON.stringify(line)}`, () => {
      assert.equal(readLine(line).needsShell, true);
    });

  it("says where a quote is left open", () => {
    assert.equal(readLine("a 'b").isOpen, true);
    assert.equal(readWords('a "b').isOpen, true);
    assert.equal(readWords(`a "b'" 'c"'`).isOpen, false);
  });

  if (process.platform !== "win32") {
    it("is what a shell makes of it, where it needs none", () => {
      const piece = fc.constantFrom(..."ab \t'\"\\é=-$|>&;()#~*?[`{!%2\n");
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
          const line = pieces.join("");
          const { needsShell, isOpen, commands } = readLine(line);
          const theirs = wordsOfShell(`x ${line}`);
          if (isOpen) assert.equal(theirs, undefined, line);
          else if (!needsShell && theirs)
            assert.deepEqual(["x", ...commands.flat().map(({ text }) => text)], theirs, line);
        }),
        {
          numRuns: 1000,
          examples: [
            [["a", "\\"]],
            [["#"]],
            [["a", "#"]],
            [["$"]],
            [["\n", "a"]],
            [["\\", "\n"]],
            [["a", "\\", "\n", "b"]],
            [["\\", "\n", "#"]],
          ],
        },
      );
    });

    it("gives any text to a program when it is quoted", () => {
      fc.assert(
        fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
          if (text.includes("\0")) return;
          assert.deepEqual(wordsOfShell(quoted(text)), [text === "" ? "" : text]);
          assert.deepEqual(texts(quoted(text)).flat(), [text]);
        }),
        { numRuns: 200 },
      );
    });
  }
});
