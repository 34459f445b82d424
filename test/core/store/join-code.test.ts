import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { purgeSecret } from "../../../src/core/store/purge.js";
import { closeSide, damageIn, join, never, newSide, type Side } from "./bench-store.js";

describe("joining code stores", () => {
  let a: Side;
  let b: Side;
  beforeEach(() => {
    a = newSide();
    b = newSide();
  });
  afterEach(() => {
    closeSide(a);
    closeSide(b);
  });

  const codeOf = (side: Side): string => side.store.layout.at("code.git");
  const git = (side: Side, input: string, ...words: string[]): string =>
    execFileSync("git", ["--git-dir", codeOf(side), ...words], { input, encoding: "utf8" }).trim();
  const init = (side: Side): void => {
    execFileSync("git", ["init", "-q", "--bare", codeOf(side)], { stdio: "ignore" });
  };
  const blob = (side: Side, text: string): string => git(side, text, "hash-object", "-w", "--stdin");

  it("brings loose objects and packs, each as its name says", async () => {
    for (const side of [a, b]) init(side);
    const loose = blob(b, "loose");
    const packed = blob(b, "packed");
    git(b, `${packed}\n`, "pack-objects", "-q", path.join(codeOf(b), "objects", "pack", "pack"));
    fs.unlinkSync(path.join(codeOf(b), "objects", packed.slice(0, 2), packed.slice(2)));
    const report = await join(a, b);
    assert.equal(git(a, "", "cat-file", "-p", loose), "loose");
    assert.equal(git(a, "", "cat-file", "-p", packed), "packed");
    const left = report.left.map((one) => one.file).filter((file) => !/\.(rev|bitmap)$/.test(file));
    assert.deepEqual(left, []);
    assert.deepEqual(await damageIn(a.store), []);
    assert.equal((await join(a, b)).bytes, 0);
  });

  it("leaves what is not what it says, and everything beside the objects", async () => {
    init(b);
    const id = blob(b, "good");
    const file = path.join(codeOf(b), "objects", id.slice(0, 2), id.slice(2));
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, "not that");
    const pack = path.join(codeOf(b), "objects", "pack", `pack-${"a".repeat(40)}`);
    for (const ending of [".pack", ".idx"]) fs.writeFileSync(`${pack}${ending}`, "x".repeat(100));
    fs.writeFileSync(path.join(codeOf(b), "hooks", "post-checkout"), "#!/bin/sh\ntouch /tmp/owned\n");
    const report = await join(a, b);
    assert.equal(report.left.length, 3);
    assert.equal(fs.existsSync(codeOf(a)), false);
  });

  it("does not bring a purged snapshot back, loose or in a pack", async () => {
    for (const side of [a, b]) init(side);
    const secret = blob(b, "password = hunter2");
    const run = a.tracking.runs.create({ experiment: "0", name: "r" });
    a.tracking.runs.release(run.id);
    const ref = { room: "runs" as const, id: run.id };
    const free = (): Promise<void> => Promise.resolve();
    await purgeSecret(
      a.store,
      { what: "snapshot", ref, commit: "c".repeat(40), objects: [secret], free },
      never,
    );
    assert.equal((await join(a, b)).purged, 1);
    git(b, `${secret}\n`, "pack-objects", "-q", path.join(codeOf(b), "objects", "pack", "pack"));
    fs.unlinkSync(path.join(codeOf(b), "objects", secret.slice(0, 2), secret.slice(2)));
    const report = await join(a, b);
    assert.ok(report.left.some((one) => /holds what was purged/.test(one.why)));
    assert.throws(() =>
      execFileSync("git", ["--git-dir", codeOf(a), "cat-file", "-e", secret], { stdio: "ignore" }),
    );
  });
});
