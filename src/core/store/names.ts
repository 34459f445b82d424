import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";

const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const forbidden = /[<>:"|?*\\\u0000-\u001f\u007f]/gu;

const escaped = (character: string): string =>
  [...Buffer.from(character, "utf8")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");

/**
 * A name as it stands on disk. What some platform cannot hold is percent-encoded on every platform, so that a store
 * can be copied anywhere; `%` only where it would read as such a code.
 */
export function nameOnDisk(name: string): string {
  let disk = name.replaceAll(/%(?=[0-9A-Fa-f]{2})/g, "%25").replaceAll(forbidden, escaped);
  if (reserved.test(disk)) disk = escaped(disk.charAt(0)) + disk.slice(1);
  if (/[. ]$/.test(disk)) disk = disk.slice(0, -1) + escaped(disk.slice(-1));
  if (Buffer.byteLength(disk) > 255) {
    throw new Failure("path.invalid", said`The name '${name.slice(0, 40)}…' is longer than 255 bytes.`);
  }
  return disk;
}

/** The original of a name that `nameOnDisk` made; other names stay as they are. */
export function nameFromDisk(disk: string): string {
  if (!disk.includes("%")) return disk;
  return disk.replaceAll(/(?:%[0-9A-F]{2})+/g, (codes) => {
    const bytes = Buffer.from(codes.replaceAll("%", ""), "hex");
    const text = bytes.toString("utf8");
    return /[\ufffd/]/.test(text) ? codes : text; // never made by us; a slash would lead elsewhere
  });
}

/**
 * Where a path given by a client stands below `folder`. Refuses what could lead out: `..` (also percent-encoded any
 * number of times), absolute paths, drive letters. "" is the folder itself.
 */
export function pathOnDisk(folder: string, given: string): string {
  const bad = (why: Said): Failure =>
    new Failure("path.invalid", said`Invalid path: '${given.slice(0, 200)}' ${why}.`);
  let decoded = given;
  for (let round = 0; round < 10; round++) {
    const next = decodeLoosely(decoded);
    if (next === decoded) break;
    decoded = next;
  }
  for (const text of [given, decoded]) {
    if (text.includes("\u0000")) throw bad(said`holds a zero byte`);
    if (/^([/\\]|[A-Za-z]:[/\\])/.test(text)) throw bad(said`is absolute`);
    if (text.split(/[/\\]/).includes("..")) throw bad(said`leads out of its folder`);
  }
  const parts = given.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length > 64) throw bad(said`is nested too deeply`);
  return path.join(folder, ...parts.map(nameOnDisk));
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
