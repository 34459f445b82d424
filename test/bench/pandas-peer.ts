import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectRoot } from "./processes.js";

/** The version that is measured beside. */
const version = "2.3.3";

/** A Python with pandas in an environment of its own below `.cache`, which is made where it is missing. */
export function findPandas(say: (text: string) => void): string {
  const windows = process.platform === "win32";
  const folder = process.env["LOAM_BENCH_PANDAS"] ?? path.join(projectRoot, ".cache", "peers", "pandas");
  const python = path.join(folder, windows ? "Scripts" : "bin", windows ? "python.exe" : "python");
  if (fs.existsSync(python)) return python;
  say(`installing pandas ${version} into ${folder}`);
  const run = (command: string, ...args: string[]): void => {
    const done = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
  };
  run(windows ? "python" : "python3", "-m", "venv", folder);
  run(python, "-m", "pip", "install", "-q", `pandas==${version}`);
  return python;
}
