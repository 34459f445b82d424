import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import type { LiveProcess } from "../../src/core/store/live.js";
import { askToStop, controlPath, listenForControl } from "../../src/run/control-socket.js";
import { eventually } from "../waiting.js";
import { looking, LoamProcess, newFolder, pythonFile, runIn, stopAll } from "./loam.js";

describe("control of a live run", function () {
  let folder = "";
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(stopAll);

  const noteOf = (): LiveProcess | undefined =>
    looking(folder, ({ store }) => store.live.others().find(({ socket }) => socket !== undefined));

  it("stops it, for whoever has its token, and leaves no socket behind", async () => {
    const run = new LoamProcess(folder, [
      "run",
      "--",
      pythonFile(),
      "-c",
      "import time\nprint('ready', flush=True)\ntime.sleep(60)",
    ]);
    await run.until("ready");
    const note = await eventually("its socket", noteOf);
    assert.equal(await askToStop({ ...note, token: "another" }), false);
    assert.equal(run.over, false);
    assert.equal(await askToStop(note), true);
    assert.equal((await run.ended).code, 130);
    const { shownState, facts } = runIn(folder);
    assert.equal(shownState, "killed");
    assert.notEqual(facts.get("stop.asked"), undefined);
    if (process.platform !== "win32") assert.equal(fs.existsSync(note.socket ?? ""), false);
    assert.equal(await askToStop(note), false, "nobody is there any more");
  });

  it("closes on what is no message, and goes on with others", async () => {
    const place = controlPath(folder, "0123abcd");
    let stops = 0;
    const control = await listenForControl(nodePorts, place, "secret", () => stops++);
    const stranger = net.connect(place);
    stranger.on("error", () => undefined);
    const closed = new Promise((resolve) => stranger.once("close", resolve));
    stranger.write("GET / HTTP/1.1\r\n\r\n");
    await closed;
    const own = { writer: "0123abcd", machine: "", boot: "", pid: process.pid, start: "" } as LiveProcess;
    assert.equal(await askToStop({ ...own, token: "secret", socket: place }), true);
    assert.equal(stops, 1);
    control.dispose();
  });

  it("finds a place for its socket however deep the folder is", () => {
    const deep = path.join(folder, ...Array.from({ length: 12 }, () => "a-folder-with-a-long-name"));
    if (process.platform !== "win32")
      assert.equal(path.basename(controlPath(deep, "0123abcd")), "loam-0123abcd.sock");
    assert.ok(Buffer.byteLength(controlPath(deep, "0123abcd")) < 104);
  });
});
