/** An object of a code store: 40 hex digits, the SHA-1 of a git object. */
export type ObjectId = string;

export const isObjectId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** Modes of git's trees. */
export const modes = {
  folder: 0o40000,
  file: 0o100644,
  executable: 0o100755,
  link: 0o120000,
  commit: 0o160000,
};

/** What the repository around the folder has checked out. `remote` is an address without credentials. */
export type Head =
  | {
      readonly state: "branch";
      readonly commit: string;
      readonly branch: string;
      readonly remote: string | null;
    }
  | { readonly state: "detached"; readonly commit: string; readonly remote: string | null }
  | { readonly state: "unborn"; readonly branch: string; readonly remote: string | null }
  | { readonly state: "unknown"; readonly reason: string }
  | { readonly state: "none" };

export type ChangeState = "added" | "modified" | "deleted" | "untracked";

export interface ChangedFile {
  readonly path: string;
  readonly state: ChangeState;
}

/**
 * The files that differ from HEAD, line endings and filters taken into account. Untracked files that the snapshot
 * leaves out are not among them: `leftOut` names those.
 */
export type Changed =
  | { readonly state: "known"; readonly count: number; readonly files: readonly ChangedFile[] }
  | { readonly state: "unknown"; readonly reason: string }
  | { readonly state: "none" };

/**
 * Why a file or folder is not in a snapshot:
 * ignored: git ignores it · secret: its name or content is that of a key or credential · environment: packages,
 * caches and tools, not code · output: what a tracker wrote · data: see `exclusions.ts` · binary: no text · large:
 * above the limit of one file · later: it came only after the moment asked for, and is no source · total: the snapshot is full · lfs: its content is with Git LFS · submodule: only its
 * commit is kept · sparse: not checked out · home: of a home folder only its own files are taken, none of its
 * folders · special: no file, folder or link · name: the system cannot read its name · unreadable.
 */
export type LeftOutReason =
  | "ignored"
  | "secret"
  | "environment"
  | "output"
  | "data"
  | "binary"
  | "large"
  | "later"
  | "total"
  | "lfs"
  | "submodule"
  | "sparse"
  | "home"
  | "special"
  | "name"
  | "unreadable";

/** What Git LFS has of a file, as its pointer in HEAD says. */
export interface LfsPointer {
  readonly sha256: string;
  readonly bytes: number;
}

export interface LeftOutFile {
  /** Below the snapshot's root; a folder that was left out as a whole ends in a slash. */
  readonly path: string;
  readonly reason: LeftOutReason;
  /** null for folders and where it was not looked at. */
  readonly bytes: number | null;
  /** HEAD's object for the path, null where HEAD has none. An auditor with the repository finds the content there. */
  readonly head: string | null;
  /** Whether the work tree's file is what HEAD has; null where that was not found out. */
  readonly sameAsHead: boolean | null;
  readonly pointer: LfsPointer | null;
}

export interface LeftOut {
  readonly count: number;
  readonly byReason: Readonly<Partial<Record<LeftOutReason, number>>>;
  /** At most 1,000, of one reason at most 200. */
  readonly files: readonly LeftOutFile[];
}

export interface Snapshot {
  /** The commit in the store's `code.git`. Equal code under an equal HEAD has an equal id. */
  readonly commit: ObjectId;
  readonly tree: ObjectId;
  /** The folder that the paths start from: the work tree around the given folder, else that folder. */
  readonly root: string;
  /** The given folder below `root`, with forward slashes; "" where they are one. */
  readonly folder: string;
  readonly head: Head;
  readonly changed: Changed;
  readonly leftOut: LeftOut;
  /** Files and links in the snapshot, and the bytes of their content. */
  readonly files: number;
  readonly bytes: number;
  readonly tookMs: number;
}

export const limits = { fileBytes: 1_000_000, totalBytes: 50_000_000, dataBytes: 64_000, listed: 1000 };

/** One file of a snapshot. `bytes` of a submodule's commit is 0. */
export interface SnapshotEntry {
  readonly path: string;
  readonly kind: "file" | "executable" | "link" | "submodule";
  readonly id: ObjectId;
}

export type SnapshotChange =
  | { readonly path: string; readonly state: "added"; readonly after: SnapshotEntry }
  | { readonly path: string; readonly state: "deleted"; readonly before: SnapshotEntry }
  | {
      readonly path: string;
      readonly state: "modified";
      readonly before: SnapshotEntry;
      readonly after: SnapshotEntry;
    };

export interface Restored {
  readonly files: number;
  readonly bytes: number;
  /** What could not be put there, and why: submodules, links that lead out, names that this system cannot hold. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}
