import type { FilePort } from "../base/ports.js";

/**
 * A file that this process alone appends to. `append` returns when `write(2)` has taken every byte: then it
 * survives a kill of any process here. After a failure the file may hold a part of what was given; `written` says
 * how much, and the next append goes on from there.
 */
export class AppendFile {
  readonly path: string;
  readonly #files: FilePort;
  readonly #fd: number;
  #length: number;
  #unsynced = false;
  #syncing: Promise<void> | undefined;

  constructor(files: FilePort, path: string) {
    this.path = path;
    this.#files = files;
    this.#fd = files.openAppend(path);
    this.#length = files.size(this.#fd);
  }

  get length(): number {
    return this.#length;
  }

  get unsynced(): boolean {
    return this.#unsynced;
  }

  /** Bytes of `bytes` that the file took before `error`, all of them where there is none. */
  append(bytes: Uint8Array): { readonly written: number; readonly error?: unknown } {
    let written = 0;
    this.#unsynced = true;
    try {
      while (written < bytes.byteLength) {
        const count = this.#files.write(this.#fd, written === 0 ? bytes : bytes.subarray(written));
        written += count;
        this.#length += count;
        if (count === 0) throw Object.assign(new Error("the disk took no bytes"), { code: "ENOSPC" });
      }
      return { written };
    } catch (error) {
      return { written, error };
    }
  }

  sync(): Promise<void> {
    if (this.#syncing) return this.#syncing;
    if (!this.#unsynced) return Promise.resolve();
    this.#unsynced = false;
    this.#syncing = this.#files
      .syncLater(this.#fd)
      .catch((error: unknown) => {
        this.#unsynced = true; // not durable after all: the next call tries again
        throw error;
      })
      .finally(() => {
        this.#syncing = undefined;
      });
    return this.#syncing;
  }

  syncNow(): void {
    if (!this.#unsynced && !this.#syncing) return; // a sync on its way may still fail
    this.#files.sync(this.#fd);
    this.#unsynced = false;
  }

  close(): void {
    const close = (): void => {
      this.#files.close(this.#fd);
    };
    // The number of a file that is being synced must not be given to another one meanwhile.
    if (this.#syncing) void this.#syncing.then(close, close);
    else close();
  }
}
