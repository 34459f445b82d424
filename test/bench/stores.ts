import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { makeStore, usualShape, type StoreShape } from "./make-store.js";
import { outputOf, projectRoot } from "./processes.js";

/** As the peer's figures were taken: ten metrics and ten params a run. */
export const tenThousand: StoreShape = { ...usualShape, runs: 10_000, metrics: 10, params: 10, points: 10 };
export const hundredThousand: StoreShape = { ...tenThousand, runs: 100_000, points: 1 };
/** With 200 metrics and params, of which each run lacks some, and names as frameworks write them. */
export const wide: StoreShape = {
  ...usualShape,
  runs: 10_000,
  metrics: 100,
  params: 100,
  points: 2,
  missing: 0.15,
  longNames: true,
};

const kept = path.join(projectRoot, ".cache", "bench");

/** The folder of a store of that shape. It is made once and kept for the next time; benchmarks leave it as it is. */
export async function storeOf(shape: StoreShape, say: (text: string) => void): Promise<string> {
  const source = fs.readFileSync(fileURLToPath(new URL("make-store.ts", import.meta.url)));
  const digest = crypto.createHash("sha256").update(source).update(JSON.stringify(shape)).digest("hex");
  const folder = path.join(kept, `store-${shape.runs}-${digest.slice(0, 12)}`);
  if (fs.existsSync(folder)) return folder;
  say(`making a store of ${shape.runs} runs, once`);
  fs.mkdirSync(kept, { recursive: true });
  const unready = `${folder}.${process.pid}`;
  try {
    makeStore(unready, shape);
    fs.renameSync(unready, folder);
  } catch (error) {
    fs.rmSync(unready, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

export const imageOf = (folder: string): string => path.join(folder, ".loam", "cache", "index.sqlite");

export const dropIndex = (folder: string): void => {
  fs.rmSync(path.join(folder, ".loam", "cache"), { recursive: true, force: true });
};

/** Whether the system lets this process empty its page cache. */
export function canEmptyPageCache(): boolean {
  try {
    fs.accessSync("/proc/sys/vm/drop_caches", fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export async function emptyPageCache(): Promise<void> {
  await outputOf("sync", []);
  fs.writeFileSync("/proc/sys/vm/drop_caches", "3");
}
