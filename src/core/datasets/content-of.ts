import type { DataFile } from "./data-files.js";
import { manifestHash } from "./manifest.js";
import type { ManifestFile, StoredContent } from "./view.js";

/** A file of the working copy as a manifest lists it. */
export const entryOf = ({ path: name, stat }: DataFile, hash: string): ManifestFile => ({
  path: name,
  size: stat.size,
  hash,
  executable: (stat.mode & 0o100) !== 0,
});

/** What files make together. */
export function contentOf(
  form: StoredContent["form"],
  files: readonly ManifestFile[],
  manifest = manifestHash(files),
): StoredContent {
  return {
    form,
    manifest,
    content: form === "file" ? (files[0]?.hash ?? manifest) : manifest,
    files: files.length,
    size: files.reduce((sum, { size }) => sum + size, 0),
  };
}
