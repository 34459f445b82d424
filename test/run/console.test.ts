import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { systemClock } from "../../src/core/base/clock.js";
import { nodeFiles } from "../../src/core/base/ports.js";
import { ConsoleIndex } from "../../src/run/console-index.js";
import { ConsoleLines, type LineEnd } from "../../src/run/console-lines.js";
import { followConsole, type ConsoleBatch } from "../../src/run/console-tail.js";

const split = (parts: readonly Uint8Array[]): [string, LineEnd][] => {
  const lines: [string, LineEnd][] = [];
  const splitter = new ConsoleLines((text, end) => lines.push([text, end]));
  for (const part of parts) {
    const passing = Uint8Array.from(part);
    splitter.feed(passing);
    passing.fill(0); // as the follower does with its buffer
  }
  splitter.flush();
  return lines;
};

describe("console lines", () => {
  it("end with a newline, a carriage return or the end", () => {
    assert.deepEqual(split([Buffer.from("a\r\nb\n\n10%\r20%\rdone")]), [
      ["a", "newline"],
      ["b", "newline"],
      ["10%", "return"],
      ["20%", "return"],
      ["done", "end"],
    ]);
  });

  it("are the same however the bytes were cut", () => {
    const text = fc
      .array(fc.constantFrom("a", "ß", "\n", "😀", " "), { maxLength: 40 })
      .map((letters) => letters.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(100), { maxLength: 5 }), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const parts = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        assert.deepEqual(split(parts), split([bytes]));
        assert.deepEqual(
          split([bytes]).map(([line]) => line),
          whole.split("\n").filter((line) => line !== ""),
        );
      }),
    );
  });

  it("hold at most 64 kB of a line without end, and its last piece is known as such", () => {
    const pieces = split([Buffer.alloc(100_000, "x"), Buffer.alloc(100_000, "x"), Buffer.from("y\nz\n")]);
    assert.deepEqual(
      pieces.map(([line, end]) => [line.length, end]),
      [
        [65536, "cut"],
        [65536, "cut"],
        [65536, "cut"],
        [3393, "cut"],
        [1, "newline"],
      ],
    );
  });
});

const readIndex = (records: readonly Uint8Array[]): [offset: number, time: number][] =>
  records.map((record) => {
    assert.equal(record.length, 16);
    const view = new DataView(record.buffer);
    return [Number(view.getBigUint64(0, true)), view.getFloat64(8, true)];
  });

describe("console index", () => {
  const indexOf = (batches: [text: string, timeMs: number][]): [number, number][] => {
    const index = new ConsoleIndex();
    let offset = 0;
    const records: Uint8Array[] = [];
    for (const [text, timeMs] of batches) {
      const bytes = Buffer.from(text);
      const record = index.record({ bytes, offset, timeMs });
      if (record) records.push(record);
      offset += bytes.length;
    }
    return readIndex(records);
  };

  it("has the start of a line and its time", () => {
    assert.deepEqual(
      indexOf([
        ["a\nb", 1000],
        ["b\nc\n", 1100],
        ["d", 1200],
        ["d", 1300],
        ["\n", 1400],
        ["e\n", 1500.5],
      ]),
      [
        [0, 1000],
        [5, 1100],
        [7, 1200],
        [10, 1500.5],
      ],
    );
  });

  it("has at most one record each 50 ms, also where the clock went back", () => {
    const records = indexOf(Array.from({ length: 100 }, (_, i) => ["x\n", 1000 + i * 10]));
    assert.equal(records.length, 20);
    assert.deepEqual(
      indexOf([
        ["a\n", 9000],
        ["b\n", 100],
        ["c\n", 120],
      ]).length,
      2,
    );
  });
});

describe("following a console", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-console-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  const follow = (file: string, onBatch: (batch: ConsoleBatch) => void | Promise<void>, hasten = false) => {
    const gone = new AbortController();
    const done = followConsole(
      { path: file, files: nodeFiles, clock: systemClock, onBatch, hasten },
      gone.signal,
    );
    return { done, gone };
  };

  for (const hasten of [false, true])
    it(`reads what a process writes while it runs, and the rest at the end${hasten ? ", hastened" : ""}`, async () => {
      const file = path.join(folder, "console.log");
      const fd = fs.openSync(file, "a");
      const script =
        "console.log('one'); process.stdin.once('data', () => { console.error('two'); process.exit(); })";
      const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", fd, fd] });
      fs.closeSync(fd);
      const parts: Buffer[] = [];
      let next = 0;
      const { done, gone } = follow(
        file,
        ({ bytes, offset }) => {
          assert.equal(offset, next);
          next += bytes.length;
          parts.push(Buffer.from(bytes));
          child.stdin?.write("go on\n"); // so the child ends only once its first line was seen
        },
        hasten,
      );
      child.stdin?.on("error", () => undefined);
      await once(child, "exit");
      fs.appendFileSync(file, Buffer.from([0, 1, 2, 255]));
      gone.abort();
      await done;
      assert.deepEqual(Buffer.concat(parts), fs.readFileSync(file));
      assert.match(Buffer.concat(parts).toString(), /^one\ntwo\n/);
    });

  it("wakes by file events long before its poll", async () => {
    const file = path.join(folder, "console.log");
    fs.writeFileSync(file, "");
    const gone = new AbortController();
    const seen = new EventEmitter();
    const onBatch = ({ bytes }: ConsoleBatch) => void seen.emit("text", Buffer.from(bytes).toString());
    const source = {
      path: file,
      files: nodeFiles,
      clock: systemClock,
      pollMs: 600_000,
      hasten: true,
      onBatch,
    };
    const done = followConsole(source, gone.signal);
    const text = once(seen, "text");
    fs.appendFileSync(file, "hello");
    assert.deepEqual(await text, ["hello"]);
    gone.abort();
    await done;
  });

  it("holds one chunk at a time and waits for a slow reader", async () => {
    const file = path.join(folder, "console.log");
    fs.writeFileSync(file, Buffer.alloc(3_000_000, "abc\n"));
    let inside = 0;
    let total = 0;
    let behind = Infinity;
    const { done, gone } = follow(file, async (batch) => {
      inside += 1;
      assert.equal(inside, 1);
      assert.ok(batch.bytes.length <= 256 * 1024);
      assert.ok(batch.behind < behind);
      behind = batch.behind;
      await sleep(1);
      total += batch.bytes.length;
      inside -= 1;
    });
    gone.abort();
    await done;
    assert.equal(total, 3_000_000);
    assert.equal(behind, 0);
  });

  it("goes on at the new end of a file that was cut", async () => {
    const file = path.join(folder, "console.log");
    fs.writeFileSync(file, "before\n");
    const events = new EventEmitter();
    const files = {
      ...nodeFiles,
      size: (fd: number) => {
        const size = nodeFiles.size(fd);
        events.emit(`size ${size}`);
        return size;
      },
    };
    const texts: string[] = [];
    const onBatch = ({ bytes }: ConsoleBatch) => {
      const text = Buffer.from(bytes).toString();
      texts.push(text);
      events.emit(text);
    };
    const gone = new AbortController();
    const before = once(events, "before\n");
    const done = followConsole({ path: file, files, clock: systemClock, onBatch, pollMs: 5 }, gone.signal);
    await before;
    const cut = once(events, "size 0");
    fs.truncateSync(file, 0);
    await cut;
    const after = once(events, "after\n");
    fs.appendFileSync(file, "after\n");
    await after;
    gone.abort();
    await done;
    assert.deepEqual(texts, ["before\n", "after\n"]);
  });

  it("fails with what the reader threw, and closes the file", async () => {
    const file = path.join(folder, "console.log");
    fs.writeFileSync(file, "x");
    let open = 0;
    const files = {
      ...nodeFiles,
      openRead: (name: string) => {
        open += 1;
        return nodeFiles.openRead(name);
      },
      close: (fd: number) => {
        open -= 1;
        nodeFiles.close(fd);
      },
    };
    const failing = followConsole(
      {
        path: file,
        files,
        clock: systemClock,
        onBatch: () => {
          throw new Error("disk full");
        },
      },
      new AbortController().signal,
    );
    await assert.rejects(failing, /disk full/);
    assert.equal(open, 0);
  });
});
