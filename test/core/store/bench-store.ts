import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { jobsHere, nodePorts, type FilePort, type Ports } from "../../../src/core/base/ports.js";
import { silentLog } from "../../../src/core/base/log.js";
import { joinStores } from "../../../src/core/store/join.js";
import type { JoinReport } from "../../../src/core/store/join-report.js";
import type { KnownKinds } from "../../../src/core/store/known-kinds.js";
import { Store } from "../../../src/core/store/store.js";
import { verifyStore } from "../../../src/core/store/verify.js";
import type { Problem } from "../../../src/core/store/verify-report.js";
import { experimentFolds, modelFolds, runFolds, traceFolds } from "../../../src/core/tracking/model.js";
import { Datasets } from "../../../src/core/datasets/datasets.js";
import { Tracking } from "../../../src/core/tracking/tracking.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { Disk, MemoryFiles } from "./memory-files.js";

export const knownKinds: KnownKinds = {
  runs: new Set(Object.keys(runFolds)),
  logged: new Set(Object.keys(modelFolds)),
  traces: new Set(Object.keys(traceFolds)),
  ledger: new Set(Object.keys(experimentFolds)),
};

export const never = new AbortController().signal;

/** A store with the tracking pillar over it, without an index. */
export interface Side {
  readonly store: Store;
  readonly tracking: Tracking;
}

export function openSide(root: string, ports: Ports = nodePorts, create = true): Side {
  const store = Store.open(ports, root, { create, author: "tester" });
  return {
    store,
    tracking: new Tracking(store, new Datasets(store), () => Promise.reject(new Error("no index here"))),
  };
}

/** A new store on the disk. */
export const newSide = (): Side => openSide(path.join(emptyFolder(), ".loam"));

/** Takes over into one what the other has. */
export const join = (to: Side, from: Side): Promise<JoinReport> =>
  joinStores(to.store, from.store.layout.root, never);

export function closeSide({ store, tracking }: Side): void {
  tracking.runs.releaseAll();
  tracking.models.releaseAll();
  store.dispose();
}

/** Numbers that look random and are the same for the same seed. */
export function seededRandom(seed: string): (n: number) => Buffer {
  let count = 0;
  return (n) => {
    const parts: Buffer[] = [];
    for (let have = 0; have < n; have += 32)
      parts.push(crypto.createHash("sha256").update(`${seed} ${count++}`).digest());
    return Buffer.concat(parts).subarray(0, n);
  };
}

const bootFile = "/proc/sys/kernel/random/boot_id";
const boot = fs.existsSync(bootFile) ? fs.readFileSync(bootFile) : Buffer.from("boot");

/** What the system would say of the process with this number: files by path, as the store asks for them. */
export function processFiles(number: number): ReadonlyMap<string, Buffer> {
  const fields = ["S", ...Array.from({ length: 18 }, () => "0"), String(1000 + number), "0"];
  return new Map([
    [bootFile, boot],
    [`/proc/${process.pid}/stat`, Buffer.from(`${process.pid} (node) ${fields.join(" ")}\n`)],
  ]);
}

/** Tells the processes on a disk in memory from those before a restart. */
export function beginProcess(disk: Disk, number: number): void {
  for (const [at, content] of processFiles(number)) disk.plant(at, content);
}

/** Ports over a disk in memory, with a clock that the test sets. */
export function memoryPorts(
  seed: string,
  now: () => number,
  files: FilePort = new MemoryFiles(new Disk()),
): Ports {
  const own = { clock: { now }, files, log: silentLog, random: seededRandom(seed) };
  return { ...own, jobs: jobsHere(() => own) };
}

/** What verification finds damaged. */
export async function damageIn(store: Store): Promise<Problem[]> {
  const { problems } = await verifyStore(store, never, undefined, knownKinds);
  return problems.filter((one) => one.severity === "damage");
}

export async function* bytesOf(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}
