import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../../src/core/base/failure.js";
import type { EntityRef } from "../../../src/core/store/layout.js";
import { packPoints } from "../../../src/core/store/points.js";
import { verifyStore } from "../../../src/core/store/verify.js";
import type { Problem, Verified } from "../../../src/core/store/verify-report.js";
import { bytesOf, closeSide, knownKinds, never, newSide, openSide, type Side } from "./bench-store.js";

describe("verifying", () => {
  let side: Side;
  let ref: EntityRef;
  let folder: string;
  beforeEach(async () => {
    side = newSide();
    side.tracking.experiments.create("churn");
    side.tracking.experiments.create("fraud");
    const run = side.tracking.runs.create({ experiment: "0", name: "r" });
    run.log({ metrics: [{ key: "f1", value: 0.5, step: 1, time: 1 }], params: [{ key: "lr", value: "1" }] });
    ref = { room: "runs", id: run.id };
    folder = side.store.layout.entity(ref);
    await side.tracking.artifacts.put(ref, "dir/a.txt", bytesOf("content"));
    side.store.objects.put(Buffer.from("small"));
    side.store.objects.put(Buffer.alloc(300_000, "large"));
    side.store.objects.flush();
    side.tracking.runs.release(run.id);
  });
  afterEach(() => {
    closeSide(side);
  });

  const verify = (): Promise<Verified> => verifyStore(side.store, never, undefined, knownKinds);
  const problems = async (): Promise<readonly Problem[]> => (await verify()).problems;
  const only = async (severity: Problem["severity"], file: RegExp, what: RegExp): Promise<void> => {
    const found = await problems();
    assert.deepEqual(
      found.map((one) => one.severity),
      [severity],
      JSON.stringify(found),
    );
    assert.match(found[0]?.file ?? "", file);
    assert.match(found[0]?.what ?? "", what);
    assert.notEqual(found[0]?.next, "");
  };
  const own = (name: string): string => path.join(folder, `${name.replace("*", side.store.self.writer)}`);
  const flip = (file: string): void => {
    const bytes = fs.readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
    fs.writeFileSync(file, bytes);
  };
  const ledgerFiles = (): string[] => {
    const month = path.join(side.store.layout.ledger, fs.readdirSync(side.store.layout.ledger)[0] ?? "");
    return fs.readdirSync(month).map((name) => path.join(month, name));
  };

  it("counts what there is, finds nothing wrong, and says what it cannot prove", async () => {
    const { problems: found, counts, unproven, authors } = await verify();
    assert.deepEqual(found, []);
    assert.deepEqual(counts, {
      entities: 1,
      facts: 5,
      points: 1,
      artifacts: 1,
      objects: 2,
      ledger: 2,
      notOnBranch: 0,
      unknown: 0,
      foreign: 0,
    });
    assert.equal(unproven.length, 3);
    assert.deepEqual(
      authors.map((one) => [one.author, one.commit]),
      [
        ["tester", "unknown"],
        ["tester", "unknown"],
      ],
    );
  });

  it("changes nothing", async () => {
    const before = fs.readdirSync(side.store.layout.root, { recursive: true }).map(String).sort();
    await verify();
    assert.deepEqual(fs.readdirSync(side.store.layout.root, { recursive: true }).map(String).sort(), before);
  });

  it("names a fact's line that is none, with its byte", async () => {
    fs.appendFileSync(own("facts-*.jsonl"), "rubbish\n");
    await only("damage", /facts-/, /^at byte \d+: not JSON$/);
  });

  it("notes torn ends, which are no damage", async () => {
    fs.appendFileSync(own("facts-*.jsonl"), '{"id":"half');
    await only("note", /facts-/, /last line is not complete/);
    fs.truncateSync(own("facts-*.jsonl"), fs.statSync(own("facts-*.jsonl")).size - 11);
    fs.appendFileSync(own("points-*.bin"), "half");
    await only("note", /points-/, /last point is not complete/);
  });

  it("names points of a series that nobody declared", async () => {
    fs.appendFileSync(own("points-*.bin"), packPoints([{ key: 77n, step: 1, time: 1, value: 1 }]));
    await only("damage", /points-/, /series 000000000000004d, which no fact declares/);
  });

  it("names a fact that stands there twice with different content", async () => {
    const lines = fs.readFileSync(own("facts-*.jsonl"), "utf8").split("\n");
    fs.writeFileSync(
      own("facts-0000000e.jsonl"),
      `${(lines[1] ?? "").replace('"r"', '"other"').replace('"1"', '"2"')}\n`,
    );
    await only("damage", /facts-/, /twice with different content/);
  });

  describe("artifacts", () => {
    const file = (): string => path.join(folder, "artifacts", "dir", "a.txt");
    it("that were altered or are gone", async () => {
      flip(file());
      await only("damage", /artifacts\/dir\/a\.txt$/, /not what was written/);
      fs.rmSync(path.dirname(file()), { recursive: true });
      await only("damage", /artifacts\/dir\/a\.txt$/, /gone/);
    });
    it("whose write or removal was cut off are no damage", async () => {
      const rename = (): never => {
        throw Object.assign(new Error("cut off"), { code: "EIO" });
      };
      const { files } = side.store.ports;
      const failing = openSide(side.store.layout.root, {
        ...side.store.ports,
        files: { ...files, rename, remove: rename },
      });
      const cut = (error: unknown): boolean => error instanceof Failure && error.code === "store.io";
      await assert.rejects(failing.tracking.artifacts.put(ref, "dir/a.txt", bytesOf("new")), cut);
      assert.deepEqual(await problems(), []);
      fs.writeFileSync(file(), "new"); // the rename was done, its fact was not
      await only("note", /a\.txt$/, /another write/);
      assert.throws(() => failing.tracking.artifacts.remove(ref, "dir"), cut);
      fs.unlinkSync(file());
      await only("note", /a\.txt$/, /removal was cut off/);
      closeSide(failing);
    });
    it("that were removed and stand there again are noted", async () => {
      side.tracking.artifacts.remove(ref, "dir/a.txt");
      assert.deepEqual(await problems(), []);
      fs.writeFileSync(file(), "again");
      await only("note", /a\.txt$/, /was removed/);
    });
    it("without a fact are the user's own", async () => {
      fs.writeFileSync(path.join(folder, "artifacts", "mine.txt"), "mine");
      assert.deepEqual(await problems(), []);
    });
  });

  it("names altered facts of the ledger, unless the copy here is good", async () => {
    const [first = ""] = ledgerFiles();
    flip(first);
    await only("note", /^ledger\//, /altered or cut off; local\/ledger/);
    fs.rmSync(side.store.layout.localLedger, { recursive: true });
    await only("damage", /^ledger\//, /altered or cut off/);
  });

  it("names gaps below facts that follow", async () => {
    fs.rmSync(side.store.layout.localLedger, { recursive: true });
    const texts = ledgerFiles().map((file) => fs.readFileSync(file, "utf8"));
    const first =
      ledgerFiles().find((file) => texts.some((text) => text.includes(path.basename(file, ".json")))) ?? "";
    fs.unlinkSync(first);
    await only(
      "damage",
      /^ledger\//,
      new RegExp(`follows the fact ${path.basename(first, ".json")}, which is nowhere`),
    );
  });

  it("counts the facts that are not on this branch", async () => {
    for (const file of ledgerFiles()) fs.unlinkSync(file);
    const { counts, problems: found } = await verify();
    assert.deepEqual([counts.ledger, counts.notOnBranch, found], [2, 2, []]);
  });

  it("names altered objects, packs, manifests and code", async () => {
    const objects = side.store.layout.at("objects");
    const pack = fs.readdirSync(path.join(objects, "packs")).find((name) => name.endsWith(".pack")) ?? "";
    fs.appendFileSync(path.join(objects, "packs", pack), "behind the end");
    assert.deepEqual(await problems(), []);
    flip(path.join(objects, "packs", pack));
    const plant = (...parts: string[]): void => {
      const file = side.store.layout.at(...parts);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, "not that content");
    };
    plant("objects", "ab", "c".repeat(62));
    plant("manifests", "ab", "c".repeat(62));
    plant("code.git", "objects", "ab", "c".repeat(38));
    plant("code.git", "objects", "pack", `pack-${"c".repeat(40)}.idx`);
    const found = await problems();
    assert.equal(found.length, 5);
    assert.ok(found.every((one) => one.severity === "damage"));
  });

  it("counts foreign files and facts of a later version, and leaves both", async () => {
    fs.writeFileSync(path.join(folder, "notes.txt"), "mine");
    fs.writeFileSync(side.store.layout.at("thesis.pdf"), "mine");
    fs.mkdirSync(side.store.layout.at("runs", "2026-11", "not a run"), { recursive: true });
    fs.appendFileSync(
      own("facts-*.jsonl"),
      `${JSON.stringify({ id: "z", kind: "of.tomorrow", at: 1, clock: 1 })}\n`,
    );
    const { counts, foreign, unknownKinds, problems: found } = await verify();
    assert.deepEqual([counts.foreign, counts.unknown, found], [3, 1, []]);
    assert.deepEqual(foreign.map((file) => path.posix.basename(file)).sort(), [
      "not a run",
      "notes.txt",
      "thesis.pdf",
    ]);
    assert.deepEqual([...unknownKinds], [["of.tomorrow", 1]]);
  });

  it("tells how far it is, and can be called off", async () => {
    const parts: string[] = [];
    await verifyStore(side.store, never, ({ part }) => parts.push(part));
    assert.deepEqual([parts[0], parts.at(-1)], ["ledger", "content"]);
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(
      verifyStore(side.store, stop.signal),
      (error) => error instanceof Failure && error.code === "cancelled",
    );
  });
});
