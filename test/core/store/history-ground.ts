import * as path from "node:path";
import { nodeFiles, type FilePort } from "../../../src/core/base/ports.js";
import { removeTree } from "../../../src/core/store/entity-walk.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { beginProcess, processFiles } from "./bench-store.js";
import { Disk, MemoryFiles } from "./memory-files.js";

/** Where histories happen. */
export interface Ground {
  readonly root: string;
  /** The disk as it is. */
  readonly clean: FilePort;
  /** The disk as a new process sees it: those before are gone. */
  readonly process: (number: number) => FilePort;
  /** Files that the newest process has open. */
  readonly handles: () => number;
}

export function memoryGround(): Ground {
  const disk = new Disk();
  let files = new MemoryFiles(disk);
  return {
    root: "/work",
    clean: new MemoryFiles(disk),
    process: (number) => {
      beginProcess(disk, number);
      forgetClaims(new MemoryFiles(disk), "/work");
      files = new MemoryFiles(disk);
      return files;
    },
    handles: () => files.handles,
  };
}

/** A real folder, in which only the processes are made up. */
export function diskGround(): Ground {
  const open = new Set<number>();
  const root = path.join(emptyFolder(), "work");
  const opening =
    (work: (at: string, mode?: number) => number) =>
    (at: string, mode?: number): number => {
      const fd = work(at, mode);
      open.add(fd);
      return fd;
    };
  return {
    root,
    clean: nodeFiles,
    process: (number) => {
      for (const fd of open) nodeFiles.close(fd); // as the system does for a process that ended
      open.clear();
      forgetClaims(nodeFiles, root);
      const made = processFiles(number);
      return {
        ...nodeFiles,
        readAll: (at) => made.get(at) ?? nodeFiles.readAll(at),
        openAppend: opening((at, mode) => nodeFiles.openAppend(at, mode)),
        openNew: opening((at, mode) => nodeFiles.openNew(at, mode)),
        openRead: opening((at) => nodeFiles.openRead(at)),
        // What the disk does with what it was given is not what is tried here.
        sync: () => undefined,
        syncLater: () => Promise.resolve(),
        syncFolder: () => undefined,
        close: (fd) => {
          open.delete(fd);
          nodeFiles.close(fd);
        },
      };
    },
    handles: () => open.size,
  };
}

/** Only on Linux can a made-up process be told from this one; elsewhere its claims are taken away when it ends. */
function forgetClaims(files: FilePort, root: string): void {
  if (process.platform === "linux") return;
  for (const side of ["a", "b"]) removeTree(files, path.join(root, side, ".loam", "local", "claims"));
}
