import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { Layout } from "../../../src/core/store/layout.js";
import { LiveProcesses } from "../../../src/core/store/live.js";
import {
  asIdentity,
  identifySelf,
  isAlive,
  startOf,
  type ProcessIdentity,
} from "../../../src/core/store/machine.js";
import { emptyFolder } from "../tracking/bench-folder.js";

describe("a process", () => {
  let layout: Layout;
  let self: ProcessIdentity;
  beforeEach(() => {
    layout = new Layout(path.join(emptyFolder(), ".loam"));
    self = identifySelf(nodePorts, layout);
  });

  it("knows itself, also in a fresh clone that has no local folder yet", () => {
    assert.deepEqual(identifySelf(nodePorts, layout), self);
    assert.equal(isAlive(nodePorts, self, self), true);
    assert.equal(isAlive(nodePorts, self, { ...self, start: "another" }), false);
    assert.equal(isAlive(nodePorts, self, { ...self, machine: "f".repeat(32) }), "elsewhere");
    assert.equal(isAlive(nodePorts, self, { ...self, boot: "another" }), false);
    assert.deepEqual(asIdentity(JSON.parse(JSON.stringify(self))), self);
  });

  it("mends what a power cut left of the machine's id", () => {
    const file = layout.at("local", "machine.json");
    for (const text of ["", "null", '{"id": "../.."}']) {
      fs.writeFileSync(file, text);
      const first = identifySelf(nodePorts, layout);
      assert.deepEqual(identifySelf(nodePorts, layout), first);
    }
  });

  it("is told from one of another start, unless the clock was read some seconds apart", () => {
    const ours = { ...self, boot: "up-1000" };
    for (const [boot, same] of [
      ["up-1000", true],
      ["up-1006", true],
      ["up-994", true],
      ["up-1007", false],
      ["x-1000", false],
    ] as const)
      assert.equal(isAlive(nodePorts, ours, { ...ours, boot }), same, boot);
  });

  it("is alive until it ends, and not when its number is given away", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "ignore" });
    const pid = child.pid ?? 0;
    const start = startOf(nodePorts, pid);
    assert.notEqual(start, undefined);
    const other = { ...self, pid, start: start ?? "" };
    assert.equal(isAlive(nodePorts, self, other), true);
    if (process.platform !== "win32") assert.equal(isAlive(nodePorts, self, { ...other, start: "1" }), false);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    assert.equal(isAlive(nodePorts, self, other), false);
  });

  it("is no identity when any part is missing", () => {
    for (const bad of [
      null,
      5,
      {},
      { ...self, pid: -1 },
      { ...self, pid: "1" },
      { ...self, start: 1 },
      { ...self, machine: null },
    ])
      assert.equal(asIdentity(bad), undefined);
  });

  it("announces itself with a token that only its user can read", () => {
    const holder = { ...self, writer: "0000000a" };
    const live = new LiveProcesses(nodePorts, layout, holder);
    const seer = new LiveProcesses(nodePorts, layout, { ...self, writer: "0000000b" });
    live.announce({ role: "server", url: "http://127.0.0.1:5000", token: "t" });
    const [found] = seer.others();
    assert.deepEqual([found?.writer, found?.url, found?.token], ["0000000a", "http://127.0.0.1:5000", "t"]);
    const file = path.join(layout.live, "0000000a.json");
    if (process.platform !== "win32") assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    fs.writeFileSync(file, JSON.stringify({ ...holder, role: "server", url: "http://evil.example:80" }));
    assert.equal(seer.get("0000000a")?.url, undefined, "only this machine is spoken to");
    fs.writeFileSync(file, JSON.stringify({ ...holder, role: "server", start: "long ago" }));
    assert.deepEqual(seer.others(), []);
    seer.sweep();
    assert.equal(fs.existsSync(file), false);
    live.announce({ role: "engine" });
    live.withdraw();
    assert.deepEqual(seer.others(), []);
  });
});
