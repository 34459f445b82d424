import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { wordsOf } from "../../src/vscode/tracking/command-words.js";

describe("a typed command line", () => {
  it("falls into words at blanks, outside quotes", () => {
    assert.deepEqual(wordsOf("  python train.py --lr 0.1 "), ["python", "train.py", "--lr", "0.1"]);
    assert.deepEqual(wordsOf(`a 'b c' "d e"f \\  ''`), ["a", "b c", "d ef", " ", ""]);
    assert.deepEqual(wordsOf(`"a \\"b\\" \\n"`), ['a "b" \\n']);
    assert.deepEqual(wordsOf("   "), []);
  });

  if (process.platform !== "win32")
    it("falls into the words that a shell makes of it", () => {
      const piece = fc.constantFrom("a", "b", " ", "\t", "'", '"', "\\", "é", "=", "-");
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
          const line = pieces.join("");
          let theirs: string[];
          try {
            const said = execFileSync("sh", ["-c", `for w in ${line}; do printf '%s\\0' "$w"; done`], {
              encoding: "utf8",
              stdio: ["ignore", "pipe", "pipe"],
            });
            theirs = said.split("\0").slice(0, -1);
          } catch {
            return; // a quote that is never closed is no command for a shell
          }
          assert.deepEqual(wordsOf(line), theirs, line);
        }),
        { numRuns: 300 },
      );
    });
});
