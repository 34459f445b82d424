import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { askGit } from "./git-binary.js";
import { isObjectId } from "./model.js";
import { findRepository } from "./repository.js";

/**
 * A file as a commit of the user's repository has it; null where the commit has none of that name. Needs git.
 * @param root the work tree @param name below it, with forward slashes
 * @throws Failure `code.notFound` where there is no repository, no git or no such commit
 */
export async function readHeadFile(
  root: string,
  commit: string,
  name: string,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const repository = findRepository(root);
  if (repository.state !== "found" || !isObjectId(commit))
    throw new Failure("code.notFound", said`There is no repository at ${root}.`);
  const known = await askGit(repository.gitDir, ["cat-file", "-t", commit], signal);
  if (!known.ok)
    throw new Failure("code.notFound", said`The repository does not show commit ${commit.slice(0, 12)}.`, {
      next: said`Fetch it, if it was pushed: git fetch. (${known.reason})`,
    });
  const blob = await askGit(repository.gitDir, ["cat-file", "blob", `${commit}:${name}`], signal);
  return blob.ok ? blob.stdout : null;
}
