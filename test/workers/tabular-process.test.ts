import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { TabularProcess } from "../../src/workers/tabular-client.js";
import { never, tableFile } from "./tabular-here.js";

describe("the process that reads tables", function () {
  let spill = "";
  beforeEach(() => {
    spill = fs.mkdtempSync(path.join(os.tmpdir(), "loam-spill-"));
  });
  afterEach(() => {
    fs.rmSync(spill, { recursive: true, force: true });
  });

  it("is started when it is asked, stops what is cancelled, and is there again after it was ended", async () => {
    const tabular = new TabularProcess(() => spill, spill);
    const rows = Array.from({ length: 100_000 }, (_, n) => `${n},${n * 7}`);
    const table = tableFile("t.csv", `a,b\n${rows.join("\n")}\n`);
    const stop = new AbortController();
    const told: string[] = [];
    const asked = tabular.profile(table, stop.signal, ({ text }) => {
      told.push(text.text);
      stop.abort();
    });
    await assert.rejects(asked, { code: "cancelled" });
    assert.ok(told.length > 0);
    assert.equal((await tabular.profile(table, never)).rows, 100_000);
    tabular.dispose();
    assert.equal((await tabular.profile(table, never)).rows, 100_000);
    tabular.dispose();
  });

  it("goes on with other work where some is cancelled before it began", async () => {
    const tabular = new TabularProcess(() => spill, spill);
    const table = tableFile("t.csv", `a\n${Array.from({ length: 50_000 }, (_, n) => n).join("\n")}\n`);
    const stop = new AbortController();
    const [first, second, third] = [never, stop.signal, never].map((signal) =>
      tabular.profile(table, signal),
    );
    stop.abort();
    await assert.rejects(second ?? Promise.resolve(), { code: "cancelled" });
    assert.deepEqual([(await first)?.rows, (await third)?.rows], [50_000, 50_000]);
    tabular.dispose();
  });

  it("ends with its owner, also one that is killed, and leaves nothing that it spilled", async () => {
    const script = path.join(spill, "owner.mts");
    const client = path.resolve(import.meta.dirname, "../../src/workers/tabular-client.ts");
    const table = tableFile("t.csv", "a\n1\n");
    fs.writeFileSync(
      script,
      `import { TabularProcess } from ${JSON.stringify(client)};
       const tabular = new TabularProcess(() => ${JSON.stringify(path.join(spill, "spill"))}, "/");
       await tabular.profile(${JSON.stringify(table)}, new AbortController().signal);
       process.stdout.write("read\\n");
       setInterval(() => undefined, 1000);`,
    );
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
    const owner = spawn(process.execPath, ["--import", tsx, script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(owner.stdout, "data");
    const left = (): number => fs.readdirSync(path.join(spill, "spill")).length;
    assert.equal(left(), 1);
    owner.kill("SIGKILL");
    await once(owner, "exit");
    for (let tries = 0; left() > 0 && tries < 500; tries++) await pause(20);
    assert.equal(left(), 0);
  });
});
