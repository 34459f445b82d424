import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { startOf } from "../../../src/core/store/machine.js";
import { markLost } from "../../../src/core/tracking/lost.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { emptyFolder, newWorkbench } from "./bench-folder.js";

interface Who {
  readonly pid: number;
  readonly start: string;
}
/** A process that was never there: this one's pid, but another start. */
const gone: Who = { pid: process.pid, start: "1" };

describe("lost runs", () => {
  let bench: Workbench;
  let sleeper: ChildProcess;
  let alive: Who;

  before(async () => {
    sleeper = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    await once(sleeper, "spawn");
    const pid = sleeper.pid ?? 0;
    alive = { pid, start: startOf(nodePorts, pid) ?? "" };
  });
  after(() => sleeper.kill("SIGKILL"));
  beforeEach(() => (bench = newWorkbench()));
  afterEach(() => bench.dispose());

  /** A run as a supervisor leaves it that was killed: nobody holds its claim. */
  function launched(supervisor: Who, child: Who | undefined, machine = bench.store.self.machine): string {
    const recorder = bench.tracking.runs.create({ experiment: "0", start: 1000 });
    const { boot } = bench.store.self;
    const command = ["python", "train.py"];
    recorder.write({
      kind: "launch.started",
      command,
      folder: "",
      machine,
      boot,
      host: "here",
      ...supervisor,
    });
    if (child) recorder.write({ kind: "child.started", ...child });
    bench.tracking.runs.release(recorder.id);
    return recorder.id;
  }

  const stateOf = (id: string): string => bench.tracking.runs.get(id).shownState;

  it("marks a run whose supervisor and command are gone, with the time of the last sign of it", async () => {
    const id = launched(gone, gone);
    const file = path.join(bench.store.layout.entity({ room: "runs", id }), "console.log");
    fs.writeFileSync(file, "epoch 1\n");
    const later = new Date(Date.now() + 5000);
    fs.utimesSync(file, later, later);
    const candidates = await (await bench.tracking.searches()).unfinishedLaunches();
    assert.deepEqual(markLost(bench.tracking, candidates), [id]);
    assert.equal(stateOf(id), "lost");
    assert.equal(bench.tracking.runs.get(id).status, "FAILED");
    assert.equal(
      Math.round((bench.tracking.runs.get(id).end ?? 0) / 1000),
      Math.round(later.getTime() / 1000),
    );
    assert.deepEqual(markLost(bench.tracking, candidates), [], "only once");
  });

  it("marks one whose command was never started", () => {
    assert.equal(markLost(bench.tracking, [launched(gone, undefined)]).length, 1);
  });

  it("leaves a run alone while its supervisor or its command lives", () => {
    assert.deepEqual(markLost(bench.tracking, [launched(alive, gone), launched(gone, alive)]), []);
  });

  it("leaves runs of other machines, of plain clients, and unknown ids alone", () => {
    const elsewhere = launched(gone, gone, "f".repeat(32));
    const plain = bench.tracking.runs.create({ experiment: "0" }).id;
    assert.deepEqual(markLost(bench.tracking, [elsewhere, plain, "0".repeat(32), "no id"]), []);
  });

  it("keeps what the supervisor or the client said of the end", () => {
    const ended = launched(gone, gone);
    const owner = bench.tracking.runs.own(ended);
    assert.ok("write" in owner);
    owner.write({ kind: "run.ended", by: "supervisor", status: "FINISHED", end: 2000, exitCode: 0 });
    bench.tracking.runs.release(ended);
    assert.deepEqual(markLost(bench.tracking, [ended]), []);
    assert.equal(stateOf(ended), "finished");
  });

  it("marks the further runs of a lost launch too", async () => {
    const launch = launched(gone, gone);
    const second = bench.tracking.runs.create({ experiment: "0", launch }).id;
    bench.tracking.runs.release(second);
    const candidates = await (await bench.tracking.searches()).unfinishedLaunches();
    assert.deepEqual(markLost(bench.tracking, candidates).toSorted(), [launch, second].toSorted());
    assert.equal(stateOf(second), "lost");
  });

  it("leaves a run to the live process that writes it", () => {
    const folder = emptyFolder();
    const first = newWorkbench(folder);
    const run = first.tracking.runs.create({ experiment: "0" });
    const { machine, boot } = first.store.self;
    run.write({ kind: "launch.started", command: ["x"], folder: "", machine, boot, host: "here", ...gone });
    const claims = first.store.layout.at("local", "claims", "run");
    const claim = fs
      .readdirSync(claims, { recursive: true, encoding: "utf8" })
      .find((name) => name.includes(run.id));
    const holder = { ...first.store.self, ...alive };
    fs.writeFileSync(path.join(claims, claim ?? ""), JSON.stringify(holder));
    const second = openWorkbench(folder, nodePorts);
    assert.deepEqual(markLost(second.tracking, [run.id]), []);
    second.dispose();
    first.dispose();
  });
});
