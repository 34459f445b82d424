import assert from "node:assert/strict";
import * as path from "node:path";
import fc from "fast-check";
import { systemCode } from "../../../src/core/base/failure.js";
import { nodeFiles, type FilePort } from "../../../src/core/base/ports.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { Disk, MemoryFiles } from "./memory-files.js";

/** One call, on paths below a root, with files open by their order. */
type Call = (files: FilePort, root: string, open: number[]) => unknown;

const place = fc.constantFrom("a", "b", "dir", "dir/a", "dir/b", "dir/deep/a", "a/x");
const at = (root: string, below: string): string => path.join(root, below);
const handle = (open: readonly number[], n: number): number => open[n % Math.max(1, open.length)] ?? 9999;

const call: fc.Arbitrary<[string, Call]> = fc.oneof(
  place.map((p): [string, Call] => [`openAppend ${p}`, (f, r, open) => open.push(f.openAppend(at(r, p)))]),
  place.map((p): [string, Call] => [`openNew ${p}`, (f, r, open) => open.push(f.openNew(at(r, p)))]),
  fc
    .tuple(fc.nat(3), fc.string())
    .map(([n, text]): [string, Call] => [
      `write ${n}`,
      (f, _, open) => f.write(handle(open, n), Buffer.from(text)),
    ]),
  fc.nat(3).map((n): [string, Call] => [`size ${n}`, (f, _, open) => f.size(handle(open, n))]),
  fc.nat(3).map((n): [string, Call] => [
    `close ${n}`,
    (f, _, open) => {
      const fd = handle(open, n);
      f.close(fd);
      open.splice(open.indexOf(fd), 1);
    },
  ]),
  fc
    .tuple(place, place)
    .map(([p, q]): [string, Call] => [`rename ${p} ${q}`, (f, r) => f.rename(at(r, p), at(r, q))]),
  fc
    .tuple(place, place)
    .map(([p, q]): [string, Call] => [`link ${p} ${q}`, (f, r) => f.link(at(r, p), at(r, q))]),
  place.map((p): [string, Call] => [`remove ${p}`, (f, r) => f.remove(at(r, p))]),
  place.map((p): [string, Call] => [`makeFolder ${p}`, (f, r) => f.makeFolder(at(r, p))]),
  place.map((p): [string, Call] => [`removeFolder ${p}`, (f, r) => f.removeFolder(at(r, p))]),
  place.map((p): [string, Call] => [
    `stat ${p}`,
    (f, r) => {
      const stat = f.stat(at(r, p));
      return stat && [stat.kind, stat.kind === "file" ? stat.size : 0];
    },
  ]),
  place.map((p): [string, Call] => [
    `list ${p}`,
    (f, r) =>
      f
        .list(at(r, p))
        .map((one) => `${one.name} ${one.kind}`)
        .sort(),
  ]),
  place.map((p): [string, Call] => [`readAll ${p}`, (f, r) => f.readAll(at(r, p))?.toString()]),
);

/** What a call gives, or that it fails; handles are not the same numbers. */
function outcome([name, work]: [string, Call], files: FilePort, root: string, open: number[]): unknown {
  try {
    const value = work(files, root, open);
    return [name, name.startsWith("open") ? "opened" : (value ?? null)];
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [name, "absent"];
    return [name, code === "EEXIST" || code === "EBADF" ? code : "another"];
  }
}

describe("files in memory", () => {
  it("answer as those of a real disk do", function () {
    if (process.platform === "win32") return assert.ok(new MemoryFiles(new Disk()).list("/").length === 0);
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30, size: "max" }), (calls) => {
        const [memory, disk] = [new MemoryFiles(new Disk()), emptyFolder()];
        memory.makeFolder("/root");
        const [openMemory, openDisk]: [number[], number[]] = [[], []];
        try {
          for (const one of calls)
            assert.deepEqual(
              outcome(one, memory, "/root", openMemory),
              outcome(one, nodeFiles, disk, openDisk),
            );
        } finally {
          for (const fd of openDisk) nodeFiles.close(fd);
        }
      }),
      { numRuns: 300 },
    );
  });
});
