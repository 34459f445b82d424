import { askGit } from "./git-binary.js";
import { IsomorphicReader } from "./isomorphic.js";
import type { LfsPointer } from "./model.js";

/** The pointer that a blob holds; undefined for any other content. */
function parsePointer(text: string): LfsPointer | undefined {
  const pointer =
    /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n/;
  const [, sha256, size] = pointer.exec(text) ?? [];
  return sha256 === undefined || size === undefined ? undefined : { sha256, bytes: Number(size) };
}

/** The LFS pointers among some blobs of the user's repository. What cannot be read is left away. */
export async function readPointers(
  repository: { readonly gitDir: string; readonly commonDir: string },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, LfsPointer>> {
  const pointers = new Map<string, LfsPointer>();
  if (ids.length === 0) return pointers;
  const keep = (id: string, text: string): void => {
    const pointer = parsePointer(text);
    if (pointer) pointers.set(id, pointer);
  };
  // Only what is short can be a pointer: the rest is not sent.
  const check = await askGit(repository.gitDir, ["cat-file", "--batch-check"], signal, `${ids.join("\n")}\n`);
  const short = check.ok
    ? [...check.stdout.toString("latin1").matchAll(/^([0-9a-f]+) blob (\d{1,3})$/gm)].map(
        (one) => one[1] ?? "",
      )
    : [];
  const answer = check.ok
    ? await askGit(repository.gitDir, ["cat-file", "--batch"], signal, `${short.join("\n")}\n`)
    : check;
  if (answer.ok) {
    const text = answer.stdout.toString("utf8");
    for (const part of text.split(/^(?=[0-9a-f]{40,64} blob \d+$)/m)) {
      const end = part.indexOf("\n");
      keep(part.slice(0, part.indexOf(" ")), part.slice(end + 1));
    }
    return pointers;
  }
  const reader = new IsomorphicReader(repository.commonDir);
  if (reader.obstacle() !== undefined) return pointers;
  for (const id of ids) {
    try {
      keep(id, (await reader.read(id)).content.toString("utf8", 0, 1024));
    } catch {
      continue;
    }
  }
  return pointers;
}
