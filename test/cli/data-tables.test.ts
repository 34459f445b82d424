import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { verb as add } from "../../src/cli/data-add.js";
import { verb as check } from "../../src/cli/data-check.js";
import { verb as diff } from "../../src/cli/data-diff.js";
import { verb as overlap } from "../../src/cli/data-overlap.js";
import { verb as profile } from "../../src/cli/data-profile.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";

describe("loam data, of tables", function () {
  let folder = "";
  beforeEach(() => {
    folder = emptyFolder();
  });
  const write = (name: string, rows: readonly string[]): void => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), `id,colour,x\n${rows.join("\n")}\n`);
  };
  const rows = Array.from({ length: 30 }, (_, n) => `${n},${n % 3 === 0 ? "red" : "blue"},${n / 8}`);
  const changed = ["0,green,0", ...rows.slice(2), "100,red,1"];

  it("reads files that nobody tracks, and makes no store for that", async () => {
    write("a.csv", rows);
    write("b.csv", changed);
    const shown = await call(profile, ["a.csv", "--dir", folder]);
    assert.match(shown.out, /^a.csv: 30 rows, 3 columns, csv\n\ncolumn +type +missing +distinct/);
    assert.match(shown.out, /\nx +number +30 +0 +1.813 +3.625 +[▁-█]+\n/);
    const told = await call(diff, ["a.csv", "b.csv", "--dir", folder]);
    assert.match(
      told.out,
      /^a.csv → b.csv: 1 added, 1 removed, 1 changed, 28 rows the same\nrows matched by id \(guessed/,
    );
    assert.match(
      told.out,
      /\n~ +0 +colour: red → green\n− +1 +colour: blue, x: 0.125\n\+ +100 +colour: red, x: 1/,
    );
    const both = await call(overlap, ["a.csv", "b.csv", "--json", "--dir", folder]);
    assert.equal((JSON.parse(both.out) as { exact: number }).exact, 28);
    const byColour = await call(overlap, ["a.csv", "b.csv", "--column", "colour", "--dir", folder]);
    assert.match(byColour.out, /^29 of 30 rows of b.csv .*\nCompared by colour\.\n/);
    assert.ok(!fs.existsSync(path.join(folder, ".loam")));
  });

  it("compares versions with one another and with the working copy, of folders by file", async () => {
    write("d/a.csv", rows);
    fs.writeFileSync(path.join(folder, "d", "note.txt"), "one");
    await call(add, [path.join(folder, "d"), "--name", "d", "--dir", folder]);
    write("d/a.csv", changed);
    const files = await call(diff, ["d", "--dir", folder]);
    assert.match(files.out, /^d@1 → d: 1 file differs\n\n +file +before +after\n~ +a.csv/);
    assert.match(files.err, /--file a.csv/);
    await call(add, [path.join(folder, "d"), "--dir", folder]);
    const table = await call(diff, [
      "d@1",
      "@2",
      "--file",
      "a.csv",
      "--key",
      "id",
      "--json",
      "--dir",
      folder,
    ]);
    const told = JSON.parse(table.out) as { changed: number; keysFrom: string; rows: unknown[] };
    assert.deepEqual([told.changed, told.keysFrom, told.rows.length], [1, "picked", 3]);
  });

  it("proposes rules, keeps them, and ends with 1 where a version does not pass", async () => {
    write("t.csv", rows);
    await call(add, [path.join(folder, "t.csv"), "--name", "t", "--dir", folder]);
    assert.equal((await failed(check, ["t", "--dir", folder])).code, "value.missing");
    const proposed = await call(check, ["t", "--propose", "--save", "--dir", folder]);
    write("few.csv", rows.slice(0, 3));
    const none = await call(check, [path.join(folder, "few.csv"), "--propose", "--dir", folder]);
    assert.deepEqual([none.out, none.code], ["", 0]);
    assert.match(none.err, /suggests no rules/);
    assert.match(proposed.out, /^data:\n {2}t:\n {4}rules:\n/);
    assert.ok(fs.readFileSync(path.join(folder, "loam.yaml"), "utf8").includes("column: colour"));
    assert.equal((await failed(check, ["t", "--propose", "--save", "--dir", folder])).code, "state.wrong");
    write("t.csv", changed);
    const made = await call(add, [path.join(folder, "t.csv"), "--dir", folder]);
    assert.match(made.err, /t: 1 of \d+ rules did not pass/);
    const asked = await call(check, ["t", "--dir", folder]);
    assert.equal(asked.code, 1);
    assert.match(asked.out, /\nfailed +colour one of blue, red +1 of 30 rows, such as green\n/);
    assert.equal((await call(check, ["t@1", "--dir", folder])).code, 0);
  });

  it("follows links to a file, and says of what is none what it is", async () => {
    write("a.csv", rows);
    fs.mkdirSync(path.join(folder, "folder.csv"));
    const asked = (word: string) => [word, "--dir", folder];
    const told = async (word: string): Promise<string> => (await failed(profile, asked(word))).message;
    assert.equal(await told("folder.csv"), "folder.csv is a folder that nobody tracks.");
    if (process.platform === "win32") return; // links need a right of their own there
    fs.symlinkSync("a.csv", path.join(folder, "link.csv"));
    fs.symlinkSync("loop.csv", path.join(folder, "loop.csv"));
    fs.symlinkSync("/dev/null", path.join(folder, "device.csv"));
    assert.match((await call(profile, asked("link.csv"))).out, /^link.csv: 30 rows/);
    assert.equal(await told("loop.csv"), "loop.csv is a link that leads back to itself.");
    assert.equal(await told("device.csv"), "device.csv is no file with content of its own.");
    const odd = ["new\nline.csv", "🌱 données نص.csv", `${"n".repeat(251)}.csv`];
    for (const name of odd) {
      write(name, rows);
      const shown = await call(profile, asked(name));
      assert.match(shown.out, /: 30 rows, 3 columns, csv\n/, name);
    }
  });

  it("says what was called wrongly, and what is not there", async () => {
    assert.equal((await failed(profile, [])).code, "usage.wrong");
    assert.equal((await failed(diff, ["a.csv", "--rows", "x"])).code, "usage.wrong");
    assert.equal((await failed(diff, ["a", "b", "--key", "x", "--no-key"])).code, "usage.wrong");
    assert.equal((await failed(diff, ["a", "b", "--tolerance", "-1"])).code, "usage.wrong");
    assert.equal((await failed(overlap, ["a"])).code, "usage.wrong");
    assert.equal((await failed(check, ["a", "--save"])).code, "usage.wrong");
    assert.equal((await failed(profile, ["gone.csv", "--dir", folder])).code, "path.invalid");
    write("parts/a.txt", rows);
    await call(add, [path.join(folder, "parts"), "--dir", folder]);
    const told = async (file: string): Promise<string> =>
      (await failed(profile, ["parts", "--file", file, "--dir", folder])).message;
    assert.match(await told("a.txt"), /parts@1\/a\.txt is no table/);
    assert.equal(await told("gone.txt"), "There is no file gone.txt in this version.");
  });
});
