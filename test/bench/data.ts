import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  below,
  times,
  type Bench,
  type Benchmark,
  type Budget,
  type Series,
  type Unit,
} from "./benchmark.js";
import { dvcEnvironment, findDvc } from "./dvc-peer.js";
import { commandLine, plainEnvironment } from "./processes.js";
import { interleave, type Contender, type Rounds, type Sample } from "./rounds.js";
import { timed, type Timed } from "./timed.js";

/** Smaller with LOAM_BENCH_DATA=0.1, for a look at it. */
const scale = Number(process.env["LOAM_BENCH_DATA"] ?? 1);
const largeBytes = Math.round(1e9 * scale);
const manyFiles = Math.round(20_000 * scale);

/** Numbers with digits that repeat little, names that repeat much: a table as there are many. */
function writeTable(file: string, bytes: number): void {
  const fd = fs.openSync(file, "w");
  fs.writeSync(fd, "id,time,amount,score,ratio,city,product\n");
  const cities = ["Berlin", "Paris", "Roma", "Madrid", "Wien", "Praha"];
  for (let written = 0, id = 0; written < bytes;) {
    const lines: string[] = [];
    const noise = crypto.randomBytes(5000 * 12);
    for (let i = 0; i < 5000; i++, id++) {
      const [a, b, c] = [0, 4, 8].map((at) => noise.readUInt32LE(i * 12 + at));
      lines.push(
        `${id},2026-01-${10 + (id % 20)}T${10 + (id % 14)}:${10 + (id % 50)},${(a ?? 0) % 100000}.${(a ?? 0) % 97},0.${b ?? 0},${((c ?? 0) % 1000) / 8},${cities[(c ?? 0) % 6] ?? ""},p${(b ?? 0) % 500}\n`,
      );
    }
    written += fs.writeSync(fd, lines.join(""));
  }
  fs.closeSync(fd);
}

function writeNoise(file: string, bytes: number): void {
  const fd = fs.openSync(file, "w");
  for (let at = 0; at < bytes; at += 16e6) fs.writeSync(fd, crypto.randomBytes(Math.min(16e6, bytes - at)));
  fs.closeSync(fd);
}

function writeMany(folder: string): void {
  const words = crypto.randomBytes(200_000).toString("hex");
  for (let i = 0; i < manyFiles; i++) {
    const place = path.join(folder, `d${i % 100}`);
    if (i < 100) fs.mkdirSync(place, { recursive: true });
    fs.writeFileSync(
      path.join(place, `f${i}.txt`),
      `${i}\n${words.slice((i * 17) % 380_000).slice(0, 9990)}`,
    );
  }
}

/** Bytes below a folder, in megabytes. */
function megabytesIn(folder: string): number {
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += fs.statSync(path.join(entry.parentPath, entry.name)).size;
  return bytes / 1e6;
}

type Step = "init" | "add" | "status" | "checkout";

interface Tool {
  readonly name: string;
  readonly store: string;
  readonly run: (cwd: string, step: Step) => Promise<Timed>;
}

/** Has programs believe that the disk has what they gave to it. Debian's eatmydata brings it. */
function findEatMyData(): string | undefined {
  const places = ["/usr/lib", ...["x86_64", "aarch64"].map((machine) => `/usr/lib/${machine}-linux-gnu`)];
  return places.map((folder) => path.join(folder, "libeatmydata.so")).find((file) => fs.existsSync(file));
}

/** `preload`: a library that its processes take in first. */
function loam(preload?: string): Tool {
  const words: Record<Step, readonly string[]> = {
    init: ["init"],
    add: ["data", "add", "data"],
    status: ["data", "status"],
    checkout: ["data", "restore", "data"],
  };
  const env = plainEnvironment(preload === undefined ? {} : { LD_PRELOAD: preload });
  return {
    name: "loam",
    store: ".loam",
    run: (cwd, step) => timed(process.execPath, [commandLine, ...words[step]], cwd, env),
  };
}

function dvc([command, ...before]: ReturnType<typeof findDvc>): Tool {
  const words: Record<Step, readonly string[]> = {
    init: ["init", "--no-scm", "-q"],
    add: ["add", "-q", "data"],
    status: ["status", "-q"],
    checkout: ["checkout", "-q"],
  };
  return {
    name: "dvc",
    store: ".dvc/cache",
    run: (cwd, step) => timed(command, [...before, ...words[step]], cwd, dvcEnvironment()),
  };
}

const offDisk = "loam, not waiting for the disk";

interface Case {
  readonly what: string;
  readonly make: (target: string) => void;
  readonly addBudget: Budget;
  /** What is changed in a large file; the megabytes that this may take. */
  readonly changes: readonly {
    readonly what: string;
    readonly change: (target: string) => void;
    readonly most: number;
  }[];
}

function append(target: string): void {
  writeTable(`${target}.more`, largeBytes / 100);
  fs.appendFileSync(target, fs.readFileSync(`${target}.more`));
  fs.rmSync(`${target}.more`);
}

function insert(target: string): void {
  const place = Math.floor(fs.statSync(target).size / 2);
  const done = spawnSync(
    "sh",
    ["-c", `{ head -c ${place} data; printf x; tail -c +${place + 1} data; } > data.new && mv data.new data`],
    {
      cwd: path.dirname(target),
    },
  );
  if (done.status !== 0) throw new Error(done.stderr.toString());
}

const cases: readonly Case[] = [
  {
    what: `${(largeBytes / 1e9).toString()} GB CSV`,
    make: (target) => {
      writeTable(target, largeBytes);
    },
    addBudget: times(2.5),
    changes: [
      { what: "1 % appended", change: append, most: (largeBytes / 1e6) * 0.03 },
      { what: "one byte inserted", change: insert, most: 3 },
    ],
  },
  {
    what: `${(largeBytes / 1e9).toString()} GB that does not compress`,
    make: (target) => {
      writeNoise(target, largeBytes);
    },
    addBudget: times(4),
    changes: [],
  },
  {
    what: `${manyFiles.toLocaleString("en")} files of 10 kB`,
    make: writeMany,
    addBudget: times(10),
    changes: [],
  },
];

/** How long the disk takes for what it was given so far, in ms. */
async function syncAll(): Promise<number> {
  return (await timed("sync", [], ".", plainEnvironment())).ms;
}

/** A folder with the data in it, on the disk. */
async function placeData(bench: Bench, made: string): Promise<{ cwd: string; target: string }> {
  const cwd = bench.folder();
  const target = path.join(cwd, "data");
  fs.cpSync(made, target, { recursive: true, preserveTimestamps: true });
  await syncAll();
  return { cwd, target };
}

/** What is as young as the look at it is read again: nobody versions within two seconds of writing. */
const settled = (): Promise<void> => sleep(2500);

/** One tool's round: everything from an empty store on. */
async function round(bench: Bench, tool: Tool, made: string, one: Case): Promise<Sample> {
  const { cwd, target } = await placeData(bench, made);
  await tool.run(cwd, "init");
  await settled();
  const add = await tool.run(cwd, "add");
  const sample: Record<string, number> = {
    add: add.ms,
    durable: add.ms + (await syncAll()),
    memory: add.memory,
    stored: megabytesIn(path.join(cwd, tool.store)),
  };
  sample["status"] = (await tool.run(cwd, "status")).ms;
  sample["again"] = (await tool.run(cwd, "add")).ms;
  fs.rmSync(target, { recursive: true });
  sample["checkout"] = (await tool.run(cwd, "checkout")).ms;
  for (const { what, change } of one.changes) {
    const before = megabytesIn(path.join(cwd, tool.store));
    change(target);
    sample[what] = (await tool.run(cwd, "add")).ms;
    sample[`${what}, stored`] = megabytesIn(path.join(cwd, tool.store)) - before;
  }
  fs.rmSync(cwd, { recursive: true });
  return sample;
}

/** Adding alone where nothing waits for the disk. */
async function roundOffDisk(bench: Bench, tool: Tool, made: string): Promise<Sample> {
  const { cwd } = await placeData(bench, made);
  await tool.run(cwd, "init");
  await settled();
  const { ms } = await tool.run(cwd, "add");
  fs.rmSync(cwd, { recursive: true });
  return { add: ms };
}

/** What the system needs to copy the data, and to have it on the disk. */
async function roundOfCopy(bench: Bench, made: string): Promise<Sample> {
  const { cwd } = await placeData(bench, made);
  const { ms } = await timed("cp", ["-r", "data", "copy"], cwd, plainEnvironment());
  const sample = { add: ms, durable: ms + (await syncAll()) };
  fs.rmSync(cwd, { recursive: true });
  return sample;
}

function report(bench: Bench, rounds: Rounds, { what, addBudget, changes }: Case): void {
  const { leftOut, steal } = rounds;
  const row = (name: string, figure: string, unit: Unit, budget?: Budget): void => {
    bench.row({
      what: `${what}, ${name}`,
      unit,
      ours: rounds.of("loam", figure),
      peer: rounds.of("dvc", figure),
      budget,
      leftOut,
      steal,
    });
  };
  /** Ours beside what a peer takes for the same promise. */
  const beside = (name: string, ours: Series, peer: Series): void => {
    bench.row({ what: `${what}, ${name}`, unit: "ms", ours, peer, leftOut, steal });
  };
  row("add", "add", "ms", addBudget);
  beside("add, on the disk", rounds.of("loam", "add"), rounds.of("dvc", "durable"));
  beside("add, on the disk", rounds.of("loam", "add"), rounds.of("cp", "durable"));
  if (rounds.has(offDisk)) {
    beside("add, not waiting for the disk", rounds.of(offDisk, "add"), rounds.of("dvc", "add"));
    beside("add, not waiting for the disk", rounds.of(offDisk, "add"), rounds.of("cp", "add"));
  }
  row("add, memory", "memory", "MB", below(300));
  row("stored", "stored", "MB");
  row("status, nothing changed", "status", "ms", times(15));
  row("add, nothing changed", "again", "ms");
  row("checkout to where nothing is", "checkout", "ms");
  for (const { what: change, most } of changes) {
    row(change, change, "ms");
    row(`${change}, stored`, `${change}, stored`, "MB", below(most));
  }
}

async function measure(bench: Bench): Promise<void> {
  const tools = [dvc(findDvc(bench.say)), loam()];
  const preload = findEatMyData();
  if (preload === undefined)
    bench.unmeasured("add, not waiting for the disk", "libeatmydata is missing: apt-get install eatmydata");
  for (const one of cases) {
    bench.say(`making ${one.what}`);
    const made = path.join(bench.folder(), "data");
    one.make(made);
    bench.say(`versioning ${one.what}`);
    const contenders: Contender[] = tools.map((tool) => ({
      name: tool.name,
      round: () => round(bench, tool, made, one),
    }));
    contenders.push({ name: "cp", round: () => roundOfCopy(bench, made) });
    if (preload !== undefined)
      contenders.push({ name: offDisk, round: () => roundOffDisk(bench, loam(preload), made) });
    report(bench, await interleave(contenders, bench.rounds), one);
    fs.rmSync(made, { recursive: true });
  }
}

export const data: Benchmark = {
  name: "data",
  about: "versions of 1 GB and of 20,000 files, beside dvc add, status and checkout",
  measure,
};
