import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../src/core/base/failure.js";
import { nodePorts, type Jobs } from "../../src/core/base/ports.js";
import { everything } from "../../src/core/datasets/selection.js";
import { restoreData } from "../../src/core/datasets/restore.js";
import { storeFiles } from "../../src/core/datasets/storing-jobs.js";
import { makeVersion, trackData } from "../../src/core/datasets/version.js";
import { unpackerOf } from "../../src/core/registry/unpackers.js";
import { unpacked } from "../../src/core/registry/zip-entries.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import { jobThreads } from "../../src/workers/pool.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { builtFolder } from "../run/loam.js";

describe("job threads", function () {
  let jobs: Jobs;
  let folder: string;
  let bench: Workbench;
  let file: string;
  before(() => {
    file = path.join(builtFolder(), "jobs.js");
  });
  beforeEach(() => {
    jobs = jobThreads(() => nodePorts, file);
    folder = emptyFolder();
    bench = openWorkbench(folder, { ...nodePorts, jobs }, { create: true, author: "tester" });
  });
  afterEach(() => {
    jobs.dispose();
    bench.dispose();
  });
  const never = new AbortController().signal;

  it("keep large and small files as this thread would, and end with their packs whole", async () => {
    fs.mkdirSync(path.join(folder, "data"));
    fs.writeFileSync(path.join(folder, "data", "large"), crypto.randomBytes(20_000_000));
    for (let i = 0; i < 600; i++) fs.writeFileSync(path.join(folder, "data", `f${i}`), `content ${i}`);
    const told: number[] = [];
    const added = await bench.datasets.contents.add(
      path.join(folder, "data"),
      everything,
      never,
      ({ bytes }) => told.push(bytes),
    );
    assert.equal(told.at(-1), added.size);
    const packs = fs.readdirSync(bench.store.layout.at("objects", "packs")).sort();
    assert.ok(packs.length > 0 && packs.every((name, i) => (i % 2 === 0 ? /\.idx$/ : /\.pack$/).test(name)));
    await bench.datasets.contents.place(added, path.join(folder, "copy"), never);
    for (const name of ["large", "f0", "f599"])
      assert.ok(
        fs
          .readFileSync(path.join(folder, "copy", name))
          .equals(fs.readFileSync(path.join(folder, "data", name))),
      );
    const here = openWorkbench(emptyFolder(), nodePorts, { create: true, author: "tester" });
    const same = await here.datasets.contents.add(path.join(folder, "data"), everything, never);
    assert.equal(same.manifest, added.manifest);
    here.dispose();
  });

  it("bring failures over as they are, and leave nothing behind when called off", async () => {
    const { root: at, objects } = bench.store.layout;
    const input = { root: at, objects, session: "s", source: folder, paths: ["nothing"] };
    await assert.rejects(
      jobs.run(storeFiles, input, never),
      (error) =>
        error instanceof Failure && error.code === "path.invalid" && error.message.includes("nothing went"),
    );
    fs.writeFileSync(path.join(folder, "large"), crypto.randomBytes(30_000_000));
    const stop = new AbortController();
    await assert.rejects(
      bench.datasets.contents.add(path.join(folder, "large"), everything, stop.signal, () => {
        stop.abort();
      }),
      { code: "cancelled" },
    );
    assert.deepEqual(fs.readdirSync(bench.store.layout.at("objects", "packs")), []);
    const again = await bench.datasets.contents.add(path.join(folder, "large"), everything, never);
    assert.equal(again.size, 30_000_000);
  });

  it("bring large and small files back, and leave nothing behind when called off", async () => {
    const data = path.join(folder, "data");
    const large = crypto.randomBytes(40_000_000);
    const text = Buffer.from("a,b,c\n1,2,3\n".repeat(2_000_000));
    fs.mkdirSync(data);
    fs.writeFileSync(path.join(data, "large"), large);
    fs.writeFileSync(path.join(data, "text"), text);
    for (let i = 0; i < 600; i++) fs.writeFileSync(path.join(data, `f${i}`), `content ${i}`);
    const { datasets } = bench;
    const one = await trackData(datasets, { path: "data" }, never);
    for (const name of ["large", "text", "f0", "f599"]) fs.writeFileSync(path.join(data, name), "other");
    fs.writeFileSync(path.join(data, "more"), "more");
    await makeVersion(datasets, one.dataset, { message: "" }, never);
    const wish = { dataset: one.dataset, version: one.version };
    const stop = new AbortController();
    const halfway = restoreData(datasets, wish, stop.signal, ({ bytes }) => {
      if (bytes > 10_000_000) stop.abort();
    });
    await assert.rejects(halfway, { code: "cancelled" });
    assert.deepEqual(
      fs.readdirSync(data).filter((name) => name.startsWith(".")),
      [],
    );
    const last: { files: number; bytes: number }[] = [];
    const again = { ...wish, overwrite: "discard" } as const;
    const report = await restoreData(datasets, again, never, (told) => last.splice(0, 1, told));
    assert.equal(last[0]?.files, report.written + report.removed);
    assert.ok(fs.readFileSync(path.join(data, "large")).equals(large));
    assert.ok(fs.readFileSync(path.join(data, "text")).equals(text));
    assert.equal(fs.readFileSync(path.join(data, "f599"), "utf8"), "content 599");
    assert.equal(fs.readdirSync(data).length, 602);
  });

  it("that are ended fail what they do, and are started anew by the next job", async () => {
    fs.writeFileSync(path.join(folder, "large"), crypto.randomBytes(30_000_000));
    const adding = bench.datasets.contents.add(path.join(folder, "large"), everything, never, () => {
      jobs.dispose();
    });
    await assert.rejects(adding, { code: "cancelled" });
    const again = await bench.datasets.contents.add(path.join(folder, "large"), everything, never);
    assert.equal(again.size, 30_000_000);
  });

  it("unpack the old form of LZMA, and tell what is damaged, too long or called off from one another", async () => {
    const packed = Buffer.from(
      "5d00008000ffffffffffffffff00308809a733a8e7af85cef818dd97e6f7ffffaf500000",
      "hex",
    );
    const unpack = (bytes: Buffer, most: number, signal = never): Promise<Buffer> => {
      const unpacker = unpackerOf(bytes, { jobs, signal });
      assert.ok(unpacker);
      return unpacked("m.lzma", unpacker.unpack, bytes, most);
    };
    assert.equal((await unpack(packed, 1000)).toString(), "a model ".repeat(40));
    await assert.rejects(unpack(packed, 319), { code: "value.tooLarge" });
    await assert.rejects(unpack(packed.subarray(0, 10), 1000), { code: "value.invalid" });
    await assert.rejects(unpack(packed, 1000, AbortSignal.abort()), { code: "cancelled" });
    const onThisThread = jobThreads(() => nodePorts, path.join(folder, "no-such-file.mjs"));
    const unpacker = unpackerOf(packed, { jobs: onThisThread, signal: never });
    await assert.rejects(async () => unpacker?.unpack(packed, 1000), /no-such-file/, "a thread does it");
  });
});
