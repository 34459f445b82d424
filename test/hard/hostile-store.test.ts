import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { monthOfUuid } from "../../src/core/store/ids.js";
import { storedRunIds } from "../../src/core/tracking/run-ids.js";
import { filesBelow, loam, looking, newFolder, stopAll, type Ended } from "../run/loam.js";
import { TestServer } from "./server.js";

const secret = "the-secret-outside-of-the-store";
const idOf = (digit: string): string => `019aa000${digit.repeat(24)}`;
const month = monthOfUuid(idOf("b"));
/** What a terminal would obey. */
const control = "\u001b[31mred\u001b]0;title\u0007\rbell\u0000\u202e";

let clock = 1_763_000_000_000;
const fact = (kind: string, fields: object): string => {
  clock += 1;
  return `${JSON.stringify({ id: `01K${String(clock).padStart(23, "0")}`, at: clock, clock, kind, ...fields })}\n`;
};
const created = (name: string): string =>
  fact("run.created", { experiment: "0", name, user: "x", start: clock });

/** A store that somebody made to do harm to whoever opens it; `outside` lies beside it. */
function makeHostile(folder: string, outside: string): void {
  fs.writeFileSync(path.join(outside, "secret.txt"), `${secret}\n`);
  fs.writeFileSync(path.join(outside, "facts.jsonl"), created(secret));
  const store = path.join(folder, ".loam");
  const runs = path.join(store, "runs", month);
  const put = (id: string, name: string, text: string | Buffer): void => {
    fs.mkdirSync(path.join(runs, id), { recursive: true });
    fs.writeFileSync(path.join(runs, id, name), text);
  };

  const bad = idOf("b");
  put(
    bad,
    "facts-0000000b.jsonl",
    [
      created(`bad ${control}`),
      fact("launch.started", {
        command: ["sh", "-c", "touch ran"],
        folder: "../outside",
        machine: "x",
        boot: "x",
        pid: 1,
        start: "1",
        host: control,
      }),
      fact("code.recorded", {
        commit: "../../../outside",
        folder: "../..",
        root: "../../..",
        files: 1,
        changedFiles: [],
        leftOut: {},
      }),
      fact("artifact.written", { path: "../../../../../outside/secret.txt", size: 5 }),
      fact("artifact.written", { path: "link", size: 5 }),
      fact("data.read", { path: "../outside/secret.txt", size: 1, modified: 1 }),
      fact("run.ended", {
        by: "supervisor",
        status: "FAILED",
        end: clock,
        error: control,
        where: { file: "../outside/secret.txt", line: 1 },
      }),
      fact("future.thing", { text: "not known yet" }),
      fact("param.logged", { key: { no: "text" }, value: 7 }),
      fact("param.logged", { key: "__proto__", value: "polluted" }),
      fact("tag.set", { key: "constructor", value: ["no", "text"] }),
      fact("metric.declared", { key: "zz", name: 3 }),
      fact("status.set", { status: "BOGUS", end: "never" }),
      fact("environment.recorded", { packages: "../../../../outside/secret.txt", variables: "none" }),
      '{"kind":"run.created"}\n[]\n"text"\nnull\nnot json\n',
      `${"[".repeat(200_000)}\n`,
      `{"id":"x","kind":"tag.set","at":1e999,"clock":1}\n`,
    ].join(""),
  );
  put(bad, "points-0000000b.bin", Buffer.alloc(33 * 7, 3));
  const artifacts = path.join(runs, bad, "artifacts");
  fs.mkdirSync(artifacts);
  fs.symlinkSync(path.join(outside, "secret.txt"), path.join(artifacts, "link"));
  fs.symlinkSync(artifacts, path.join(artifacts, "loop"));
  fs.symlinkSync(outside, path.join(artifacts, "away"));
  fs.symlinkSync(path.join(outside, "secret.txt"), path.join(runs, bad, "console.log"));

  const huge = idOf("c");
  put(huge, "facts-0000000c.jsonl", created("huge"));
  const fd = fs.openSync(path.join(runs, huge, "facts-0000000c.jsonl"), "a");
  for (let megabyte = 0; megabyte < 70; megabyte++) fs.writeSync(fd, Buffer.alloc(1024 * 1024, "h"));
  fs.writeSync(fd, `\n${fact("tag.set", { key: "after", value: "the huge line" })}`);
  fs.closeSync(fd);

  const linked = idOf("d");
  fs.mkdirSync(path.join(runs, linked));
  fs.symlinkSync(path.join(outside, "facts.jsonl"), path.join(runs, linked, "facts-0000000d.jsonl"));
  fs.symlinkSync(runs, path.join(runs, idOf("e")));
  fs.symlinkSync("..", path.join(runs, "loop"));
  fs.mkdirSync(path.join(store, "runs", "2020-01", idOf("f")), { recursive: true });
  fs.writeFileSync(
    path.join(store, "runs", "2020-01", idOf("f"), "facts-0000000f.jsonl"),
    created("elsewhere"),
  );
  fs.mkdirSync(path.join(runs, "..%2f..%2foutside"));
  fs.symlinkSync(outside, path.join(store, "runs", "2026-12"));

  const ledger = path.join(store, "ledger", month);
  fs.mkdirSync(ledger, { recursive: true });
  const inLedger = (text: string): void => {
    const hash = crypto.createHash("sha256").update(text).digest("hex").slice(0, 16);
    const { id = `01K${"1".repeat(23)}` } = text.startsWith("{") ? (JSON.parse(text) as { id?: string }) : {};
    fs.writeFileSync(path.join(ledger, `${id}-${hash}.json`), text);
  };
  inLedger(fact("experiment.created", { experiment: "../../outside", name: "escape" }));
  inLedger(fact("experiment.created", { experiment: "123456789012345678", name: `odd ${control}` }));
  inLedger(
    fact("purged", {
      items: [
        { what: "entity", entity: "runs/../../../outside" },
        { what: "artifact", entity: `runs/${bad}`, path: "../../../../../outside/secret.txt", hashes: ["x"] },
        { what: "snapshot", entity: `runs/${bad}`, commit: "../../outside", objects: ["../../outside"] },
        "nonsense",
      ],
    }),
  );
  inLedger("[".repeat(200_000));
  fs.writeFileSync(path.join(ledger, "../../../no-ledger-name.json"), "{}");
  fs.symlinkSync(
    path.join(outside, "facts.jsonl"),
    path.join(ledger, `01K${"0".repeat(23)}-${"0".repeat(16)}.json`),
  );
  fs.symlinkSync(ledger, path.join(ledger, "loop"));

  const live = path.join(store, "local", "live");
  fs.mkdirSync(live, { recursive: true });
  fs.writeFileSync(
    path.join(live, "0000000a.json"),
    JSON.stringify({
      machine: "x",
      boot: "x",
      pid: 1,
      start: "1",
      role: "server",
      url: "http://evil.example",
      token: "t",
    }),
  );
  fs.mkdirSync(path.join(store, "objects"), { recursive: true });
  fs.symlinkSync(outside, path.join(store, "objects", "ab"));
}

describe("a store that was made to do harm", function () {
  this.timeout(120_000);
  let top = "";
  let folder = "";
  let outside = "";
  let good = "";

  before(async () => {
    top = newFolder();
    folder = path.join(top, "project");
    outside = path.join(top, "outside");
    for (const place of [folder, outside]) fs.mkdirSync(place);
    assert.equal(
      (await loam(folder, ["run", "-q", "--name", "good", "--", "python3", "-c", "print(1)"])).code,
      0,
    );
    good = looking(folder, (bench) => storedRunIds(bench.store)[0] ?? "");
    makeHostile(folder, outside);
  });
  after(() => {
    stopAll();
    fs.rmSync(top, { recursive: true });
  });
  afterEach(() => {
    assert.deepEqual(
      fs.readdirSync(outside).sort(),
      ["facts.jsonl", "secret.txt"],
      "nothing is written outside",
    );
    assert.equal(fs.readFileSync(path.join(outside, "secret.txt"), "utf8"), `${secret}\n`);
    assert.ok(!fs.existsSync(path.join(folder, "ran")), "nothing of it is run");
  });

  const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f\u202e]/;
  /** What a command says: nothing of it would a terminal obey, and nothing comes from outside. */
  const say = async (...words: string[]): Promise<Pick<Ended, "code" | "err"> & { readonly out: string }> => {
    const { code, out, err } = await loam(folder, words);
    const text = out.toString();
    for (const shown of [text, err]) {
      assert.ok(!shown.includes(secret), `${words.join(" ")} shows what is outside of the store`);
      if (!words.includes("--json"))
        assert.doesNotMatch(shown, obeyed, `${words.join(" ")}: ${JSON.stringify(shown)}`);
      assert.doesNotMatch(shown, /Cannot read properties|is not a function|at .*\.js:/, words.join(" "));
    }
    return { code, out: text, err };
  };

  it("is listed and searched, its good runs and its bad ones", async () => {
    const { code, out, err } = await say("runs", "list", "--json");
    assert.equal(code, 0, err);
    const { runs } = JSON.parse(out) as { runs: { id: string; params: object }[] };
    assert.deepEqual(
      runs.map(({ id }) => id),
      [good, idOf("c"), idOf("b")],
    );
    const table = await say("runs", "list");
    assert.match(table.out, /bad \\x1b\[31mred/);
    assert.equal((await say("runs", "search", "params.lr = '1' or tags.after = 'the huge line'")).code, 0);
  });

  it("is shown, run by run", async () => {
    for (const id of [good, idOf("b"), idOf("c")]) assert.equal((await say("runs", "show", id)).code, 0, id);
    const huge = await say("runs", "show", idOf("c"));
    assert.match(huge.out, /after {2}the huge line/);
    const console = await say("runs", "show", idOf("b"), "--console");
    assert.equal(console.code, 1);
    assert.match(console.err, /has no console/);
    assert.match((await say("runs", "show", idOf("d"))).err, /not found/, "a link is no file of facts");
    assert.equal((await say("runs", "compare", idOf("b"), good)).code, 0);
    const into = path.join(top, "exported");
    assert.equal((await say("runs", "export", idOf("b"), "--to", into, "--code")).code, 0);
    for (const name of filesBelow(into))
      assert.ok(!fs.readFileSync(path.join(into, name), "utf8").includes(secret));
  });

  it("runs nothing in a folder that its facts name outside", async () => {
    for (const words of [[], ["--code", "now"]]) {
      const { code, err } = await say("runs", "rerun", idOf("b"), ...words);
      assert.equal(code, 1);
      assert.match(err, /was not started by loam run, so its command is not known/);
    }
  });

  it("is verified, and nothing in it is freed by somebody who cannot read all of it", async () => {
    const { code, out } = await say("verify");
    assert.equal(code, 1);
    assert.match(out, /a line of more than 67108864 bytes/);
    assert.match(out, /not JSON/);
    for (const verb of ["gc", "trash"]) {
      const { err } = await say(verb, ...(verb === "trash" ? ["--yes"] : []));
      assert.match(err, /refused|is empty/);
    }
  });

  it("is served", async () => {
    const server = await TestServer.start(folder);
    const runs = await server.ask("runs/search", { body: { experiment_ids: ["0"] } });
    assert.equal((JSON.parse(runs.body.toString()) as { runs: unknown[] }).runs.length, 3);
    const bad = idOf("b");
    const refused = async (place: string): Promise<string> => {
      const { status, message, body } = await server.ask(place);
      assert.ok(!body.includes(secret), place);
      assert.ok(status === 400 || status === 404, `${place}: ${status}`);
      return message;
    };
    for (const name of ["link", "away/secret.txt", "loop/loop/link"])
      assert.equal(
        await refused(`/get-artifact?run_id=${bad}&path=${name}`),
        `Invalid path: '${name}' leads through a symbolic link.`,
      );
    assert.match(await refused(`runs/get?run_id=${idOf("d")}`), /^Run with id=.* not found$/);
    assert.match(
      await refused("runs/get?run_id=../../outside"),
      /^Run with id=\.\.\/\.\.\/outside not found$/,
    );
    const { run } = await server.get<{
      run: { info: { status: string }; data: { params: object[]; tags: object[] } };
    }>(`runs/get?run_id=${bad}`);
    assert.equal(run.info.status, "FAILED", "a status that there is not, is none");
    assert.deepEqual(run.data.params, [{ key: "__proto__", value: "polluted" }]);
    assert.equal(run.data.tags.length, 1);
    const { experiments } = await server.get<{ experiments: { experiment_id: string }[] }>(
      "experiments/search?max_results=10",
    );
    assert.deepEqual(experiments.map((one) => one.experiment_id).sort(), ["0", "123456789012345678"]);
    await server.end();
  });

  it("takes new runs", async () => {
    assert.equal((await say("run", "-q", "--", "python3", "-c", "print(2)")).code, 0);
  });
});
