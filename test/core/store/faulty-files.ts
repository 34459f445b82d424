import type { FilePort, FileStat, FolderEntry } from "../../../src/core/base/ports.js";

/** What goes wrong at a write point: a call that changes the disk. */
export type Fault =
  /** The call fails, nothing done. A full disk stays full for `lasts` points. */
  | { readonly kind: "full"; readonly lasts: number }
  | { readonly kind: "io" }
  /** A write takes only a part, and says so. */
  | { readonly kind: "short"; readonly part: number }
  /** Every process ends: before the call, after it, or in the middle of a write. */
  | { readonly kind: "crash"; readonly when: "before" | "after" | "torn"; readonly part: number };

export interface PlannedFault {
  /** Write points until it happens, counted from the one before. */
  readonly after: number;
  readonly fault: Fault;
}

/** Thrown by every call once the process is gone. */
export class Crashed extends Error {}

const failing = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

/** The faults of a whole history, over any number of restarts. */
export class Faults {
  readonly #plan: PlannedFault[];
  #until: number;
  #full = 0;
  #points = 0;
  /** Faults that happened, for the message of a failing test. */
  readonly happened: string[] = [];

  constructor(plan: readonly PlannedFault[]) {
    this.#plan = [...plan];
    this.#until = plan[0]?.after ?? Number.POSITIVE_INFINITY;
  }

  get points(): number {
    return this.#points;
  }

  /** The fault at this point, if it has one. `grows`: whether the call needs room on the disk. */
  next(what: string, grows: boolean): Fault | undefined {
    this.#points++;
    if (this.#full > 0) {
      this.#full--;
      if (grows) return { kind: "full", lasts: 0 };
    }
    if (this.#until-- > 0) return undefined;
    const writes = what.startsWith("write");
    if (this.#plan[0]?.fault.kind === "short" && !writes) return undefined; // only a write can fall short
    const planned = this.#plan.shift();
    this.#until = this.#plan[0]?.after ?? Number.POSITIVE_INFINITY;
    if (!planned) return undefined;
    this.happened.push(`${planned.fault.kind} at point ${this.#points}: ${what}`);
    if (planned.fault.kind === "full") {
      this.#full = planned.fault.lasts;
      return grows ? planned.fault : undefined;
    }
    return planned.fault;
  }

  /** No more faults: for looking at what is left. */
  stop(): void {
    this.#plan.length = 0;
    this.#until = Number.POSITIVE_INFINITY;
    this.#full = 0;
  }
}

/** Another port's files, with faults at its write points. After a crash every call throws; a new one is a new process. */
export class FaultyFiles implements FilePort {
  readonly #files: FilePort;
  readonly #faults: Faults;
  #crashed = false;

  constructor(files: FilePort, faults: Faults) {
    this.#files = files;
    this.#faults = faults;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  #look<T>(work: () => T): T {
    if (this.#crashed) throw new Crashed("the process is gone");
    return work();
  }

  #crash(): never {
    this.#crashed = true;
    throw new Crashed("the process ended here");
  }

  #point<T>(what: string, work: () => T, grows = false): T {
    return this.#look(() => {
      const fault = this.#faults.next(what, grows);
      if (fault?.kind === "full") throw failing("ENOSPC");
      if (fault?.kind === "io") throw failing("EIO");
      if (fault?.kind === "crash" && fault.when !== "after") this.#crash();
      const done = work();
      if (fault?.kind === "crash") this.#crash();
      return done;
    });
  }

  write(fd: number, bytes: Uint8Array, position?: number): number {
    return this.#look(() => {
      const fault = this.#faults.next(`write ${bytes.byteLength} bytes`, true);
      if (fault?.kind === "full") throw failing("ENOSPC");
      if (fault?.kind === "io") throw failing("EIO");
      if (fault?.kind === "crash") {
        if (fault.when === "torn") this.#part(fd, bytes, position, fault.part);
        if (fault.when === "after") this.#files.write(fd, bytes, position);
        this.#crash();
      }
      return fault?.kind === "short"
        ? this.#part(fd, bytes, position, fault.part)
        : this.#files.write(fd, bytes, position);
    });
  }

  #part(fd: number, bytes: Uint8Array, position: number | undefined, part: number): number {
    const count = Math.min(bytes.byteLength - 1, Math.max(1, Math.floor(bytes.byteLength * part)));
    return this.#files.write(fd, count <= 0 ? bytes : bytes.subarray(0, count), position);
  }

  openAppend(path: string, mode?: number): number {
    if (this.#look(() => this.#files.stat(path))) return this.#files.openAppend(path, mode);
    return this.#point(`create ${path}`, () => this.#files.openAppend(path, mode), true);
  }
  openNew(path: string, mode?: number): number {
    return this.#point(`create ${path}`, () => this.#files.openNew(path, mode), true);
  }
  openRead(path: string): number {
    return this.#look(() => this.#files.openRead(path));
  }
  openWrite(path: string): number {
    return this.#look(() => this.#files.openWrite(path));
  }
  read(fd: number, into: Uint8Array, position: number): number {
    return this.#look(() => this.#files.read(fd, into, position));
  }
  size(fd: number): number {
    return this.#look(() => this.#files.size(fd));
  }
  sync(fd: number): void {
    this.#point("sync", () => {
      this.#files.sync(fd);
    });
  }
  async syncLater(fd: number): Promise<void> {
    await this.#point("sync", () => this.#files.syncLater(fd));
  }
  close(fd: number): void {
    this.#look(() => {
      this.#files.close(fd);
    });
  }
  rename(from: string, to: string): void {
    this.#point(`rename to ${to}`, () => {
      this.#files.rename(from, to);
    });
  }
  link(from: string, to: string): void {
    this.#point(
      `link to ${to}`,
      () => {
        this.#files.link(from, to);
      },
      true,
    );
  }
  remove(path: string): void {
    this.#point(`remove ${path}`, () => {
      this.#files.remove(path);
    });
  }
  makeFolder(path: string, mode?: number): void {
    if (this.#look(() => this.#files.stat(path))?.kind === "folder") return;
    this.#point(
      `make ${path}`,
      () => {
        this.#files.makeFolder(path, mode);
      },
      true,
    );
  }
  removeFolder(path: string): void {
    this.#point(`remove ${path}`, () => {
      this.#files.removeFolder(path);
    });
  }
  syncFolder(path: string): void {
    this.#point("sync a folder", () => {
      this.#files.syncFolder(path);
    });
  }
  stat(path: string): FileStat | undefined {
    return this.#look(() => this.#files.stat(path));
  }
  list(path: string): readonly FolderEntry[] {
    return this.#look(() => this.#files.list(path));
  }
  readAll(path: string): Buffer | undefined {
    return this.#look(() => this.#files.readAll(path));
  }
}
