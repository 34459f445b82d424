import { execFile } from "node:child_process";
import type { FilePort } from "../base/ports.js";
import { insideWorkTree } from "./discover.js";
import type { Layout } from "./layout.js";

/** The git commit that brought a file. */
export interface AddingCommit {
  readonly id: string;
  readonly author: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * For each file of the ledger (its path below the store's root) the first commit of any branch that added it. undefined
 * where git cannot be asked: no repository, no git, or it refuses.
 */
export async function addingCommits(
  files: FilePort,
  layout: Layout,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, AddingCommit> | undefined> {
  if (!insideWorkTree(files, layout.root)) return undefined;
  const words = ["-C", layout.root, "-c", "log.showSignature=false", "-c", "core.quotePath=false", "log"];
  words.push("--all", "--diff-filter=A", "--no-renames", "--no-ext-diff", "--no-textconv", "--name-only");
  words.push("--relative", "--format=@%H%x09%at%x09%ae%x09%an", "--", "ledger");
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
  return new Promise((resolve) => {
    execFile("git", words, { env, signal, maxBuffer: 512 * 1024 * 1024 }, (error, stdout) => {
      resolve(error ? undefined : parse(stdout));
    });
  });
}

function parse(text: string): ReadonlyMap<string, AddingCommit> {
  const commits = new Map<string, AddingCommit>();
  let commit: AddingCommit | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("@")) {
      const [id = "", at = "", email = "", author = ""] = line.slice(1).split("\t");
      commit = { id, author, email, at: Number(at) * 1000 };
    } else if (line !== "" && commit) commits.set(line, commit); // the newest come first, so the first one stays
  }
  return commits;
}
