import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { version } from "../../src/cli/version.js";
import { nodePorts } from "../../src/core/base/ports.js";
import { openWorkbench } from "../../src/core/workbench.js";
import {
  cliFile,
  loam,
  LoamProcess,
  newFolder,
  runIn,
  stopAll,
  testEnvironment,
  write,
} from "../run/loam.js";
import { eventually } from "../waiting.js";

/** The command line as it ships, in processes of its own. */
describe("the loam command", function () {
  after(stopAll);

  const text = async (folder: string, ...words: readonly string[]): Promise<string> =>
    (await loam(folder, words)).out.toString();

  it("helps, tells its version, and what is wrong with what it was told", async () => {
    const folder = newFolder();
    assert.match(await text(folder, "--help"), /^Loam keeps .*\n\nUsage: loam VERB[^]* runs +list, show/);
    assert.equal(await text(folder, "--version"), `${version}\n`);
    assert.match(await text(folder, "runs", "--help"), /^Usage: loam runs list .*\n {7}loam runs search /);
    assert.match(await text(folder, "runs", "--help"), /\n\n {2}list +\S.*\n {2}search +\S/);
    assert.match(
      await text(folder, "runs", "show", "--help"),
      /^Usage: loam runs show RUN .*\n\n[A-Z].*\.\n$/,
    );
    assert.match(await text(folder, "gc", "--help"), /^Usage: loam gc .*\n\nFree content/);
    const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
      [["nope"], 2, /^loam: There is no verb 'nope'\.\nloam help lists what there is\.\n$/],
      [["runs"], 2, /^loam: What about the runs\?\nUsage: loam runs list\|/],
      [["runs", "list", "--limit", "x"], 2, /^loam: --limit takes/],
      [["runs", "list"], 1, /^loam: There is no store at .*\nTrack a run with/],
      [["runs", "list", "--dir", "nowhere"], 1, /^loam: There is no store at .*nowhere.\.loam\./],
      [["init", "--nope"], 2, /^loam: Unknown option '--nope'\.\nUsage: loam init/],
    ];
    for (const [words, code, message] of wrong) {
      const ended = await loam(folder, words);
      assert.equal(ended.code, code, words.join(" "));
      assert.match(ended.err, message);
      assert.equal(ended.out.toString(), "");
    }
  });

  it("tells failures as JSON too, and filters with a caret and exit code 2", async () => {
    const folder = newFolder();
    assert.equal((await loam(folder, ["init"])).code, 0);
    const failure = await loam(folder, ["runs", "show", "x", "--json"]);
    assert.equal(failure.code, 1);
    const { error } = JSON.parse(failure.out.toString()) as { error: { code: string } };
    assert.equal(error.code, "run.notFound");
    const filter = await loam(folder, ["runs", "search", "metrics.f1 =="]);
    assert.equal(filter.code, 2);
    assert.match(filter.err, /^loam: Column 12: .*\n {2}metrics\.f1 ==\n {13}\^\^\n$/);
  });

  if (process.platform === "linux")
    it("says that its output went to a full disk, and lets a run end as its command does", () => {
      const folder = newFolder();
      const full = fs.openSync("/dev/full", "w");
      const told = (...words: readonly string[]): readonly [number | null, string] => {
        const { status, stderr } = spawnSync(process.execPath, [cliFile(), ...words], {
          cwd: folder,
          env: testEnvironment(),
          stdio: ["ignore", full, "pipe"],
          encoding: "utf8",
        });
        return [status, stderr];
      };
      const sentence =
        /^loam: Cannot write the output: the disk is full \(ENOSPC: [^)]*\)\.\nFree some space and try again; .*\n$/;
      try {
        const [ran, said] = told("run", "--", process.execPath, "-e", "console.log(1); process.exit(5)");
        assert.equal(ran, 5);
        assert.match(said, /^loam: Cannot write the output: the disk is full /m);
        assert.equal(runIn(folder).shownState, "failed");
        const [listed, reason] = told("runs", "list");
        assert.equal(listed, 1);
        assert.match(reason, sentence);
        assert.match(told("runs", "show", "nothing")[1], /^loam: There is no run 'nothing'/);
      } finally {
        fs.closeSync(full);
      }
    });

  it("tracks a command and shows it", async () => {
    const folder = newFolder();
    write(folder, { "train.mjs": "for (let n = 0; n < 3; n++) console.log(`loss=${1 / (n + 1)}`);\n" });
    const ran = await loam(folder, [
      "run",
      "--name",
      "first",
      "--",
      process.execPath,
      "train.mjs",
      "--lr",
      "0.1",
    ]);
    assert.equal(ran.code, 0, ran.err);
    assert.match(await text(folder, "runs", "list"), /^id .*\n[0-9a-f]{8} +first +finished +/);
    const page = await text(folder, "runs", "show", "first");
    assert.match(page, /^first {2}finished {2}/);
    assert.match(page, /^Params\n {2}lr {2}0\.1$/m);
    assert.match(page, /^Console, last of \d+ B\n {2}loss=1$/m);
    assert.doesNotMatch(page, /\u001b/);
  });

  it("stops a run, and repeats it", async () => {
    const folder = newFolder();
    write(folder, { "wait.mjs": "console.log('waiting');\nsetInterval(() => {}, 1000);\n" });
    const started = new LoamProcess(folder, ["run", "--name", "long", "--", process.execPath, "wait.mjs"]);
    await started.until("waiting");
    assert.match(await text(folder, "runs", "list"), /long +running/);
    const stopped = await loam(folder, ["runs", "stop", "long", "--json"]);
    assert.equal(stopped.code, 0, stopped.err);
    const { run } = JSON.parse(stopped.out.toString()) as { run: { state: string } };
    assert.equal(run.state, "killed");
    await started.ended;
    const again = await loam(folder, ["runs", "stop", "long"]);
    assert.equal(again.code, 1);
    assert.match(again.err, /^loam: long has ended: it is killed\.\n/);
    write(folder, { "wait.mjs": "console.log('done');\n" });
    const repeated = await loam(folder, ["runs", "rerun", "long", "--code", "now"]);
    assert.equal(repeated.code, 0, repeated.err);
    assert.match(repeated.out.toString(), /done/);
  });

  it("repeats the command of a run that was one of several, and none that it did not start", async () => {
    const folder = newFolder();
    write(folder, {
      "rest.py": fs.readFileSync(path.join(import.meta.dirname, "..", "run", "rest.py"), "utf8"),
      "two.py": `from rest import create_run, finish
for name in ["first", "second"]:
    finish(create_run(run_name=name))
`,
    });
    assert.equal((await loam(folder, ["run", "--", "python3", "two.py"])).code, 0);
    const repeated = await loam(folder, ["runs", "rerun", "second", "--code", "now"]);
    assert.equal(repeated.code, 0, repeated.err);
    const told = JSON.parse(await text(folder, "runs", "list", "--json")) as { runs: { name: string }[] };
    assert.deepEqual(told.runs.map(({ name }) => name).sort(), ["first", "first", "second", "second"]);
    const bench = openWorkbench(folder, nodePorts);
    const { id } = bench.tracking.runs.create({ experiment: "0", name: "logged", start: 5 });
    bench.dispose();
    const refused = await loam(folder, ["runs", "rerun", id]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^loam: logged was not started by loam run, so its command is not known\.\n/);
  });

  it("repeats a run with its old code on today's data: of the two nothing but the param differs", async () => {
    const folder = newFolder();
    write(folder, {
      "fit.py": "import sys\nprint('loss=%d' % len(open('data/rows.csv').read()), sys.argv)\n",
      "data/rows.csv": "1\n2\n",
    });
    const first = await loam(folder, ["run", "--name", "first", "--", "python3", "fit.py", "--lr", "1"]);
    assert.equal(first.code, 0, first.err);
    write(folder, { "fit.py": "raise SystemExit('changed')\n" });
    const again = await loam(folder, ["runs", "rerun", "first", "--param", "lr=2"]);
    assert.equal(again.code, 0, again.err);
    const told = await text(folder, "runs", "compare", "first", "latest", "--json");
    const { params, code, data } = JSON.parse(told) as Record<string, { name: string }[]>;
    assert.deepEqual([params?.map(({ name }) => name), code, data], [["lr"], [], []]);
    // Its folder is the workspace's, so that it can be repeated with the code as it is now, too.
    assert.equal((await loam(folder, ["runs", "rerun", "latest", "--code", "now"])).code, 1);
  });

  it("changes a run through the process that writes it", async () => {
    const folder = newFolder();
    write(folder, { "wait.mjs": "console.log('waiting');\nsetInterval(() => {}, 1000);\n" });
    const started = new LoamProcess(folder, ["run", "--name", "live", "--", process.execPath, "wait.mjs"]);
    await started.until("waiting");
    const tagged = await loam(folder, ["runs", "tag", "live", "team=risk"]);
    assert.equal(tagged.code, 0, tagged.err);
    assert.equal(runIn(folder).tag("team"), "risk");
    assert.equal((await loam(folder, ["runs", "tag", "live", "--remove", "team"])).code, 0);
    assert.equal(runIn(folder).tag("team"), undefined);
    assert.equal((await loam(folder, ["runs", "delete", "live"])).code, 0);
    assert.equal(runIn(folder).lifecycle.stage, "deleted");
    assert.equal((await loam(folder, ["runs", "restore", "live"])).code, 0);
    assert.equal(runIn(folder).lifecycle.stage, "active");
    assert.equal((await loam(folder, ["runs", "stop", "live"])).code, 0);
    await started.ended;
  });

  it("says that a run was lost whose supervisor and command were killed", async () => {
    const folder = newFolder();
    write(folder, { "wait.mjs": "console.log('waiting', process.pid);\nsetInterval(() => {}, 1000);\n" });
    const started = new LoamProcess(folder, ["run", "--name", "gone", "--", process.execPath, "wait.mjs"]);
    await started.until("waiting");
    const child = Number(/waiting (\d+)/.exec(started.out.toString())?.[1]);
    started.kill("SIGKILL");
    await started.ended;
    assert.match(await text(folder, "runs", "list"), /gone +running/);
    const orphan = await loam(folder, ["runs", "stop", "gone"]);
    assert.match(orphan.err, new RegExp(`^loam: The supervisor of gone is gone, .*\n.* kill ${child}\n$`));
    process.kill(child, "SIGKILL");
    const listed = await eventually("the run to be lost", () => {
      try {
        process.kill(child, 0);
        return undefined;
      } catch {
        return text(folder, "runs", "list");
      }
    });
    assert.match(listed, /gone +lost/);
  });

  it("leaves nothing of a large file whose restoring is cancelled", async () => {
    const folder = newFolder();
    const file = path.join(folder, "large.bin");
    const bytes = Buffer.concat(Array.from({ length: 40 }, () => crypto.randomBytes(8 * 1024 * 1024)));
    fs.writeFileSync(file, bytes);
    assert.equal((await loam(folder, ["data", "add", "large.bin"])).code, 0);
    fs.unlinkSync(file);
    const restoring = new LoamProcess(folder, ["data", "restore", "large.bin"]);
    const isOnItsWay = (): boolean =>
      fs.readdirSync(folder).some((name) => {
        return name.endsWith(".tmp") && fs.statSync(path.join(folder, name)).size > bytes.byteLength / 4;
      });
    while (!isOnItsWay() && !restoring.over) await setTimeout(5);
    restoring.kill("SIGINT");
    assert.equal((await restoring.ended).code, 130);
    assert.match(restoring.err, /^loam: Cancelled/);
    assert.deepEqual(fs.readdirSync(folder), [".loam"]);
    assert.equal((await loam(folder, ["data", "restore", "large.bin"])).code, 0);
    assert.ok(fs.readFileSync(file).equals(bytes));
  });

  it("ends without a word where nobody reads any more", async () => {
    const folder = newFolder();
    await loam(folder, [
      "run",
      "--name",
      "talks",
      "--",
      process.execPath,
      "-e",
      "console.log('x'.repeat(5e6))",
    ]);
    const shown = new LoamProcess(folder, ["runs", "show", "talks", "--console"]);
    shown.child.stdout?.destroy();
    const { code, err } = await shown.ended;
    assert.deepEqual([code, err], [0, ""]);
  });
});
