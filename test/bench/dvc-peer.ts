import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { plainEnvironment, projectRoot } from "./processes.js";

/** The version that is measured beside. */
const version = "3.67.1";

/** The program of DVC in an environment of its own below `.cache`, which is made where it is missing. */
export function findDvc(say: (text: string) => void): string {
  const folder = process.env["LOAM_BENCH_DVC"] ?? path.join(projectRoot, ".cache", "peers", "dvc");
  const bin = path.join(folder, process.platform === "win32" ? "Scripts" : "bin");
  const program = path.join(bin, process.platform === "win32" ? "dvc.exe" : "dvc");
  if (fs.existsSync(program)) return program;
  say(`installing DVC ${version} into ${folder}`);
  const run = (command: string, ...args: string[]): void => {
    const done = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
  };
  run(process.platform === "win32" ? "python" : "python3", "-m", "venv", folder);
  run(path.join(bin, "python"), "-m", "pip", "install", "-q", `dvc==${version}`);
  return program;
}

/** Without telemetry and progress bars, which would be measured too. */
export const dvcEnvironment = (): NodeJS.ProcessEnv =>
  plainEnvironment({ DVC_NO_ANALYTICS: "true", DVC_GLOBAL_CONFIG_DIR: "", CI: "true" });
