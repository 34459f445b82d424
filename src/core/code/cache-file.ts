import { createHash } from "node:crypto";
import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import { replaceFile } from "../store/whole-file.js";

const checksumOf = (text: string): string => createHash("sha1").update(text).digest("hex");

/**
 * What `writeCache` kept, and undefined for anything else: a cache is checked by its checksum, since a flipped digit
 * in it would be a false statement about the code.
 */
export function readCache(ports: Pick<Ports, "files">, file: string): unknown {
  let text: string;
  try {
    text = ports.files.readAll(file)?.toString("utf8") ?? "";
  } catch {
    return undefined;
  }
  const json = text.slice(41);
  if (text.charAt(40) !== "\n" || checksumOf(json) !== text.slice(0, 40)) return undefined;
  return JSON.parse(json) as unknown;
}

/** Replaces a cache file. A failure costs only time at the next reading, so it is logged and not thrown. */
export function writeCache(ports: Ports, file: string, value: unknown): void {
  const json = JSON.stringify(value);
  try {
    ports.files.makeFolder(path.dirname(file));
    replaceFile(ports, file, Buffer.from(`${checksumOf(json)}\n${json}`), { durable: false });
  } catch (error) {
    const failure = error instanceof Failure ? error : toFailure(error, said`writing ${path.basename(file)}`);
    ports.log.write("warn", "code", failure.message);
  }
}
