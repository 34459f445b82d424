import * as fs from "node:fs";

/**
 * Whether a process has a file open or in its memory right now; undefined where the system does not say. One that was
 * replaced by another of its name counts as another.
 */
export function hasOpen(pid: number, file: string): boolean | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const handles = fs.readdirSync(`/proc/${pid}/fd`);
    if (handles.some((handle) => linkOf(`/proc/${pid}/fd/${handle}`) === file)) return true;
    return fs
      .readFileSync(`/proc/${pid}/maps`, "utf8")
      .split("\n")
      .some((line) => line.endsWith(` ${file}`));
  } catch {
    return false; // it has ended, or is another's
  }
}

function linkOf(link: string): string | undefined {
  try {
    return fs.readlinkSync(link);
  } catch {
    return undefined;
  }
}
