import * as fs from "node:fs/promises";
import * as path from "node:path";

const mostEntries = 20_000;
const deepest = 12;

/** The folder before the first part that is a pattern, and whether there is one. */
function baseOf(place: string): { readonly base: string; readonly isPattern: boolean } {
  const parts = place.split(path.sep);
  const at = parts.findIndex((part) => /[*?[]/.test(part));
  return at < 0
    ? { base: place, isPattern: false }
    : { base: parts.slice(0, at).join(path.sep) || path.sep, isPattern: true };
}

/**
 * The files of a folder, or those that a pattern means, sorted; `many` where they are more than `most`. What begins with a
 * dot or an underscore is no data to a reader of folders.
 * @param place absolute; a folder whose name only looks like a pattern is a folder
 */
export async function filesOfTree(
  place: string,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly folder: string; readonly files: readonly string[] | "many" }> {
  const isFolder = await fs.stat(place).then(
    (stat) => stat.isDirectory(),
    () => false,
  );
  const { base, isPattern } = isFolder ? { base: place, isPattern: false } : baseOf(place);
  const matches = isPattern ? await matcher(place) : (file: string) => !/^[._]/.test(path.basename(file));
  const found: string[] = [];
  let entries = 0;
  let level = [base];
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      signal.throwIfAborted();
      for (const entry of await fs.readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (++entries > mostEntries) return { folder: base, files: "many" };
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!/^[._]/.test(entry.name)) next.push(file);
        } else if (matches(file)) found.push(file);
      }
    }
    if (found.length > most) return { folder: base, files: "many" };
    level = next;
  }
  return { folder: base, files: found.sort() };
}

async function matcher(pattern: string): Promise<(file: string) => boolean> {
  const { default: picomatch } = await import("picomatch");
  const slashed = (file: string): string => file.replaceAll(path.sep, "/");
  const matches = picomatch(slashed(pattern), { dot: true, nobrace: true, noextglob: true });
  return (file) => matches(slashed(file));
}
