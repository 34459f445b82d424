import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunState } from "../../src/core/tracking/run-state.js";
import { LoamProcess, metricsOf, newFolder, peakOf, runFolder, runIn, stopAll, write } from "../run/loam.js";

const written = "import io\nout = io.BufferedWriter(io.FileIO(1, 'w'), 1 << 20)\n";

describe("consoles that a run must withstand", function () {
  this.timeout(120_000);
  let folder = "";
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => {
    stopAll();
    fs.rmSync(folder, { recursive: true });
  });

  /** Runs a script whose output nobody looks at; the run, its console's place, and the memory of its supervisor. */
  const track = async (script: string): Promise<{ run: RunState; place: string; peak: number }> => {
    write(folder, { "train.py": script });
    const supervisor = new LoamProcess(folder, ["run", "-q", "--", "python3", "train.py"], { quiet: true });
    let peak = 0;
    while (!supervisor.over) {
      peak = Math.max(peak, peakOf(supervisor.pid) ?? 0);
      await sleep(20);
    }
    assert.equal((await supervisor.ended).code, 0, supervisor.err);
    const run = runIn(folder);
    return { run, place: runFolder(folder, run.id), peak };
  };

  it("100 MB, whose end is read for metrics, and whose first part is said not to be", async () => {
    const { run, place, peak } = await track(
      `${written}line = 'x' * 76 + ' loss=0.5 %07d\\n'\nfor i in range(1100000): out.write((line % i).encode())\n` +
        "out.write(b'epoch 1 acc=0.25\\nepoch 2 acc=0.75\\n')\nout.flush()\n",
    );
    assert.equal(fs.statSync(path.join(place, "console.log")).size, 1_100_000 * 94 + 34);
    assert.equal(metricsOf(run)["acc"], 0.75);
    const [note] = run.facts.all("recorder.note");
    assert.match(
      note?.text ?? "",
      /^The console grew faster than it could be read: no metrics were looked for in \d+ MB of it\.$/,
    );
    console.log(`      the supervisor held ${peak.toFixed(0)} MB at most`);
    assert.ok(peak < 200, `the supervisor held ${peak.toFixed(0)} MB`);
    const index = fs.readFileSync(path.join(place, "console.idx"));
    assert.ok(index.length > 0 && index.length % 16 === 0 && index.length < 100_000);
  });

  it("10 MB without the end of a line", async () => {
    const { run, place, peak } = await track(`${written}out.write(b'y' * 10_000_000)\nout.flush()\n`);
    assert.equal(fs.statSync(path.join(place, "console.log")).size, 10_000_000);
    assert.equal(fs.statSync(path.join(place, "console.idx")).size, 16);
    assert.equal(run.shownState, "finished");
    assert.ok(peak < 200, `the supervisor held ${peak.toFixed(0)} MB`);
  });

  it("an error at the end of one that has no lines", async () => {
    write(folder, {
      "train.py": `${written}out.write(b'z' * 3_000_000)\nout.flush()\nraise ValueError('no line')\n`,
    });
    const supervisor = new LoamProcess(folder, ["run", "-q", "--", "python3", "train.py"], { quiet: true });
    assert.equal((await supervisor.ended).code, 1);
    assert.equal(runIn(folder).facts.get("run.ended")?.error, "ValueError: no line");
  });

  it("bytes that are no text", async () => {
    const { run, place } = await track(
      `${written}import random\nrandom.seed(1)\nfor i in range(40): out.write(random.randbytes(65536))\n` +
        "out.write(b'\\nepoch 1 acc=0.25\\n\\x00\\x1b[31m\\xff\\nepoch 2 acc=0.5\\n')\nout.flush()\n",
    );
    assert.equal(fs.statSync(path.join(place, "console.log")).size, 40 * 65536 + 42);
    assert.equal(metricsOf(run)["acc"], 0.5);
  });

  it("numbers that are none", async () => {
    const { run } = await track("for i in range(3): print(f'epoch {i} loss=nan acc=inf f1={i}')\n");
    const metrics = metricsOf(run);
    assert.ok(Number.isNaN(metrics["loss"]));
    assert.equal(metrics["f1"], 2);
  });
});
