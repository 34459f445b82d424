import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { findVersion } from "../core/datasets/find.js";
import type { ManifestFile } from "../core/datasets/view.js";
import { readWorking, workingPath } from "../core/datasets/working-copy.js";
import { readRange } from "../core/store/file-bytes.js";
import type { Workbench } from "../core/workbench.js";
import type { DatasetPlace } from "../protocol/datasets.js";

/** The most that one answer holds, in bytes. */
const mostBytes = 4 * 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The files of a version, or of the working copy as it is now; none where it is missing. */
export async function filesOf(
  { datasets, store }: Workbench,
  { dataset, version }: DatasetPlace,
  signal: AbortSignal,
): Promise<Iterable<ManifestFile>> {
  const detail = datasets.get(dataset);
  if (version !== null) return datasets.contents.manifest(findVersion(detail, version, "any"));
  const working = await readWorking(store, detail, signal);
  return (working?.files ?? []).map(({ stat: _, ...file }) => file);
}

export interface FileBeginning {
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly size: number;
  readonly cut: boolean;
}

/** The beginning of one file of a version or working copy; as text where it is one. */
export function beginningOf(bench: Workbench, place: DatasetPlace, most: number): FileBeginning {
  const wanted = Math.max(0, Math.min(most, mostBytes));
  const { bytes, size } =
    place.version === null ? ofWorking(bench, place, wanted) : ofVersion(bench, place, wanted);
  const cut = bytes.byteLength < size;
  const text = asText(bytes, cut);
  return text === undefined ? { bytes: new Uint8Array(bytes), size, cut } : { text, size, cut };
}

interface Part {
  readonly bytes: Buffer;
  readonly size: number;
}

function ofWorking({ datasets, store }: Workbench, { dataset, file }: DatasetPlace, most: number): Part {
  const root = workingPath(store, datasets.get(dataset));
  const at = path.join(root, file ?? "");
  const stat = isBelow(root, at) ? store.ports.files.stat(at) : undefined;
  if (stat?.kind !== "file") throw new Failure("path.invalid", said`There is no file ${at}.`);
  return { bytes: readRange(store.ports.files, at, 0, most), size: stat.size };
}

const isBelow = (root: string, at: string): boolean => at === root || at.startsWith(root + path.sep);

function ofVersion({ datasets }: Workbench, { dataset, version, file }: DatasetPlace, most: number): Part {
  const found = findVersion(datasets.get(dataset), version ?? undefined, "any");
  const { hash, size } = datasets.contents.manifest(found).get(found.form === "file" ? "" : (file ?? ""));
  const parts: Buffer[] = [];
  let have = 0;
  for (const slice of datasets.contents.slices(hash)) {
    const part = Buffer.from(slice.subarray(0, most - have));
    parts.push(part);
    have += part.byteLength;
    if (have >= most) break; // what is not read to the end is not checked against its hash
  }
  return { bytes: Buffer.concat(parts), size };
}

/** undefined for what is no text. A character that is cut off at the end is left away. */
function asText(bytes: Buffer, cut: boolean): string | undefined {
  if (bytes.subarray(0, 8000).includes(0)) return undefined;
  for (let end = bytes.byteLength; end >= Math.max(0, bytes.byteLength - (cut ? 3 : 0)); end--) {
    try {
      return utf8.decode(bytes.subarray(0, end));
    } catch {
      // its last character may be the reason
    }
  }
  return undefined;
}
