import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../../src/core/base/failure.js";
import { canonicalJson, sha256 } from "../../../src/core/store/canonical.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { joinStores } from "../../../src/core/store/join.js";
import { verifyStore } from "../../../src/core/store/verify.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { closeSide, knownKinds, never, newSide, openSide, type Side } from "./bench-store.js";

const evil = "01a208c321187821958cf1f610080954";
const month = "2026-11";

const plant = (file: string, content: string | Buffer): void => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
};

/** What only some platforms let a stranger do. */
const posix = process.platform !== "win32";
const link = (to: string, at: string): void => {
  if (posix) fs.symlinkSync(to, at);
};

/** A fact as a stranger could put it into a ledger: its name fits its content. */
function plantFact(root: string, fact: Readonly<Record<string, unknown>>): void {
  const bytes = `${canonicalJson({ heads: [], at: 1, clock: 1, ...fact })}\n`;
  plant(path.join(root, "ledger", month, `${String(fact["id"])}-${sha256(bytes).slice(0, 16)}.json`), bytes);
}

/** A store that somebody prepared to do harm to whoever clones it. */
function hostileStore(outside: string, alsoOwn = true): string {
  const root = path.join(emptyFolder(), ".loam");
  const run = path.join(root, "runs", month, evil);
  plant(path.join(root, "format.json"), '{"format": 1, "needs": []}');
  // A run that is as it should be, but for what stands beside.
  plant(
    path.join(run, "facts-0000000a.jsonl"),
    `${JSON.stringify({ id: "1", kind: "run.created", at: 1, clock: 1, experiment: "0", name: "e", user: "", start: 1 })}\n`,
  );
  plant(path.join(run, "artifacts", "good.txt"), "good");
  plant(path.join(run, "artifacts", "..%2F..%2F..%2Fescaped.txt"), "escape");
  plant(path.join(run, "artifacts", "%2E%2E", "escaped.txt"), "escape");
  if (posix) plant(path.join(run, "artifacts", `${"x".repeat(250)}::::`), "long");
  link(outside, path.join(run, "artifacts", "folder-link"));
  link(path.join(outside, "secret.txt"), path.join(run, "artifacts", "file-link"));
  link("../artifacts", path.join(run, "artifacts", "loop"));
  link(path.join(outside, "secret.txt"), path.join(run, "facts-0000000b.jsonl"));
  plant(path.join(run, "facts-0000000c.jsonl"), `${"a".repeat(200_000)}\n[1]\n{"id":1}\n`);
  plant(path.join(run, "facts-0000000c.jsonl.bak"), "foreign");
  fs.mkdirSync(path.join(run, "facts-0000000d.jsonl"));
  // Ids that are none, folders that are not their own, links in every place.
  for (const id of ["..", "...", "../..", evil.toUpperCase(), "x", `${evil}0`])
    if (path.normalize(id) === id && !id.startsWith(".."))
      plant(path.join(root, "runs", month, id, "facts-0000000a.jsonl"), "{}\n");
  plant(path.join(root, "runs", "1999-01", evil, "facts-0000000a.jsonl"), "{}\n");
  plant(path.join(root, "runs", "not-a-month"), "");
  link(outside, path.join(root, "runs", "2026-12"));
  link("..", path.join(root, "runs", month, "ffffffffffffffffffffffffffffffff"));
  link(outside, path.join(root, "traces"));
  if (alsoOwn) link(outside, path.join(root, "manifests"));
  link(outside, path.join(root, "predictions"));
  link(outside, path.join(root, "code.git"));
  if (posix) plant(path.join(root, "monitors", "CON", "aux.txt"), "x");
  plant(path.join(root, "monitors", "..%2f", "x.txt"), "x");
  // A ledger with facts that are no facts, that lie about their names, that name everybody's runs as purged in odd ways.
  plant(path.join(root, "ledger", month, "notes.txt"), "foreign");
  plant(path.join(root, "ledger", "..%2f", "x.json"), "foreign");
  plant(path.join(root, "ledger", month, `${"0".repeat(26)}-${"0".repeat(16)}.json`), "{}");
  plantFact(root, {
    id: "01M84C688V9YT8SGNJ01298T19",
    kind: "purged",
    items: [
      { what: "entity", entity: "runs/../../.." },
      { what: "artifact", entity: `runs/${evil}`, path: "../../../../secret.txt", hashes: ["../../x", 5] },
      null,
      "x",
      { what: "fact", entity: 3 },
      { what: "fact", entity: `runs/${evil}`, fact: "1", pointer: "/id" },
      { what: "everything" },
    ],
  });
  plantFact(root, {
    id: "01M84C688V9YT8SGNJ01298T20",
    kind: "experiment.created",
    experiment: "../../..",
    name: "e",
  });
  plantFact(root, { id: "01M84C688V9YT8SGNJ01298T21", kind: "of.tomorrow", heads: ["../../x", { a: 1 }] });
  // Objects that are not what they say.
  plant(path.join(root, "objects", "ab", "c".repeat(62)), "not that content");
  plant(path.join(root, "objects", "ab", `${"d".repeat(62)}.zst`), "not zstd");
  plant(path.join(root, "objects", "packs", `${"0".repeat(26)}.pack`), Buffer.alloc(1000, 0xff));
  plant(
    path.join(root, "objects", "packs", `${"0".repeat(26)}.idx`),
    Buffer.concat([Buffer.from("LOAMPIDX"), Buffer.alloc(2000, 0xff)]),
  );
  plant(path.join(root, "objects", "packs", "..%2fx.pack"), "x");
  plant(path.join(root, "local", "live", "0000000a.json"), '{"url": "http://evil.example:80"}');
  plant(path.join(root, "local", "claims", "store", "ep", "upkeep.1"), "{}");
  plant(path.join(root, "cache", "index.sqlite"), "x");
  return root;
}

describe("a hostile store", function () {
  let outside: string;
  let side: Side;
  beforeEach(() => {
    outside = emptyFolder();
    plant(path.join(outside, "secret.txt"), "the thesis");
    plant(path.join(outside, month, evil, "facts-0000000a.jsonl"), '{"id":"stolen"}\n');
    side = newSide();
  });
  afterEach(() => {
    closeSide(side);
    assert.equal(fs.readFileSync(path.join(outside, "secret.txt"), "utf8"), "the thesis");
    assert.deepEqual(fs.readdirSync(outside).sort(), [month, "secret.txt"]);
  });

  const below = (folder: string): string[] =>
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .filter((file) => !file.startsWith("local"))
      .sort();

  it("can be joined: what is good comes over, everything else is left and named", async () => {
    const own = side.tracking.runs.create({ experiment: "0", name: "own" });
    side.tracking.runs.release(own.id);
    const report = await joinStores(side.store, hostileStore(outside), never);
    assert.equal(report.entities.added, 1);
    const run = path.join("runs", month, evil);
    const came = below(side.store.layout.root).filter((file) => file.startsWith(run));
    assert.deepEqual(came, [
      run,
      path.join(run, "artifacts"),
      path.join(run, "artifacts", ".%2E"),
      path.join(run, "artifacts", ".%2E", "escaped.txt"),
      path.join(run, "artifacts", "..%252F..%252F..%252Fescaped.txt"),
      path.join(run, "artifacts", "good.txt"),
      path.join(run, "facts-0000000a.jsonl"),
      path.join(run, "facts-0000000c.jsonl"),
    ]);
    assert.equal(side.tracking.runs.get(evil).name, "e");
    assert.equal(
      side.tracking.runs.get(own.id).name,
      "own",
      "nobody's purge reaches what it does not name rightly",
    );
    for (const entry of fs.readdirSync(side.store.layout.root, { recursive: true, withFileTypes: true }))
      assert.ok(!entry.isSymbolicLink(), entry.name);
    const left = report.left.map((one) => one.file);
    const links = ["folder-link", "file-link", "loop", "facts-0000000b.jsonl", "2026-12", "traces"];
    for (const part of [
      ...(posix ? links : []),
      "1999-01",
      "notes.txt",
      "c".repeat(62),
      "facts-0000000c.jsonl.bak",
    ])
      assert.ok(
        left.some((file) => file.includes(part)),
        `${part} is named`,
      );
    assert.ok(report.leftCount >= (posix ? 20 : 8));
    for (const room of ["manifests", "predictions", "code.git", "traces", "cache"])
      assert.equal(fs.existsSync(side.store.layout.at(room)), false, room);
    const again = await joinStores(side.store, path.dirname(hostileStore(outside)) + "/.loam", never);
    assert.deepEqual([again.bytes, again.entities.added], [0, 0]);
  });

  it("can be opened, read and verified, without being believed", async () => {
    const root = hostileStore(outside, false);
    const hostile = openSide(root);
    assert.equal(hostile.tracking.runs.get(evil).name, "e");
    for (const id of [
      "..",
      "../..",
      "../../../etc/passwd",
      "ffffffffffffffffffffffffffffffff",
      evil.toUpperCase(),
      "",
    ])
      assert.throws(
        () => hostile.tracking.runs.get(id),
        (error) => error instanceof Failure && error.code === "run.notFound",
      );
    assert.deepEqual(
      hostile.tracking.experiments.all().map((one) => one.id),
      ["0"],
    );
    const ref = { room: "runs" as const, id: evil };
    for (const name of posix ? ["folder-link/secret.txt", "file-link", "loop/loop/good.txt"] : [])
      assert.throws(
        () => hostile.tracking.artifacts.find(ref, name),
        (error) => error instanceof Failure && error.code === "path.invalid",
      );
    const { problems, counts, unknownKinds } = await verifyStore(hostile.store, never, undefined, knownKinds);
    assert.deepEqual([...unknownKinds], [["of.tomorrow", 1]]);
    assert.ok(counts.foreign >= (posix ? 10 : 5));
    const damaged = problems.filter((one) => one.severity === "damage").map((one) => one.file);
    for (const part of ["facts-0000000c.jsonl", "objects/ab/", `${"0".repeat(26)}-`])
      assert.ok(
        damaged.some((file) => file.includes(part)),
        part,
      );
    assert.ok(problems.every((one) => one.next !== "" && one.what !== ""));
    closeSide(hostile);
  });

  it("that has a link in place of a folder of its own is refused, and nothing is written where it leads", () => {
    if (!posix) return;
    for (const name of ["local", "ledger", "manifests", "cache", "objects", "objects/packs"]) {
      const root = path.join(emptyFolder(), ".loam");
      const elsewhere = emptyFolder();
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.symlinkSync(elsewhere, path.join(root, name));
      assert.throws(
        () => openSide(root),
        (error) =>
          error instanceof Failure && error.code === "store.damaged" && / is a link/.test(error.message),
      );
      assert.deepEqual(fs.readdirSync(elsewhere), []);
    }
  });

  it("that has a link in place of a folder of contents gets nothing written or freed where it leads", async () => {
    if (!posix) return;
    const root = path.join(emptyFolder(), ".loam");
    const elsewhere = emptyFolder();
    const bytes = Buffer.alloc(300_000, "x");
    const hash = sha256(bytes);
    for (const room of ["objects", "manifests"])
      for (let at = 0; at < 256; at++) {
        fs.mkdirSync(path.join(root, room), { recursive: true });
        fs.symlinkSync(elsewhere, path.join(root, room, at.toString(16).padStart(2, "0")));
      }
    plant(path.join(elsewhere, hash.slice(2)), bytes);
    plant(path.join(elsewhere, "e".repeat(62)), "a manifest of somebody's");
    const old = new Date(Date.now() - 72 * 3600_000);
    for (const name of fs.readdirSync(elsewhere)) fs.utimesSync(path.join(elsewhere, name), old, old);
    const before = fs.readdirSync(elsewhere);
    const hostile = openSide(root);
    const refused = (error: unknown): boolean =>
      error instanceof Failure && error.code === "store.damaged" && / is a link/.test(error.message);
    assert.throws(() => hostile.store.objects.put(Buffer.alloc(300_000, "y")), refused);
    assert.throws(() => hostile.store.manifests.write(Buffer.from("{}")), refused);
    await collectGarbage(hostile.store, knownKinds, { dryRun: false }, never);
    assert.deepEqual(fs.readdirSync(elsewhere), before);
    closeSide(hostile);
  });

  it("whose format is a link, huge, or no object is refused", () => {
    for (const make of [
      (file: string) => (posix ? fs.symlinkSync("/dev/zero", file) : plant(file, "5")),
      (file: string) => plant(file, "null"),
      (file: string) => plant(file, "[1"),
      (file: string) => plant(file, " ".repeat(100_000)),
    ]) {
      const root = path.join(emptyFolder(), ".loam");
      fs.mkdirSync(root);
      make(path.join(root, "format.json"));
      assert.throws(
        () => openSide(root),
        (error) => error instanceof Failure && error.code === "store.damaged",
      );
    }
  });
});
