import { spawn } from "node:child_process";
import * as path from "node:path";
import { memoryOfTree } from "./processes.js";

export interface Timed {
  readonly ms: number;
  /** Megabytes of all its processes at most, looked at 50 times a second. */
  readonly memory: number;
}

/** Runs a command to its end. */
export async function timed(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Timed> {
  const began = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
  let most = 0;
  const looking = setInterval(() => {
    most = Math.max(most, memoryOfTree(child.pid ?? 0));
  }, 20);
  const code = await new Promise((resolve) => child.once("close", resolve));
  const ms = performance.now() - began;
  clearInterval(looking);
  if (code !== 0) throw new Error(`${path.basename(command)} ${args.join(" ")}: ${told.slice(-500)}`);
  return { ms, memory: most };
}
