import * as path from "node:path";
import { isFolder, readText } from "./disk.js";
import { askGit } from "./git-binary.js";
import { remoteOf, type GitConfig } from "./git-config.js";
import type { Head } from "./model.js";
import type { Repository } from "./repository.js";

type Found = Extract<Repository, { state: "found" }>;

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Names that git allows below `refs/`, as far as they could lead elsewhere on disk. */
const isRefName = (name: string): boolean =>
  /^refs\/[^\0\\:?*[~^ ]+$/.test(name) &&
  !name.split("/").some((part) => part === "" || part.startsWith("."));

type Ref =
  | { readonly state: "commit"; readonly commit: string }
  | { readonly state: "unborn" }
  | { readonly state: "unknown"; readonly reason: string };

function readRef(repository: Found, name: string, depth = 0): Ref {
  if (!isRefName(name) || depth > 5)
    return { state: "unknown", reason: `HEAD leads to '${name.slice(0, 200)}'` };
  // A worktree has refs of its own (bisect, rewritten) and shares the branches.
  for (const folder of new Set([repository.gitDir, repository.commonDir])) {
    const text = readText(path.join(folder, ...name.split("/")), 65_536)?.trim();
    if (text === undefined) continue;
    if (text.startsWith("ref: ")) return readRef(repository, text.slice(5).trim(), depth + 1);
    if (commitId.test(text)) return { state: "commit", commit: text };
    return { state: "unknown", reason: `${name} holds no commit` };
  }
  const packed = readText(path.join(repository.commonDir, "packed-refs"), 512_000_000) ?? "";
  const at = packed.indexOf(` ${name}\n`);
  if (at < 0) return { state: "unborn" };
  const commit = packed.slice(packed.lastIndexOf("\n", at) + 1, at);
  return commitId.test(commit)
    ? { state: "commit", commit }
    : { state: "unknown", reason: "packed-refs is damaged" };
}

/** The commit that a repository's HEAD names, read from its files; null where it names none yet or cannot be read. */
export function headCommit(repository: Found): string | null {
  const text = readText(path.join(repository.gitDir, "HEAD"), 65_536)?.trim() ?? "";
  if (commitId.test(text)) return text;
  if (!text.startsWith("ref: ")) return null;
  const ref = readRef(repository, text.slice(5).trim());
  return ref.state === "commit" ? ref.commit : null;
}

const usesReftable = (repository: Found, config: GitConfig): boolean =>
  config.get("extensions.refstorage")?.toLowerCase() === "reftable" ||
  isFolder(path.join(repository.commonDir, "reftable"));

/** HEAD, its branch and remote. Reads files; asks git only where the refs are in a reftable. */
export async function readHead(
  repository: Repository,
  config: GitConfig,
  signal: AbortSignal,
): Promise<Head> {
  if (repository.state === "none") return { state: "none" };
  if (repository.state === "broken") return { state: "unknown", reason: repository.reason };
  if (usesReftable(repository, config)) return headFromGit(repository, config, signal);
  const text = readText(path.join(repository.gitDir, "HEAD"), 65_536)?.trim() ?? "";
  if (commitId.test(text)) return { state: "detached", commit: text, remote: remoteOf(config, null) };
  if (!text.startsWith("ref: "))
    return { state: "unknown", reason: "HEAD names neither a branch nor a commit" };
  const name = text.slice(5).trim();
  const ref = readRef(repository, name);
  return ref.state === "unknown" ? ref : named(name, ref.state === "commit" ? ref.commit : null, config);
}

function named(ref: string, commit: string | null, config: GitConfig): Head {
  const branch = ref.replace(/^refs\/heads\//, "");
  const remote = remoteOf(config, branch);
  return commit === null ? { state: "unborn", branch, remote } : { state: "branch", commit, branch, remote };
}

async function headFromGit(repository: Found, config: GitConfig, signal: AbortSignal): Promise<Head> {
  const ask = (...args: string[]) => askGit(repository.gitDir, args, signal);
  const [symbolic, resolved] = await Promise.all([
    ask("symbolic-ref", "-q", "HEAD"),
    ask("rev-parse", "-q", "--verify", "HEAD^{commit}"),
  ]);
  const commit = resolved.ok ? resolved.stdout.toString("utf8").trim() : null;
  if (commit !== null && !commitId.test(commit)) return { state: "unknown", reason: "git named no commit" };
  if (symbolic.ok) return named(symbolic.stdout.toString("utf8").trim(), commit, config);
  if (commit !== null) return { state: "detached", commit, remote: remoteOf(config, null) };
  return { state: "unknown", reason: `its refs are in a reftable: ${resolved.ok ? "" : resolved.reason}` };
}
