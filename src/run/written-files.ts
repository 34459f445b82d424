import * as fs from "node:fs/promises";
import * as path from "node:path";

export interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** In milliseconds since the epoch. */
  readonly modified: number;
  /** `opened`: Python told that it wrote it; `changed`: it changed during the run, by whatever hand. */
  readonly seen: "opened" | "changed";
}

export interface WrittenSearch {
  /** The run's working folder, absolute. */
  readonly folder: string;
  /** Files that the hook saw opened for writing. */
  readonly opened: Iterable<string>;
  /** The run's start, in milliseconds since the epoch. */
  readonly since: number;
}

const mostFiles = 1000;
const mostEntries = 20_000;
const deepest = 12;
const atOnce = 32;
/** The time of a file may lag behind the clock by a tick of the kernel. */
const slackMs = 20;

const source =
  /\.(py[cidowx]?|so|pyd|dll|jsx?|mjs|cjs|tsx?|cc?|cpp|cxx|hh?|hpp|cu|rs|go|java|kt|scala|rb|pl|R|Rmd|jl|sh|bash|ps1|bat|lock|pid|swp|tmp|part)$|~$/i;
const otherRooms = new Set(
  "node_modules __pycache__ site-packages dist-packages venv env mlruns wandb".split(" "),
);
/** Hydra's record of a run's settings. */
const shownHidden = new Set([".hydra"]);

const isRoom = (name: string): boolean =>
  otherRooms.has(name) || (name.startsWith(".") && !shownHidden.has(name));

const isBelow = (file: string): boolean =>
  file !== "" && !/^\.\.([\\/]|$)/.test(file) && !path.isAbsolute(file);

/**
 * The files that a run left in its folder, candidates for artifacts, sorted by path: what Python wrote, and what
 * changed on the disk meanwhile (written by a library of another language, or by no Python at all). Regular files
 * only, no sources, nothing of git, Loam, virtual environments, caches and other trackers; at most 1,000.
 */
export async function writtenFiles(search: WrittenSearch, signal: AbortSignal): Promise<WrittenFile[]> {
  const folder = path.resolve(search.folder);
  const real = await fs.realpath(folder).catch(() => folder); // how a process sees it that works there
  const found = new Map<string, WrittenFile>();
  const keep = async (file: string, seen: WrittenFile["seen"]): Promise<void> => {
    if (found.has(file) || found.size >= mostFiles || source.test(file)) return;
    const stat = await fs.lstat(file).catch(() => undefined);
    if (!stat?.isFile() || stat.mtimeMs < search.since - slackMs) return;
    if (found.size < mostFiles)
      found.set(file, { path: file, size: stat.size, modified: stat.mtimeMs, seen });
  };
  for (const file of search.opened) {
    signal.throwIfAborted();
    const below = [folder, real].map((root) => path.relative(root, file)).find(isBelow);
    if (below === undefined || below.split(path.sep).slice(0, -1).some(isRoom)) continue;
    await keep(path.join(folder, below), "opened");
  }
  await sweep(folder, (file) => keep(file, "changed"), signal);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Each file below a folder, breadth first, so that what is near is seen before the bound is reached. */
async function sweep(
  folder: string,
  visit: (file: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let level = [folder];
  let entries = 0;
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const place of level) {
      signal.throwIfAborted();
      const inside = await fs.readdir(place, { withFileTypes: true }).catch(() => []);
      if (depth > 0 && inside.some((entry) => entry.name === "pyvenv.cfg")) continue;
      entries += inside.length;
      if (entries > mostEntries) return;
      const files = inside.filter((entry) => entry.isFile()).map((entry) => path.join(place, entry.name));
      for (let from = 0; from < files.length; from += atOnce)
        await Promise.all(files.slice(from, from + atOnce).map(visit));
      for (const entry of inside)
        if (entry.isDirectory() && !isRoom(entry.name)) next.push(path.join(place, entry.name));
    }
    level = next;
  }
}
