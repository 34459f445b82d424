import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { dataOfRun } from "../../src/core/tracking/run-data.js";
import { frozenDataOf } from "../../src/core/registry/lineage.js";
import { loam, LoamProcess, looking, newFolder, pythonFile, runIn, runsIn, stopAll, write } from "./loam.js";
import { eventually } from "../waiting.js";

describe("the data versions that a run keeps", function () {
  let folder = "";
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => {
    stopAll();
  });

  const run = async (words: readonly string[]): Promise<string> => {
    const { code, err } = await loam(folder, words);
    assert.equal(code, 0, err);
    return err;
  };
  const python = (text: string, words: readonly string[] = []): Promise<string> =>
    run(["run", ...words, "--", pythonFile(), "-c", text]);
  const usedBy = (): string[] =>
    looking(folder, (bench) => {
      const facts = runsIn(folder).at(-1)?.facts.all("data.used") ?? [];
      return facts.map(({ dataset, version, path: at, by, changed }) => {
        const detail = bench.datasets.get(dataset);
        const number = detail.history.find(({ id }) => id === version)?.number;
        return `${at} is ${detail.name} ${number} ${by}${changed === true ? " changed" : ""}`;
      });
    });

  it("the version of each file that it read, and nothing of files that are in none", async () => {
    write(folder, { "train.csv": "a\n1\n", "parts/x.csv": "x", "parts/y.csv": "y", "loose.csv": "z" });
    await run(["data", "add", "train.csv"]);
    await run(["data", "add", "parts"]);
    write(folder, { "parts/y.csv": "changed" });
    await python("for name in ('train.csv', 'parts/x.csv', 'parts/y.csv', 'loose.csv'): open(name).read()");
    assert.deepEqual(usedBy().sort(), ["parts/x.csv is parts 1 hook", "train.csv is train.csv 1 hook"]);
    const data = looking(folder, (bench) => dataOfRun(bench.tracking, runIn(folder)));
    assert.deepEqual(
      data.map(({ path: at, dataset, version }) => [at, dataset?.name, version?.number]),
      [
        ["loose.csv", undefined, undefined],
        ["parts/x.csv", "parts", 1],
        ["parts/y.csv", "parts", undefined],
        ["train.csv", "train.csv", 1],
      ],
    );
  });

  it("the version of a file that it may write to as well: a database, or one opened for reading and writing", async () => {
    const database = "import sqlite3; c = sqlite3.connect(NAME)";
    const table = `${database}; c.execute('create table t (x)'); c.commit()`;
    await python(table.replace("NAME", "'shop.db'"));
    write(folder, { "in.csv": "a\n1\n" });
    await run(["data", "add", "shop.db"]);
    await run(["data", "add", "in.csv"]);
    const query = `${database}; c.execute('select * from t').fetchall(); open('in.csv', 'r+').read()`;
    await python(query.replace("NAME", "'shop.db'"));
    assert.deepEqual(usedBy().sort(), ["in.csv is in.csv 1 hook", "shop.db is shop.db 1 hook"]);
    await python(query.replace("NAME", "'file:shop.db?mode=ro', uri=True"));
    assert.deepEqual(usedBy().sort(), ["in.csv is in.csv 1 hook", "shop.db is shop.db 1 hook"]);
  });

  it("a version made for it, where the data set asks for that: of what it read, not of what came later", async () => {
    write(folder, { "train.csv": "a\n1\n" });
    await run(["data", "add", "train.csv", "--auto"]);
    write(folder, { "train.csv": "a\n2\n" });
    await python("open('train.csv').read()");
    assert.deepEqual(usedBy(), ["train.csv is train.csv 2 hook"]);
    await python("open('train.csv').read()");
    assert.deepEqual(usedBy(), ["train.csv is train.csv 2 hook"]);
    const [newest] = looking(folder, (bench) => bench.datasets.all())[0]?.history ?? [];
    assert.deepEqual([newest?.origin, newest?.run], ["run", runsIn(folder)[0]?.id]);
  });

  it("the rules that a version made for it breaks, which it tells at its end in a line", async () => {
    write(folder, {
      "train.csv": "a\n1\n",
      "loam.yaml": "data: {train.csv: {rules: [{column: a, range: [0, 10]}, {rows: [1, null]}]}}\n",
    });
    await run(["data", "add", "train.csv", "--auto"]);
    const broken = /^loam: train\.csv@\d: 1 of 2 rules did not pass: .* loam data check train\.csv@\d$/m;
    const checksOf = (number: number): (string | undefined)[] =>
      looking(folder, (bench) => {
        const version = bench.datasets.all()[0]?.history.find((one) => one.number === number);
        return (version?.checks ?? []).map(({ outcome }) => outcome);
      });
    write(folder, { "train.csv": "a\n99\n" });
    assert.match(await python("open('train.csv').read()"), broken);
    assert.deepEqual(checksOf(2), ["failed", "passed"]);
    assert.doesNotMatch(await python("open('train.csv').read()"), broken, "it is no version of that run");
    write(folder, { "train.csv": "a\n77\n" });
    assert.match(await run(["run", "--data", "train.csv", "--", process.execPath, "-e", "0"]), broken);
    assert.deepEqual(checksOf(3), ["failed", "passed"]);
    write(folder, { "train.csv": "a\n7\n" });
    assert.doesNotMatch(await python("open('train.csv').read()"), /did not pass/);
    assert.deepEqual(checksOf(4), ["passed", "passed"]);
  });

  it("what it was said to use: versioned before the command starts, with a word about it", async () => {
    write(folder, { "data/a.csv": "1", "data/b.csv": "2" });
    await run(["data", "add", "data", "--name", "train"]);
    const still = await run(["run", "--data", "train", "--", process.execPath, "-e", "0"]);
    assert.doesNotMatch(still, /had changed/);
    write(folder, { "data/a.csv": "new" });
    const script = "require('fs').writeFileSync('data/a.csv', 'newer')";
    assert.match(
      await run(["run", "--data", "train", "--", process.execPath, "-e", script]),
      /train had changed: it is version 2 now/,
    );
    assert.deepEqual(usedBy(), ["data is train 2 declared"]);
    const [of] = looking(folder, (bench) =>
      frozenDataOf(bench.tracking, bench.tracking.runs.get(runsIn(folder).at(-1)?.id ?? "")),
    );
    assert.deepEqual([of?.name, of?.number], ["train", 2]);
    const before = runsIn(folder).length;
    for (const [word, told] of [
      ["absent", /There is no data set absent/],
      ["gone", /There is nothing at gone\.csv/],
    ] as const) {
      if (word === "gone") {
        write(folder, { "gone.csv": "1" });
        await run(["data", "add", "gone.csv", "--name", "gone"]);
        fs.rmSync(path.join(folder, "gone.csv"));
      }
      const failed = await loam(folder, ["run", "--data", word, "--", process.execPath, "-e", "0"]);
      assert.equal(failed.code, 1);
      assert.match(failed.err, told);
    }
    assert.equal(runsIn(folder).length, before);
  });

  it("that a file was changed while it was read, and not of one that changed before or after", async () => {
    write(folder, { "train.csv": "a\n1\n", "calm.csv": "b\n1\n" });
    await run(["data", "add", "train.csv"]);
    await run(["data", "add", "calm.csv"]);
    const text =
      "import time, os\nopen('calm.csv').read()\nfile = open('train.csv')\nfile.read(1)\nprint('reading', flush=True)\n" +
      "while not os.path.exists('done'): time.sleep(0.01)\n";
    const process = new LoamProcess(folder, ["run", "--", pythonFile(), "-c", text]);
    await process.until("reading");
    await eventually(
      "both to be recorded",
      () => runIn(folder).facts.all("data.used").length === 2 || undefined,
    );
    fs.appendFileSync(path.join(folder, "train.csv"), "2\n");
    fs.appendFileSync(path.join(folder, "calm.csv"), "2\n");
    if (globalThis.process.platform === "linux")
      await eventually(
        "the mark",
        () =>
          runIn(folder)
            .facts.all("data.used")
            .some(({ changed }) => changed) || undefined,
      );
    write(folder, { done: "" });
    assert.equal((await process.ended).code, 0);
    // where the system does not say who reads a file, one that changes soon after its opening is marked too
    if (globalThis.process.platform !== "linux") return;
    assert.deepEqual(usedBy().sort(), [
      "calm.csv is calm.csv 1 hook",
      "train.csv is train.csv 1 hook changed",
    ]);
    const marks = runIn(folder)
      .facts.all("data.read")
      .map(({ path: at, sha256, changed }) => [at, sha256 === undefined, changed]);
    assert.deepEqual(marks.sort(), [
      ["calm.csv", false, undefined],
      ["train.csv", true, true],
    ]);
  });

  it("a folder that was read as a whole, and one of pictures", async () => {
    const pictures = Object.fromEntries([...Array(12).keys()].map((n) => [`cats/${n}.png`, `png ${n}`]));
    write(folder, pictures);
    await run(["data", "add", "cats"]);
    await python("for n in range(12): open('cats/%d.png' % n, 'rb').read()");
    assert.deepEqual(usedBy(), ["cats is cats 1 hook"]);
  });

  it("inputs of this machine that a script only logs with MLflow", async () => {
    write(folder, { "train.csv": "a\n1\n" });
    await run(["data", "add", "train.csv"]);
    const source = { uri: path.join(folder, "train.csv") };
    const text = `
import json, os, urllib.request
def post(path, body):
    request = urllib.request.Request(os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/" + path, json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]})
    return json.load(urllib.request.urlopen(request))
run = post("runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
dataset = {"name": "t", "digest": "d", "source_type": "local", "source": ${JSON.stringify(JSON.stringify(source))}}
post("runs/log-inputs", {"run_id": run, "datasets": [{"dataset": dataset, "tags": []}]})
`;
    await python(text);
    assert.deepEqual(usedBy(), ["train.csv is train.csv 1 mlflow"]);
  });
});
