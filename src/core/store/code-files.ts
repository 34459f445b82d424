import * as crypto from "node:crypto";
import * as zlib from "node:zlib";
import type { FilePort } from "../base/ports.js";

/** No object of a code store is larger; a stranger's could fill the memory. */
const largestObject = 32_000_000;

/** Whether a loose object of git is what its id (40 hex digits) says. */
export function isCodeObject(files: FilePort, file: string, id: string): boolean {
  if ((files.stat(file)?.size ?? 0) > largestObject) return false;
  try {
    const whole = zlib.inflateSync(files.readAll(file) ?? Buffer.alloc(0), {
      maxOutputLength: largestObject,
    });
    return crypto.createHash("sha1").update(whole).digest("hex") === id;
  } catch {
    return false;
  }
}

/** Whether a pack of git, or the index of one, is whole: it ends in the SHA-1 of what stands before. */
export function isSealed(files: FilePort, file: string): boolean {
  const size = files.stat(file)?.size ?? 0;
  if (size < 32 || size > 2 ** 31 - 1) return false;
  const bytes = files.readAll(file);
  if (!bytes) return false;
  const digest = crypto.createHash("sha1").update(bytes.subarray(0, -20)).digest();
  return digest.equals(bytes.subarray(-20));
}
