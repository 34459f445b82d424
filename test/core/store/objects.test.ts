import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { Failure, type FailureCode } from "../../../src/core/base/failure.js";
import { said } from "../../../src/core/base/said.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { sha256 } from "../../../src/core/store/canonical.js";
import { hostZstd, type Zstd } from "../../../src/core/store/codec.js";
import { Layout } from "../../../src/core/store/layout.js";
import { Objects, packedBelow } from "../../../src/core/store/objects.js";
import { Pace } from "../../../src/core/store/pace.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { never } from "./bench-store.js";

const failsWith =
  (code: FailureCode, message = /./) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code && message.test(error.message);

const pace = new Pace(never, said`testing`);
const packages = Buffer.from(Array.from({ length: 400 }, (_, i) => `package-${i}==1.${i}.0`).join("\n"));

describe("objects", () => {
  let layout: Layout;
  const open = (zstd: Zstd | null = hostZstd): Objects => new Objects(nodePorts, layout, zstd);
  const packFiles = (): string[] => fs.readdirSync(layout.at("objects", "packs")).sort();
  beforeEach(() => {
    layout = new Layout(path.join(emptyFolder(), ".loam"));
    fs.mkdirSync(layout.root);
  });

  it("come back by their SHA-256, at once and in another process after a flush", () => {
    const objects = open();
    const contents = [Buffer.alloc(0), Buffer.from("x"), packages, crypto.randomBytes(packedBelow - 1)];
    contents.push(crypto.randomBytes(packedBelow), Buffer.alloc(3 * packedBelow, "abc"));
    for (const content of contents) {
      const hash = objects.put(content);
      assert.equal(hash, sha256(content));
      assert.ok(objects.get(hash).equals(content));
    }
    objects.flush();
    const other = open();
    for (const content of contents) {
      assert.ok(other.has(sha256(content)));
      assert.ok(other.get(sha256(content)).equals(content));
    }
    assert.equal(packFiles().length, 2, "one pack and its index for all small ones");
    assert.deepEqual([...other.list()].map((one) => one.hash).sort(), contents.map(sha256).sort());
  });

  it("are stored once, however often they are put", () => {
    const first = open();
    first.put(packages);
    first.put(packages);
    first.flush();
    const second = open();
    second.put(packages);
    second.flush();
    assert.equal([...second.list()].length, 1);
    assert.equal(packFiles().length, 2);
  });

  it("become one pack with one sync, before the fact that names them", () => {
    const calls: string[] = [];
    const files = {
      ...nodePorts.files,
      sync: (fd: number) => {
        calls.push("sync");
        nodePorts.files.sync(fd);
      },
    };
    const objects = new Objects({ ...nodePorts, files }, layout);
    for (let i = 0; i < 50; i++) objects.put(Buffer.from(`content ${i}`));
    assert.deepEqual(calls, []);
    objects.flush();
    assert.deepEqual(calls, ["sync", "sync"], "the pack and its index");
    objects.flush();
    assert.equal(calls.length, 2);
  });

  it("take less room where it pays, and plain tools can read what has a file of its own", function () {
    if (!hostZstd) return assert.equal(typeof zlib.zstdCompressSync, "undefined");
    const objects = open();
    const text = Buffer.from("all work and no play\n".repeat(40_000));
    const noise = crypto.randomBytes(400_000);
    const [first, second] = [objects.put(text), objects.put(noise)];
    const place = (hash: string, ending: string): string =>
      layout.at("objects", hash.slice(0, 2), `${hash.slice(2)}${ending}`);
    assert.ok(zlib.zstdDecompressSync(fs.readFileSync(place(first, ".zst"))).equals(text));
    assert.ok(fs.readFileSync(place(second, "")).equals(noise));
  });

  it("of a store that used zstd are refused by a host without it, which reads all others", () => {
    const [plain, packed] = [open(null), open()];
    const kept = plain.put(Buffer.from("plain"));
    plain.flush();
    const hash = packed.put(packages);
    packed.flush();
    const without = open(null);
    assert.equal(without.get(kept).toString(), "plain");
    assert.ok(without.has(hash));
    if (hostZstd) assert.throws(() => without.get(hash), failsWith("feature.absent", /zstd/));
    else assert.ok(without.get(hash).equals(packages));
  });

  it("are read without their pack's index, up to the torn end that a killed writer left", () => {
    const objects = open();
    const hashes = ["one", "two", "three"].map((text) => objects.put(Buffer.from(text)));
    const [pack = ""] = packFiles();
    assert.equal(packFiles().length, 1, "no flush, no index");
    fs.appendFileSync(layout.at("objects", "packs", pack), Buffer.alloc(60, 1));
    const other = open();
    for (const hash of hashes) assert.equal(sha256(other.get(hash)), hash);
    fs.writeFileSync(layout.at("objects", "packs", pack.replace(".pack", ".idx")), "not an index");
    assert.equal([...open().list()].length, 3);
  });

  it("of another process are seen as they come", () => {
    const [writer, reader] = [open(), open()];
    for (const text of ["one", "two"]) {
      assert.equal(reader.has(sha256(text)), false);
      writer.put(Buffer.from(text));
      assert.ok(reader.has(sha256(text)));
      writer.flush();
    }
    assert.equal(reader.get(sha256("one")).toString(), "one");
  });

  it("that were altered are told from good ones", () => {
    const objects = open();
    const small = objects.put(Buffer.from("small"));
    const large = objects.put(crypto.randomBytes(packedBelow));
    objects.flush();
    const [index = "", pack = ""] = packFiles();
    assert.match(index, /\.idx$/);
    for (const [hash, file] of [
      [small, layout.at("objects", "packs", pack)],
      [large, layout.at("objects", large.slice(0, 2), large.slice(2))],
    ] as const) {
      const bytes = fs.readFileSync(file);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      fs.writeFileSync(file, bytes);
      assert.throws(() => open().get(hash), failsWith("store.damaged", new RegExp(hash)));
    }
  });

  it("say what is missing, too large, or a list of what is none", () => {
    const objects = open();
    const nowhere = sha256("nowhere");
    assert.throws(() => objects.get(nowhere), failsWith("artifact.notFound"));
    assert.throws(() => objects.get("../../etc/passwd"), failsWith("value.invalid"));
    assert.throws(() => objects.get(objects.put(packages), 100), failsWith("value.tooLarge"));
    const folder = layout.at("objects", nowhere.slice(0, 2));
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `${nowhere.slice(2)}.chunks`), "[]");
    assert.ok(!objects.has(nowhere));
    assert.throws(() => objects.get(nowhere), failsWith("store.damaged", /list of chunks/));
    fs.writeFileSync(path.join(folder, `${nowhere.slice(2)}.chunks`), `${nowhere} 5\n`);
    assert.throws(() => objects.get(nowhere), failsWith("store.damaged", /no chunk/));
  });

  it("tell what cannot be unpacked from what cannot be read", () => {
    const objects = open();
    const hash = sha256("text");
    const folder = layout.at("objects", hash.slice(0, 2));
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${hash.slice(2)}.zst`);
    fs.writeFileSync(file, "this is no zstd at all");
    if (hostZstd) assert.throws(() => objects.get(hash), failsWith("store.damaged", /cannot be unpacked \(/));
    const failing = (): never => {
      throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    };
    const refusing = {
      ...nodePorts,
      files: { ...nodePorts.files, readAll: failing },
    };
    assert.throws(
      () => new Objects(refusing, layout).get(hash),
      failsWith("store.damaged", /cannot be read \(EIO: i\/o error, read\)/),
    );
  });

  it("are not taken from an index that leads elsewhere", () => {
    const objects = open();
    const [one, two] = [objects.put(Buffer.from("one")), objects.put(Buffer.from("two"))];
    objects.flush();
    const file = layout.at("objects", "packs", packFiles()[0] ?? "");
    const bytes = fs.readFileSync(file);
    const body = bytes.subarray(0, -32);
    body.writeBigUInt64LE(2n ** 60n, 16 + 32);
    body.writeBigUInt64LE(17n, 16 + 56 + 32);
    fs.writeFileSync(file, Buffer.concat([body, Buffer.from(sha256(body), "hex")]));
    for (const hash of [one, two]) assert.throws(() => open().get(hash), failsWith("store.damaged"));
  });

  it("keep files of any size, and can be called off", async () => {
    const objects = open();
    const file = path.join(emptyFolder(), "data.bin");
    for (const size of [0, 10, packedBelow, 9 * 1024 * 1024]) {
      const bytes = crypto.randomBytes(size);
      fs.writeFileSync(file, bytes);
      const kept = await objects.putFile(file, pace);
      assert.deepEqual(kept, { hash: sha256(bytes), size });
      assert.ok(objects.get(kept.hash).equals(bytes));
    }
    assert.deepEqual(fs.readdirSync(layout.at("local", "uploads")), []);
    fs.writeFileSync(file, Buffer.alloc(300 * 1024 * 1024));
    const stop = new AbortController();
    const kept = objects.putFile(file, new Pace(stop.signal, said`storing`));
    setImmediate(() => {
      stop.abort();
    });
    await assert.rejects(kept, failsWith("cancelled"));
    assert.deepEqual(fs.readdirSync(layout.at("local", "uploads")), []);
  });

  it("that a full disk refused can be put again", () => {
    let full = true;
    const files = {
      ...nodePorts.files,
      write: (fd: number, bytes: Uint8Array) => {
        if (full) throw Object.assign(new Error("full"), { code: "ENOSPC" });
        return nodePorts.files.write(fd, bytes);
      },
    };
    const objects = new Objects({ ...nodePorts, files }, layout);
    const large = crypto.randomBytes(packedBelow);
    for (const content of [packages, large])
      assert.throws(() => objects.put(content), failsWith("store.full"));
    full = false;
    for (const content of [packages, large]) assert.ok(objects.get(objects.put(content)).equals(content));
    objects.flush();
    assert.equal([...open().list()].length, 2);
  });
});
