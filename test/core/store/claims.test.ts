import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import * as esbuild from "esbuild";
import { nodePorts } from "../../../src/core/base/ports.js";
import { Claims, isClaim, type Holder } from "../../../src/core/store/claims.js";
import { Layout } from "../../../src/core/store/layout.js";
import { identifySelf } from "../../../src/core/store/machine.js";
import { emptyFolder } from "../tracking/bench-folder.js";

const rounds = Number(process.env["LOAM_CLAIM_ROUNDS"] ?? 200);

describe("claims", () => {
  it("are held by one of several processes, also after their holder was killed", async function () {
    this.timeout(300_000);
    const folder = emptyFolder();
    const script = path.join(folder, "child.mjs");
    const entry = path.join(import.meta.dirname, "claims-child.ts");
    const banner = {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    };
    esbuild.buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
      banner,
    });
    const start = async (): Promise<ChildProcess> => {
      const child = fork(script, [path.join(folder, ".loam")], { execArgv: [] });
      await once(child, "message");
      return child;
    };
    const children = await Promise.all([start(), start(), start()]);
    let spare = start();
    const ask = async (child: ChildProcess, word: string): Promise<string> => {
      const answer = once(child, "message");
      child.send(word);
      const [said] = (await answer) as [string];
      return said;
    };
    const left: number[] = [];
    try {
      for (let round = 0; round < rounds; round++) {
        const answers = await Promise.all(children.map((child) => ask(child, "take")));
        const holders = children.filter((_, i) => answers[i] === "have it");
        assert.equal(holders.length, 1, `round ${round}: ${answers.join(", ")}`);
        const [holder] = holders;
        assert.ok(holder);
        for (const answer of answers)
          if (answer !== "have it") assert.equal(answer, `pid ${holder.pid}`, `round ${round}`);
        if (round % 4 !== 0) assert.equal(await ask(holder, "release"), "released");
        else {
          const gone = once(holder, "exit");
          holder.kill("SIGKILL");
          await gone;
          children.splice(children.indexOf(holder), 1, await spare);
          spare = start();
        }
        left.push(round);
      }
    } finally {
      for (const child of [...children, await spare]) child.disconnect();
    }
    assert.equal(left.length, rounds);
  });

  const setUp = (): { claims: Claims; folder: string; self: Holder } => {
    const layout = new Layout(path.join(emptyFolder(), ".loam"));
    const self = { ...identifySelf(nodePorts, layout), writer: "0000000a" };
    const folder = layout.at("local", "claims", "run", "x1");
    return { claims: new Claims(nodePorts, layout, self), folder, self };
  };
  const gone = (self: Holder, writer: string): string =>
    JSON.stringify({ ...self, start: "long ago", writer });

  it("are released, and told who holds them", () => {
    const { claims, self } = setUp();
    const claim = claims.take("run", "x1");
    assert.ok(isClaim(claim));
    assert.equal(claims.holder("run", "x1")?.writer, self.writer);
    const again = claims.take("run", "x1");
    assert.ok(!isClaim(again) && again.writer === self.writer);
    claim.release();
    assert.equal(claims.holder("run", "x1"), undefined);
    assert.ok(isClaim(claims.take("run", "x1")));
  });

  it("are taken over from a process that is gone, however many files are left", () => {
    const { claims, folder, self } = setUp();
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "x1.3"), gone(self, "0000000b"));
    fs.writeFileSync(path.join(folder, "x1.7"), "not JSON");
    fs.writeFileSync(path.join(folder, "x1.nonsense"), gone(self, "0000000c"));
    const claim = claims.take("run", "x1");
    assert.ok(isClaim(claim));
    assert.deepEqual(fs.readdirSync(folder).sort(), ["x1.8", "x1.nonsense"]);
    claim.release();
    assert.deepEqual(fs.readdirSync(folder), ["x1.nonsense"]);
  });

  it("are not taken by one that slept through a take-over and so creates a lower number", () => {
    const { folder, self } = setUp();
    fs.mkdirSync(folder, { recursive: true });
    // The sleeper saw an empty folder; while it sleeps, somebody took the claim over as number 2.
    let asleep = true;
    const files = {
      ...nodePorts.files,
      list: (at: string) => {
        if (!asleep || at !== folder) return nodePorts.files.list(at);
        asleep = false;
        fs.writeFileSync(path.join(folder, "x1.2"), JSON.stringify({ ...self, writer: "0000000b" }));
        return [];
      },
    };
    const root = path.resolve(folder, "../../../..");
    const sleeper = new Claims({ ...nodePorts, files }, new Layout(root), { ...self, writer: "0000000d" });
    const taken = sleeper.take("run", "x1");
    assert.ok(!isClaim(taken) && taken.writer === "0000000b");
    assert.deepEqual(fs.readdirSync(folder), ["x1.2"]);
  });

  it("stand for any name, in a folder of the store", () => {
    const { claims, folder } = setUp();
    const root = path.resolve(folder, "../../../..");
    for (const name of ["../../../etc", "a/b", "ü", "CON", "x".repeat(500), ""]) {
      const claim = claims.take("experiment", name);
      assert.ok(isClaim(claim));
      claim.release();
    }
    assert.deepEqual(fs.readdirSync(root), ["local"]);
    assert.deepEqual(fs.readdirSync(path.join(root, "local")).sort(), ["claims", "machine.json"]);
  });
});
