import * as path from "node:path";

/** What the hook in a run's Python processes tells, a JSON line each. */
export type HookLine =
  | {
      readonly kind: "python";
      readonly pid: number;
      readonly executable: string;
      /** `3.11.7` */
      readonly version: string;
      /** `cpython`, `pypy`; empty where it did not say. */
      readonly implementation: string;
      readonly prefix: string;
      readonly path: readonly string[];
    }
  /** A file opened for writing below the run's folder: its absolute path. */
  | { readonly kind: "write"; readonly pid: number; readonly path: string }
  /** A file opened for reading, and how it stood at that moment: null where nothing was there. */
  | { readonly kind: "read"; readonly pid: number; readonly path: string; readonly stood: FileStood | null }
  /** A folder or a pattern of files that a reader of tables was given. */
  | { readonly kind: "tree"; readonly pid: number; readonly path: string }
  /** A folder of which pictures or sounds were read, and of how many openings by now: 1, 10, 100 … */
  | { readonly kind: "folder"; readonly pid: number; readonly path: string; readonly files: number };

/** Size and time by which a change of a file shows. */
export interface FileStood {
  /** Bytes. */
  readonly size: number;
  /** When it was changed last: microseconds since the epoch, which a double holds exactly. */
  readonly modified: number;
}

const longestLine = 256 * 1024;
const longestPath = 4096;
const longestWord = 8192;

/** One line; undefined for anything that the hook would not have written. The file is the child's to write to. */
export function parseHookLine(line: string): HookLine | undefined {
  if (line.length > longestLine || !line.startsWith("{")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const { k: kind, pid, path: place, files } = fields;
  if (!isCount(pid)) return undefined;
  switch (kind) {
    case "read":
      return isPath(place) ? { kind, pid, path: place, stood: stoodOf(fields) } : undefined;
    case "write":
    case "tree":
      return isPath(place) ? { kind, pid, path: place } : undefined;
    case "folder":
      return isPath(place) && isCount(files) ? { kind, pid, path: place, files } : undefined;
    case "python":
      return python(pid, fields);
    default:
      return undefined;
  }
}

function stoodOf({ size, mtime }: Readonly<Record<string, unknown>>): FileStood | null {
  return isCount(size) && isCount(mtime) ? { size, modified: mtime } : null;
}

function python(pid: number, fields: Readonly<Record<string, unknown>>): HookLine | undefined {
  const { executable, version, implementation, prefix, path: searched } = fields;
  if (!isText(executable) || !isText(version) || !isText(prefix)) return undefined;
  return {
    kind: "python",
    pid,
    executable,
    version,
    implementation: isText(implementation) ? implementation : "",
    prefix,
    path: texts(searched),
  };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** A name that is no text on this system (a lone surrogate stands for its byte) cannot be kept as text either. */
const isText = (value: unknown): value is string =>
  typeof value === "string" && value.length <= longestWord && !value.includes("\0") && isWellFormed(value);

const isPath = (value: unknown): value is string =>
  isText(value) &&
  value.length <= longestPath &&
  (path.posix.isAbsolute(value) || path.win32.isAbsolute(value));

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.slice(0, 1000).filter(isText) : []);
