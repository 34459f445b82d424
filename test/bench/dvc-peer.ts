import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { plainEnvironment, projectRoot } from "./processes.js";

/** The version that is measured beside. */
const version = "3.67.1";

/**
 * The words that start DVC in an environment of its own below `.cache`, which is made where it is missing. Its script
 * names the folder in which it was made; asked as a module it also starts from a copy of that.
 */
export function findDvc(say: (text: string) => void): readonly [string, ...string[]] {
  const folder = process.env["LOAM_BENCH_DVC"] ?? path.join(projectRoot, ".cache", "peers", "dvc");
  const bin = path.join(folder, process.platform === "win32" ? "Scripts" : "bin");
  const python = path.join(bin, process.platform === "win32" ? "python.exe" : "python");
  const words = [python, "-m", "dvc"] as const;
  if (spawnSync(python, [...words.slice(1), "--version"], { stdio: "ignore" }).status === 0)
    return [...words];
  say(`installing DVC ${version} into ${folder}`);
  const run = (command: string, ...args: string[]): void => {
    const done = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
  };
  run(process.platform === "win32" ? "python" : "python3", "-m", "venv", folder);
  run(python, "-m", "pip", "install", "-q", `dvc==${version}`);
  return [...words];
}

/** Without telemetry and progress bars, which would be measured too. */
export const dvcEnvironment = (): NodeJS.ProcessEnv =>
  plainEnvironment({ DVC_NO_ANALYTICS: "true", DVC_GLOBAL_CONFIG_DIR: "", CI: "true" });
