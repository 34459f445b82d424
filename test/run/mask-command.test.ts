import assert from "node:assert/strict";
import { maskCommand } from "../../src/run/shell-line.js";

describe("a command as it is written down", () => {
  const cases: [string, string][] = [
    ["python t.py --lr 0.1 --depth=3 -v x", "python t.py --lr 0.1 --depth=3 -v x"],
    ["python t.py --api-key abc --lr 1", "python t.py --api-key ******** --lr 1"],
    ["python t.py --password=hunter2", "python t.py --password=********"],
    ["python t.py db.password=hunter2 +token=abc", "python t.py db.password=******** +token=********"],
    ["env OPENAI_API_KEY=abc python t.py", "env OPENAI_API_KEY=******** python t.py"],
    ["python t.py postgres://u:hunter2@h/db", "python t.py postgres://u:********@h/db"],
    ["python t.py --db postgres://u:hunter2@h/db", "python t.py --db postgres://u:********@h/db"],
    ["python t.py -- --token abc AKIAIOSFODNN7EXAMPLE", "python t.py -- --token ******** ********"],
    ["python t.py --token --lr 1", "python t.py --token --lr 1"],
    ["python t.py --max-tokens 512 --tokenizer bert", "python t.py --max-tokens 512 --tokenizer bert"],
    [
      "python t.py --password-file pw.txt --use-auth data.csv",
      "python t.py --password-file pw.txt --use-auth data.csv",
    ],
  ];
  for (const [given, written] of cases)
    it(given, () => {
      assert.equal(maskCommand(given.split(" ")).join(" "), written);
    });
});
