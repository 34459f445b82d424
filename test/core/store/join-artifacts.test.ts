import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { EntityRef } from "../../../src/core/store/layout.js";
import { bytesOf, closeSide, damageIn, join, newSide, type Side } from "./bench-store.js";

describe("joining artifacts", () => {
  let a: Side;
  let b: Side;
  let ref: EntityRef;
  beforeEach(async () => {
    a = newSide();
    b = newSide();
    const run = a.tracking.runs.create({ experiment: "0", name: "r" });
    ref = { room: "runs", id: run.id };
    a.tracking.runs.release(run.id);
    await put(a, "model.pkl", "one");
    await join(b, a);
  });
  afterEach(async () => {
    for (const side of [a, b]) {
      assert.deepEqual(await damageIn(side.store), []);
      closeSide(side);
    }
  });

  const put = (side: Side, name: string, text: string) => {
    side.tracking.runs.get(ref.id); // whoever writes has read what was written before
    return side.tracking.artifacts.put(ref, name, bytesOf(text));
  };
  const all = (side: Side): Record<string, string> => {
    const root = side.store.layout.artifacts(ref);
    const found: Record<string, string> = {};
    for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile()) found[path.relative(root, file)] = fs.readFileSync(file, "utf8");
    }
    return found;
  };
  const both = async (): Promise<void> => {
    await join(a, b);
    await join(b, a);
    assert.deepEqual(all(a), all(b));
  };

  it("brings the later content, and drops the one that its writer replaced knowingly", async () => {
    await put(b, "model.pkl", "two");
    const report = await join(a, b);
    assert.deepEqual(all(a), { "model.pkl": "two" });
    assert.equal(report.artifacts.replaced, 1);
    await put(a, "model.pkl", "three");
    await join(a, b);
    assert.deepEqual(all(a), { "model.pkl": "three" }, "what the other has is known to be the older one");
    await both();
    assert.deepEqual(all(b), { "model.pkl": "three" });
  });

  it("keeps both where neither knew of the other, under one name on both sides", async () => {
    await put(a, "model.pkl", "mine");
    await put(b, "model.pkl", "yours, later");
    const report = await join(a, b);
    assert.match(report.kept[0]?.as ?? "", /model\.joined-[0-9a-f]{8}\.pkl$/);
    await both();
    const { "model.pkl": main, ...rest } = all(a);
    assert.equal(main, "yours, later");
    assert.deepEqual(Object.values(rest), ["mine"]);
    assert.equal((await join(a, b)).bytes, 0);
  });

  it("comes to one content where no fact tells which one is later", async () => {
    for (const [side, text] of [
      [a, "here"],
      [b, "there"],
    ] as const)
      fs.writeFileSync(path.join(side.store.layout.artifacts(ref), "notes.txt"), text);
    await both();
    assert.deepEqual(Object.values(all(a)).sort(), ["here", "one", "there"]);
    await both();
  });

  it("carries a removal over, and puts what it removed away for a while", async () => {
    await put(a, "dir/a.txt", "a");
    await put(a, "dir/b.txt", "b");
    await join(b, a);
    b.tracking.runs.get(ref.id);
    b.tracking.artifacts.remove(ref, "dir");
    const report = await join(a, b);
    assert.equal(report.artifacts.putAway, 2);
    assert.deepEqual(all(a), { "model.pkl": "one" });
    const away = fs.readdirSync(a.store.layout.at("local", "trash"), { recursive: true });
    assert.ok(away.some((file) => String(file).endsWith("a.txt")));
    await both();
    assert.deepEqual(all(b), { "model.pkl": "one" });
    await put(a, "dir/a.txt", "again");
    await both();
    assert.equal(all(b)[path.join("dir", "a.txt")], "again");
  });

  it("does not bring back what was removed here", async () => {
    a.tracking.artifacts.remove(ref, "model.pkl");
    await join(a, b);
    assert.deepEqual(all(a), {});
    await both();
  });

  it("lets a folder have the name that it shares with a file, and keeps the file beside it", async () => {
    await put(a, "report", "a file");
    await put(b, "report/page.html", "in a folder");
    await both();
    const names = Object.keys(all(a)).sort();
    assert.equal(names.length, 3);
    assert.ok(names.includes(path.join("report", "page.html")));
    assert.ok(names.some((name) => /^report\.joined-/.test(name)));
  });

  it("stores under names that every platform can hold", async () => {
    if (process.platform !== "win32")
      fs.writeFileSync(path.join(b.store.layout.artifacts(ref), "a:b?.txt"), "colon");
    await put(b, "aux", "aux");
    await join(a, b);
    const names = Object.keys(all(a)).sort();
    assert.ok(names.includes("%61ux"));
    if (process.platform !== "win32") assert.ok(names.includes("a%3Ab%3F.txt"));
    assert.ok(a.tracking.artifacts.find(ref, "aux"));
  });
});
