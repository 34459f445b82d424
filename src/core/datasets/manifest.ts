import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { sha256 } from "../store/canonical.js";
import type { Manifests } from "../store/manifests.js";
import { isObjectHash } from "../store/object-names.js";
import type { ManifestFile } from "./view.js";

/*
 * A manifest is JSON lines in canonical form, sorted by the bytes of their paths:
 *   {"executable":true,"hash":"<64 hex>","path":"a/b.csv","size":12}     `executable` only where it is so
 *   {"files":9000,"folder":"a","manifest":"<64 hex>","size":12}           a folder with a manifest of its own
 * Up to 5,000 files stand in one manifest. Above, each folder directly below has one of its own, by the same rule. So the
 * same files give the same hash everywhere. The path of the one file of a data set that is a file is "".
 */
const mostEntries = 5000;
/** Deeper trees are no work of ours. */
const deepest = 200;

/** Order of paths by the bytes of their UTF-8 form. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return byCodePoint(x) - byCodePoint(y);
  }
  return a.length - b.length;
}

/** Halves of pairs stand for characters behind all others. */
const byCodePoint = (unit: number): number =>
  unit < 0xd800 ? unit : unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;

const lineOf = ({ path, size, hash, executable }: ManifestFile): string =>
  `{${executable ? '"executable":true,' : ""}"hash":"${hash}","path":${JSON.stringify(path)},"size":${size}}\n`;

interface Folder {
  readonly name: string;
  readonly manifest: string;
  readonly files: number;
  readonly size: number;
}

const folderLine = ({ name, manifest, files, size }: Folder): string =>
  `{"files":${files},"folder":${JSON.stringify(name)},"manifest":"${manifest}","size":${size}}\n`;

/** Where manifests go: a store, or nowhere for the hash alone. */
type Sink = Pick<Manifests, "write">;

/** Writes the manifests of files, which are sorted by `comparePaths`; the hash of the outermost. */
export const writeManifest = (sink: Sink, files: readonly ManifestFile[]): string =>
  writePart(sink, files, 0);

/** The hash that the manifest of files would have. */
export const manifestHash = (files: readonly ManifestFile[]): string =>
  writePart({ write: sha256 }, files, 0);

/** `from`: where the paths below the folder begin. */
function writePart(sink: Sink, files: readonly ManifestFile[], from: number): string {
  const text = files.length <= mostEntries ? flat(files, from) : byFolder(sink, files, from);
  return sink.write(Buffer.from(text));
}

const flat = (files: readonly ManifestFile[], from: number): string =>
  files.map((file) => lineOf(from === 0 ? file : { ...file, path: file.path.slice(from) })).join("");

function byFolder(sink: Sink, files: readonly ManifestFile[], from: number): string {
  const lines: string[] = [];
  for (let at = 0; at < files.length;) {
    const file = files[at];
    if (!file) break;
    const slash = file.path.indexOf("/", from);
    if (slash < 0) {
      lines.push(lineOf({ ...file, path: file.path.slice(from) }));
      at++;
      continue;
    }
    const prefix = file.path.slice(0, slash + 1);
    let end = at;
    while (files[end]?.path.startsWith(prefix) === true) end++;
    const inner = files.slice(at, end);
    lines.push(
      folderLine({
        name: file.path.slice(from, slash),
        manifest: writePart(sink, inner, slash + 1),
        files: inner.length,
        size: inner.reduce((sum, one) => sum + one.size, 0),
      }),
    );
    at = end;
  }
  return lines.join("");
}

/** The files of a stored content. Parts are read when they are asked for. */
export class Manifest implements Iterable<ManifestFile> {
  readonly hash: string;
  readonly #manifests: Manifests;

  constructor(manifests: Manifests, hash: string) {
    this.#manifests = manifests;
    this.hash = hash;
  }

  /** By path. Throws `artifact.notFound` or `store.damaged` where a part of it cannot be had. */
  [Symbol.iterator](): Iterator<ManifestFile> {
    return this.#below(this.hash, "", 0);
  }

  *#below(hash: string, prefix: string, depth: number): Generator<ManifestFile> {
    for (const line of this.#lines(hash, depth)) {
      if ("folder" in line) yield* this.#below(line.manifest, `${prefix}${line.folder}/`, depth + 1);
      else yield prefix === "" ? line : { ...line, path: prefix + line.path };
    }
  }

  #lines(hash: string, depth: number): Line[] {
    if (depth > deepest) throw damaged(hash);
    const text = this.#manifests.read(hash).toString("utf8");
    const lines = text.split("\n");
    if (lines.pop() !== "") throw damaged(hash);
    let before: string | undefined;
    return lines.map((one) => {
      const line = readLine(one);
      if (!line) throw damaged(hash);
      const path = "folder" in line ? `${line.folder}/` : line.path;
      if (before !== undefined && comparePaths(before, path) >= 0) throw damaged(hash);
      before = path;
      return line;
    });
  }

  get count(): number {
    let count = 0;
    for (const line of this.#lines(this.hash, 0)) count += "folder" in line ? line.files : 1;
    return count;
  }

  find(path: string): ManifestFile | undefined {
    let prefix = "";
    let hash: string | undefined = this.hash;
    for (let depth = 0; hash !== undefined; depth++) {
      const rest = path.slice(prefix.length);
      const lines = this.#lines(hash, depth);
      const file = lines.find((line): line is ManifestFile => "path" in line && line.path === rest);
      if (file) return { ...file, path };
      const folder = lines.find((line) => "folder" in line && rest.startsWith(`${line.folder}/`));
      if (!folder || !("folder" in folder)) return undefined;
      prefix += `${folder.folder}/`;
      hash = folder.manifest;
    }
    return undefined;
  }

  /** The file of a path; throws `path.invalid`. */
  get(path: string): ManifestFile {
    const found = this.find(path);
    if (!found)
      throw new Failure("path.invalid", said`There is no file ${path} in this version.`, {
        next: said`Its page and \`loam data files\` name those that there are.`,
      });
    return found;
  }
}

type Line = ManifestFile | { readonly folder: string; readonly manifest: string; readonly files: number };

/** A manifest may come from a hostile clone: its paths stay below the folder, whatever they are written to. */
const isName = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && !name.includes("/") && !name.includes("\0");

const isInside = (path: string): boolean => path === "" || path.split("/").every(isName);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function readLine(text: string): Line | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { path, size, hash, executable, folder, manifest, files } = value;
  if (!isCount(size)) return undefined;
  if (typeof folder === "string" && isName(folder) && typeof manifest === "string" && isObjectHash(manifest))
    return isCount(files) ? { folder, manifest, files } : undefined;
  if (typeof path !== "string" || !isInside(path) || typeof hash !== "string" || !isObjectHash(hash))
    return undefined;
  return { path, size, hash, executable: executable === true };
}

const damaged = (hash: string): Failure =>
  new Failure(
    "store.damaged",
    said`The manifest ${hash} is damaged: its lines are not what a manifest has.`,
    {
      next: said`\`loam verify\` shows which versions it is of.`,
    },
  );
