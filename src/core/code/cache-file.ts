import { createHash } from "node:crypto";
import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import type { Store } from "../store/store.js";
import { removeQuietly, replaceFile } from "../store/whole-file.js";

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
    const level = failure.code === "store.readOnly" ? "debug" : "warn"; // a store of somebody else's is as it should be
    ports.log.write(level, "code", failure.message);
  }
}

/** What `keepForContent` kept in a room of the cache, in whichever place that was. */
export function knownForContent({ ports, cache }: Store, room: string, name: string): unknown {
  for (const file of cache.places(room, name)) {
    const known = readCache(ports, file);
    if (known !== undefined) return known;
  }
  return undefined;
}

/** In a room of the cache older ones go above so many. */
const mostKept = 5000;

/**
 * Keeps what is known of some content; `name` tells the content by its hash. Where nothing can be kept it costs only
 * time, and is logged.
 */
export function keepForContent({ ports, cache }: Store, room: string, name: string, value: unknown): void {
  let folder: string;
  try {
    folder = cache.folder(room);
  } catch (error) {
    ports.log.write("warn", "store", toFailure(error, said`writing ${name}`).message);
    return;
  }
  writeCache(ports, path.join(folder, name), value);
  const kept = ports.files.list(folder);
  if (kept.length <= mostKept) return;
  const aged = kept.map((one) => ({
    file: path.join(folder, one.name),
    at: ports.files.stat(path.join(folder, one.name))?.mtimeMs ?? 0,
  }));
  for (const { file } of aged.sort((a, b) => a.at - b.at).slice(0, kept.length / 2))
    removeQuietly(ports.files, file);
}
