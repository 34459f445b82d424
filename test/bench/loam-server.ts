import * as readline from "node:readline";
import { commandLine, memoryOf, Owned, plainEnvironment } from "./processes.js";

const patienceSeconds = 60;

export interface LoamServer {
  readonly url: URL;
  readonly token: string | null;
  /** Milliseconds from the start of its process to the line that says that it listens. */
  readonly startMs: number;
  /** Megabytes, resident. */
  readonly memory: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts `loam server`, as it was built, on the store of a folder. */
export async function startLoam(folder: string): Promise<LoamServer> {
  const began = performance.now();
  const server = new Owned(process.execPath, [commandLine, "server", "--dir", folder], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: plainEnvironment(),
  });
  const { stdout } = server.child;
  if (!stdout) throw new Error("no output of loam server");
  const lines = readline.createInterface({ input: stdout });
  const first = await Promise.race([
    new Promise<string>((resolve) => lines.once("line", resolve)),
    server.ended.then((how) => Promise.reject(new Error(`loam server ended: ${how}`))),
    new Promise<never>((_, reject) => {
      setTimeout(() => {
        reject(new Error(`loam server did not listen within ${patienceSeconds} s`));
      }, patienceSeconds * 1000).unref();
    }),
  ]);
  const startMs = performance.now() - began;
  const ready = JSON.parse(first) as { url: string; token: string | null };
  return {
    url: new URL(ready.url),
    token: ready.token,
    startMs,
    memory: () => memoryOf(server.pid).now,
    stop: () => server.stop(),
  };
}
