import * as fs from "node:fs";
import * as crypto from "node:crypto";
import * as path from "node:path";
import { systemCode } from "./failure.js";
import { systemClock, type Clock } from "./clock.js";
import { silentLog, type Log } from "./log.js";

export type EntryKind = "file" | "folder" | "link" | "other";

export interface FolderEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface FileStat {
  readonly kind: EntryKind;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly mode: number;
  readonly ino: number;
}

/**
 * Every access of the store to the disk. Synchronous on purpose: one grouped write a loop turn is several times
 * faster than an asynchronous write a request. Tests bind one that fails or crashes at a chosen write.
 * Paths are absolute; errors are those of `node:fs`.
 */
export interface FilePort {
  /** Opens for appending, creating the file (mode 0644, or as given) where missing. */
  openAppend(path: string, mode?: number): number;
  /** Creates and opens for writing; EEXIST where the name is taken. */
  openNew(path: string, mode?: number): number;
  openRead(path: string): number;
  /** Opens a file that is there, for writing at positions. */
  openWrite(path: string): number;
  /** Bytes written, which may be fewer than given; behind what was written last, or at `position`. */
  write(fd: number, bytes: Uint8Array, position?: number): number;
  /** Bytes read, 0 at the end. */
  read(fd: number, into: Uint8Array, position: number): number;
  size(fd: number): number;
  /** Returns when the data is on the disk. */
  sync(fd: number): void;
  syncLater(fd: number): Promise<void>;
  close(fd: number): void;
  rename(from: string, to: string): void;
  /** A second name for a file; EEXIST where `to` is taken. */
  link(from: string, to: string): void;
  remove(path: string): void;
  /** Creates the folder and those above it. */
  makeFolder(path: string, mode?: number): void;
  /** Removes an empty folder. */
  removeFolder(path: string): void;
  /** Makes the names in a folder durable, where the platform can. */
  syncFolder(path: string): void;
  /** undefined where there is nothing; symbolic links are not followed. */
  stat(path: string): FileStat | undefined;
  list(path: string): readonly FolderEntry[];
  /** The place itself of a path that leads over links; undefined where nothing is. A disk without links has no need of it. */
  realPath?(path: string): string | undefined;
  /** The whole file; undefined where there is none. */
  readAll(path: string): Buffer | undefined;
  /** Names in a folder, read beside other work where that can be done: tens of thousands take a while. */
  names?(path: string): Promise<readonly string[]>;
  /** Brings the beginnings of files of a folder into the system's memory, where that can be done beside other work. */
  readAhead?(folder: string, wanted: (name: string) => boolean): Promise<void>;
}

const kindOf = (entry: fs.Dirent | fs.Stats): EntryKind =>
  entry.isFile() ? "file" : entry.isDirectory() ? "folder" : entry.isSymbolicLink() ? "link" : "other";

function absentAs<T>(value: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return value;
    throw error;
  }
}

const ignored = Buffer.alloc(64 * 1024);
/** A pipe of that name would keep a plain `open` waiting. */
const atOnce = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

/** With callbacks, since file handles of `fs.promises` cost several times what the read does. */
function readBeginning(file: string, then: () => void): void {
  fs.open(file, atOnce, (failed, fd) => {
    if (failed) {
      then();
      return;
    }
    fs.read(fd, ignored, 0, ignored.byteLength, 0, () => {
      fs.closeSync(fd);
      then();
    });
  });
}

/** The folders that `folder` lacks above it and is itself, the outermost first. */
function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let at = folder; !fs.existsSync(at) && path.dirname(at) !== at; at = path.dirname(at))
    missing.unshift(at);
  return missing;
}

export const nodeFiles: FilePort = {
  openAppend: (path, mode = 0o644) => fs.openSync(path, "a", mode),
  openNew: (path, mode = 0o644) => fs.openSync(path, "wx", mode),
  openRead: (path) => fs.openSync(path, "r"),
  openWrite: (path) => fs.openSync(path, "r+"),
  write: (fd, bytes, position) =>
    position === undefined ? fs.writeSync(fd, bytes) : fs.writeSync(fd, bytes, 0, bytes.byteLength, position),
  read: (fd, into, position) => fs.readSync(fd, into, 0, into.byteLength, position),
  size: (fd) => fs.fstatSync(fd).size,
  sync: (fd) => {
    fs.fdatasyncSync(fd);
  },
  syncLater: (fd) =>
    new Promise((resolve, reject) => {
      fs.fdatasync(fd, (error) => {
        if (error) reject(error);
        else resolve();
      });
    }),
  close: (fd) => {
    fs.closeSync(fd);
  },
  rename: (from, to) => {
    fs.renameSync(from, to);
  },
  link: (from, to) => {
    fs.linkSync(from, to);
  },
  remove: (path) => {
    fs.unlinkSync(path);
  },
  makeFolder: (folder, mode = 0o755) => {
    try {
      fs.mkdirSync(folder, { recursive: true, mode });
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      // so Node calls also a file system that is read-only: made one by one, the system says why
      for (const one of missingFolders(folder)) fs.mkdirSync(one, mode);
    }
  },
  removeFolder: (path) => {
    fs.rmdirSync(path);
  },
  syncFolder: (path) => {
    if (process.platform === "win32") return; // a folder cannot be opened there
    const fd = fs.openSync(path, "r");
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  stat: (path) =>
    absentAs(undefined, () => {
      const stat = fs.lstatSync(path, { throwIfNoEntry: false });
      if (!stat) return undefined;
      return {
        kind: kindOf(stat),
        size: stat.size,
        mtimeMs: stat.mtimeMs,
        ctimeMs: stat.ctimeMs,
        mode: stat.mode,
        ino: stat.ino,
      };
    }),
  list: (path) =>
    absentAs<FolderEntry[]>([], () =>
      fs
        .readdirSync(path, { withFileTypes: true })
        .map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
    ),
  realPath: (path) => absentAs(undefined, () => fs.realpathSync.native(path)),
  readAll: (path) => absentAs(undefined, () => fs.readFileSync(path)),
  names: async (path) => {
    try {
      return await fs.promises.readdir(path);
    } catch (error) {
      return absentAs<string[]>([], () => {
        throw error;
      });
    }
  },
  readAhead: (folder, wanted) =>
    new Promise((resolve) => {
      fs.readdir(folder, (failed, all) => {
        const names = failed ? [] : all.filter(wanted);
        let left = names.length;
        if (left === 0) resolve();
        for (const name of names) {
          readBeginning(path.join(folder, name), () => {
            if (--left === 0) resolve();
          });
        }
      });
    }),
};

/** What a job gets beside its input. */
export interface JobContext {
  /** Aborted when nobody wants the result any more. */
  readonly signal: AbortSignal;
  /** Tells how far the work is; what is told must be fit for structured cloning. */
  readonly progress: (told: unknown) => void;
  /** Of the thread that does the job. */
  readonly ports: JobPorts;
}

/** What is there on every thread. */
export type JobPorts = Omit<Ports, "jobs">;

/**
 * Work that may be done on another thread: input, result and progress are fit for structured cloning. `run` reads
 * nothing but its input and the disk, so that a thread can do it which has nothing else open.
 */
export interface Job<I, O> {
  /** By which a thread finds it again, for example `datasets/store`. */
  readonly name: string;
  readonly run: (input: I, context: JobContext) => Promise<O> | O;
}

/** Where jobs are done. */
export interface Jobs {
  /** How many jobs are done at the same time. */
  readonly width: number;
  /** Rejects with the job's failure, with `cancelled` when the signal is given. */
  run<I, O>(job: Job<I, O>, input: I, signal: AbortSignal, progress?: (told: unknown) => void): Promise<O>;
  /** Does a job once on each thread that has done any: for what threads keep between jobs. */
  everywhere<I, O>(job: Job<I, O>, input: I): Promise<readonly O[]>;
  /** Ends the threads. What still runs fails with `cancelled`. */
  dispose(): void;
}

const deaf = new AbortController().signal;

/** Does jobs on the thread that asks: for tests, and where a thread would cost more than the work. */
export const jobsHere = (ports: () => JobPorts): Jobs => ({
  width: 1,
  run: async (job, input, signal, progress = () => undefined) =>
    job.run(input, { signal, progress, ports: ports() }),
  everywhere: async (job, input) => [
    await job.run(input, { signal: deaf, progress: () => undefined, ports: ports() }),
  ],
  dispose: () => undefined,
});

/** What the core needs from outside: bound once in the composition root, replaced in tests. */
export interface Ports {
  readonly clock: Clock;
  readonly files: FilePort;
  readonly log: Log;
  readonly jobs: Jobs;
  /** `n` random bytes. */
  readonly random: (n: number) => Buffer;
}

export const nodePorts: Ports = {
  clock: systemClock,
  files: nodeFiles,
  log: silentLog,
  jobs: jobsHere(() => nodePorts),
  random: (n) => crypto.randomBytes(n),
};
