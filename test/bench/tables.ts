import * as fs from "node:fs";
import * as path from "node:path";
import { below, type Bench, type Benchmark } from "./benchmark.js";
import { findPandas } from "./pandas-peer.js";
import { commandLine, plainEnvironment, projectRoot } from "./processes.js";
import { interleave, type Sample } from "./rounds.js";
import { timed, type Timed } from "./timed.js";

/** Smaller with LOAM_BENCH_TABLES=0.1, for a look at it. */
const rows = Math.round(1_000_000 * Number(process.env["LOAM_BENCH_TABLES"] ?? 1));
const colours = ["red", "green", "blue", "yellow"];

/** A table of ten columns; of the newer one a thousandth is gone and new, and 1.5 % are changed. */
function writeTable(file: string, newer: boolean): void {
  const fd = fs.openSync(file, "w");
  fs.writeSync(fd, "id,name,age,amount,x1,x2,colour,active,day,zip\n");
  const line = (id: number): string => {
    // digits that look drawn, and are the same in both tables
    const drawn = (step: number): number => ((id + 1) * step * 0.6180339887) % 1;
    const age = ((id * 31) % 97) + (newer && id % 100 === 3 ? 1 : 0);
    const amount = Math.floor(drawn(7) * 100_000) / 100 + (newer && id % 200 === 5 ? 0.5 : 0);
    const zip = id % 20 === 0 ? "" : String(Math.floor(drawn(3) * 100_000));
    const day = `20${20 + (id % 5)}-${String(1 + (id % 12)).padStart(2, "0")}-${10 + (id % 18)}`;
    return `${id},customer ${(id * 7919) % 1_000_003},${age},${amount},${drawn(11)},${drawn(13)},${colours[id % 4] ?? ""},${id % 2 === 0},${day},${zip}\n`;
  };
  let text = "";
  for (let id = 0; id < rows; id++) {
    text += newer && id % 1000 === 7 ? line(rows + id) : line(id);
    if (text.length < 1_000_000) continue;
    fs.writeSync(fd, text);
    text = "";
  }
  fs.writeSync(fd, text);
  fs.closeSync(fd);
}

async function measure(bench: Bench): Promise<void> {
  const python = findPandas(bench.say);
  const folder = bench.folder();
  bench.say(`making two tables of ${rows.toLocaleString("en")} rows`);
  for (const name of ["a.csv", "b.csv"]) writeTable(path.join(folder, name), name === "b.csv");
  const script = path.join(projectRoot, "test", "bench", "tables.py");
  const loam = (...words: string[]): Promise<Timed> =>
    timed(process.execPath, [commandLine, "data", ...words, "--json"], folder, plainEnvironment());
  const pandas = (...words: string[]): Promise<Timed> =>
    timed(python, [script, ...words], folder, plainEnvironment());
  const sample = (diff: Timed, profile: Timed): Sample => ({
    diff: diff.ms,
    diffMemory: diff.memory,
    profile: profile.ms,
    profileMemory: profile.memory,
  });
  const contenders = [
    {
      name: "pandas",
      round: async () =>
        sample(await pandas("diff", "a.csv", "b.csv", "id"), await pandas("profile", "a.csv")),
    },
    {
      name: "loam",
      round: async () => sample(await loam("diff", "a.csv", "b.csv"), await loam("profile", "a.csv")),
    },
  ];
  bench.say("comparing and profiling");
  const rounds = await interleave(contenders, bench.rounds);
  const { leftOut, steal } = rounds;
  const size = `${rows.toLocaleString("en")} rows`;
  for (const [what, figure, unit, most] of [
    [`row diff of ${size} with as many`, "diff", "ms", 4000],
    ["row diff, memory of all processes", "diffMemory", "MB", 700],
    [`profile of ${size}`, "profile", "ms", 5000],
    ["profile, memory of all processes", "profileMemory", "MB", 700],
  ] as const)
    bench.row({
      what,
      unit,
      ours: rounds.of("loam", figure),
      peer: rounds.of("pandas", figure),
      budget: below(most),
      leftOut,
      steal,
    });
}

export const tables: Benchmark = {
  name: "tables",
  about: "row diff and profile of 1,000,000 rows, beside pandas",
  measure,
};
