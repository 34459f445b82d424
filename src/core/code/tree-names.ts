import { said, type Said } from "../base/said.js";

/**
 * Why a name from a tree must not become a file; undefined for a good one. A store may come from a stranger, and names
 * that mean `.git` to some file system would be run by git.
 */
export function badName(name: string): Said | undefined {
  if (name === "" || name === "." || name === "..") return said`its name is not one of a file`;
  if (name.includes("/") || name.includes("\0")) return said`its name leads elsewhere`;
  if (meansDotGit(name)) return said`its name stands for git's own folder`;
  return undefined;
}

/** Characters that HFS+ ignores in names. */
const unseen = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

function meansDotGit(name: string): boolean {
  const plain = name.replaceAll(unseen, "").toLowerCase();
  // Windows drops spaces and dots at the end, reads `:…` as a stream of the file, and knows the short name.
  const onWindows = plain.replace(/:.*$/s, "").replace(/[ .]+$/, "");
  return onWindows === ".git" || /^git~\d$/.test(onWindows);
}

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Why Windows cannot hold a name; undefined where it can. */
export function notOnWindows(name: string): Said | undefined {
  if (/[<>:"|?*\\\u0000-\u001f]/u.test(name) || /[. ]$/.test(name) || reserved.test(name))
    return said`Windows cannot hold its name`;
  return undefined;
}

/** Why a link must not be made: its target is not below the folder that is restored. `path` is the link's. */
export function badTarget(path: string, target: string): Said | undefined {
  if (target === "" || target.includes("\0")) return said`it leads nowhere`;
  if (/^[/\\]|^[A-Za-z]:/.test(target)) return said`it leads out of the folder`;
  let above = path.split("/").length - 1;
  let below = false;
  for (const part of target.split(/[/\\]/)) {
    if (part === "..") {
      // Behind a name, which may itself be a link, no one can say where `..` leads.
      if (below || above-- === 0) return said`it leads out of the folder`;
    } else if (part !== "" && part !== ".") {
      if (meansDotGit(part)) return said`it leads into git's own folder`;
      below = true;
    }
  }
  return undefined;
}
