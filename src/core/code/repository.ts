import * as path from "node:path";
import { isFolder, readText, statOf } from "./disk.js";

/** Where a folder's repository stands. `commonDir` differs from `gitDir` in a worktree that `git worktree add` made. */
export type Repository =
  | { readonly state: "none" }
  | { readonly state: "broken"; readonly root: string; readonly reason: string }
  | {
      readonly state: "found";
      readonly root: string;
      readonly gitDir: string;
      readonly commonDir: string;
    };

/** What a work tree's `.git` (a folder, or a file that names one) leads to; undefined where `root` has none. */
export function repositoryAt(root: string): Exclude<Repository, { state: "none" }> | undefined {
  const dotGit = path.join(root, ".git");
  const stat = statOf(dotGit);
  if (!stat) return undefined;
  let gitDir = dotGit;
  if (stat.isFile()) {
    const named = /^gitdir: (.+?)\r?\n?$/s.exec(readText(dotGit, 65_536) ?? "")?.[1];
    if (named === undefined) return { state: "broken", root, reason: "its .git file names no folder" };
    gitDir = path.resolve(root, named);
  }
  if (!isFolder(gitDir)) return { state: "broken", root, reason: "the folder that .git leads to is missing" };
  const common = readText(path.join(gitDir, "commondir"), 65_536)?.trim();
  const commonDir = common === undefined || common === "" ? gitDir : path.resolve(gitDir, common);
  if (readText(path.join(gitDir, "HEAD"), 65_536) === undefined || !isFolder(path.join(commonDir, "objects")))
    return stat.isDirectory() && statOf(path.join(gitDir, "HEAD")) === undefined
      ? undefined // any folder may be called .git; git itself goes on upwards then
      : { state: "broken", root, reason: "its .git folder is incomplete" };
  return { state: "found", root, gitDir, commonDir };
}

/** The repository around a folder: the nearest one upwards. */
export function findRepository(folder: string): Repository {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = repositoryAt(at);
    if (found) return found;
    if (path.dirname(at) === at) return { state: "none" };
  }
}
