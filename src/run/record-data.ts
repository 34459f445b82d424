import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Workbench } from "../core/workbench.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import { placeOf, type Checkout } from "./checkout-place.js";

/** Larger files get their size and time only: a run does not wait for gigabytes to be read again. */
const largestHashed = 512 * 1024 * 1024;

/**
 * Writes a data file that the run read into it, with its SHA-256. A file that changes while it is read has none.
 * @param file absolute path
 * @param checkout the folder of old code that the run runs in, where it does
 */
export async function recordData(
  workbench: Workbench,
  run: RunRecorder,
  file: string,
  checkout: Checkout | undefined,
  signal: AbortSignal,
): Promise<void> {
  const stat = await fs.promises.stat(file).catch(() => undefined);
  if (!stat?.isFile()) return;
  const sha256 = stat.size > largestHashed ? undefined : await hashOf(file, signal).catch(() => undefined);
  const after = await fs.promises.stat(file).catch(() => undefined);
  const same = after?.size === stat.size && after.mtimeMs === stat.mtimeMs;
  const place = placeOf(checkout, file);
  const below = path.relative(workbench.folder, place);
  const inside = !below.startsWith("..") && !path.isAbsolute(below);
  run.write({
    kind: "data.read",
    path: inside ? below.replaceAll(path.sep, "/") : place,
    size: stat.size,
    modified: stat.mtimeMs,
    ...(sha256 !== undefined && same ? { sha256 } : {}),
  });
}

async function hashOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = crypto.createHash("sha256");
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1024 * 1024, signal })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
