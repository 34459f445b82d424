import * as path from "node:path";
import type { FilePort } from "../base/ports.js";

/**
 * The store of a folder: the nearest `.loam` upwards within the same git work tree, else where one would be made.
 * `top` is the workspace folder (or the folder itself on a command line); nothing is created.
 */
export function discoverStore(
  files: FilePort,
  folder: string,
  top = folder,
): { readonly root: string; readonly exists: boolean } {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const root = path.join(at, ".loam");
    if (files.stat(root)?.kind === "folder") return { root, exists: true };
    // A `.git` file is a worktree or submodule: a work tree of its own.
    const workTree = files.stat(path.join(at, ".git")) !== undefined;
    if (workTree || path.dirname(at) === at || !insideWorkTree(files, at)) break;
  }
  const root = path.join(path.resolve(top), ".loam");
  return { root, exists: files.stat(root)?.kind === "folder" };
}

/** Whether a folder is in a git work tree. */
export function insideWorkTree(files: FilePort, folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (files.stat(path.join(at, ".git")) !== undefined) return true;
    if (path.dirname(at) === at) return false;
  }
}
