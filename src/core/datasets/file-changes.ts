import { comparePaths } from "./manifest.js";
import type { FileChange, ManifestFile } from "./view.js";

/** What is new between two lists of files, each by path as manifests are; in that order. */
export function* fileChanges(
  before: Iterable<ManifestFile>,
  after: Iterable<ManifestFile>,
): Generator<FileChange> {
  const [olds, news] = [before[Symbol.iterator](), after[Symbol.iterator]()];
  let [old, fresh] = [next(olds), next(news)];
  while (old || fresh) {
    const order = !old ? 1 : !fresh ? -1 : comparePaths(old.path, fresh.path);
    const left = order <= 0 ? old : undefined;
    const right = order >= 0 ? fresh : undefined;
    const change = changeOf(left, right);
    if (change)
      yield { path: (left ?? right)?.path ?? "", change, before: sideOf(left), after: sideOf(right) };
    if (left) old = next(olds);
    if (right) fresh = next(news);
  }
}

function next(files: Iterator<ManifestFile>): ManifestFile | undefined {
  const one = files.next();
  return one.done === true ? undefined : one.value;
}

function changeOf(
  old: ManifestFile | undefined,
  fresh: ManifestFile | undefined,
): FileChange["change"] | undefined {
  if (!old) return "added";
  if (!fresh) return "removed";
  if (old.hash !== fresh.hash) return "changed";
  return old.executable === fresh.executable ? undefined : "mode";
}

const sideOf = (file: ManifestFile | undefined): FileChange["before"] =>
  file ? { size: file.size, hash: file.hash } : null;
