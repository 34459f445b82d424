import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { writeAll } from "./file-bytes.js";
import { newUlid, type IdSource, type Ulid } from "./ids.js";
import { frame, headerOf, indexOf, type PackedObject } from "./pack-format.js";
import { storedOf } from "./packs.js";
import { createFile, removeQuietly } from "./whole-file.js";

/** Less is copied behind its header, so that one write does. */
const copiedUpTo = 64 * 1024;

/** The disk is asked to begin with so many bytes while others are made: `finish` waits for the last ones alone. */
const urgedBytes = 8 * 1024 * 1024;

/** The only writer of one pack. */
export class PackWriter {
  readonly name: Ulid;
  readonly #ports: Pick<Ports, "files" | "random">;
  readonly #folder: string;
  readonly #file: string;
  readonly #fd: number;
  readonly #objects = new Map<string, PackedObject>();
  #length = 0;
  #sealed = false;
  #urged = 0;
  #urging = false;

  constructor(ports: Pick<Ports, "files" | "random"> & IdSource, folder: string) {
    this.name = newUlid(ports);
    this.#ports = ports;
    this.#folder = folder;
    ports.files.makeFolder(folder);
    this.#file = path.join(folder, `${this.name}.pack`);
    this.#fd = ports.files.openNew(this.#file);
    try {
      this.#write(frame("LOAMPACK", 0));
    } catch (error) {
      ports.files.close(this.#fd);
      removeQuietly(ports.files, this.#file);
      throw error;
    }
  }

  get bytes(): number {
    return this.#length;
  }
  /** True where nothing may follow: behind a torn end, or once it was to be finished. */
  get sealed(): boolean {
    return this.#sealed;
  }

  add(object: Omit<PackedObject, "offset">, stored: Uint8Array): void {
    const placed = { ...object, offset: this.#length };
    if (stored.byteLength <= copiedUpTo) this.#write(Buffer.concat([headerOf(placed), stored]));
    else {
      this.#write(headerOf(placed));
      this.#write(stored);
    }
    this.#objects.set(object.hash, placed);
    if (this.#length - this.#urged >= urgedBytes && !this.#urging) this.#urge();
  }

  /**
   * Opened anew: each opening of a file is told once of what the disk failed with, and `finish` has to be told. A failure
   * here is none: nothing is acknowledged before `finish` has synced.
   */
  #urge(): void {
    const { files } = this.#ports;
    const sync = async (): Promise<void> => {
      const fd = files.openRead(this.#file);
      try {
        await files.syncLater(fd);
      } finally {
        files.close(fd);
      }
    };
    this.#urged = this.#length;
    this.#urging = true;
    const ended = (): void => {
      this.#urging = false;
    };
    sync().then(ended, ended);
  }

  #write(bytes: Uint8Array): void {
    try {
      writeAll(this.#ports.files, this.#fd, bytes);
      this.#length += bytes.byteLength;
    } catch (error) {
      this.#sealed = true;
      throw error;
    }
  }

  has(hash: string): boolean {
    return this.#objects.has(hash);
  }

  /** What is stored of an object and how. */
  read(hash: string): { readonly object: PackedObject; readonly stored: Buffer | undefined } | undefined {
    const object = this.#objects.get(hash);
    return object && { object, stored: storedOf(this.#ports.files, this.#file, object) };
  }

  /** Makes the pack durable and writes its index. May be called again after a failure. */
  finish(): void {
    this.#sealed = true;
    if (this.#objects.size === 0) {
      removeQuietly(this.#ports.files, this.#file);
      return;
    }
    this.#ports.files.sync(this.#fd);
    const index = indexOf(this.#objects.values());
    const file = path.join(this.#folder, `${this.name}.idx`);
    createFile(this.#ports, file, Buffer.concat([index, Buffer.from(sha256(index), "hex")]));
  }

  close(): void {
    this.#ports.files.close(this.#fd);
  }

  /** Closes and removes it: nothing names what it holds. */
  discard(): void {
    this.#sealed = true;
    this.close();
    removeQuietly(this.#ports.files, this.#file);
  }
}
