import type { EntryKind, FilePort, FileStat, FolderEntry } from "../../../src/core/base/ports.js";

interface File {
  readonly kind: "file";
  readonly ino: number;
  mode: number;
  mtimeMs: number;
  bytes: Buffer;
  length: number;
}
interface Folder {
  readonly kind: "folder";
  readonly ino: number;
  mode: number;
  mtimeMs: number;
  readonly entries: Map<string, File | Folder>;
}

const fail = (code: string, at: string): Error => Object.assign(new Error(`${code}: ${at}`), { code });

/** What a kill of every process leaves: files and folders with the semantics of a POSIX file system. */
export class Disk {
  #ino = 2;
  readonly #root: Folder = { kind: "folder", ino: 1, mode: 0o755, mtimeMs: 0, entries: new Map() };

  #parts(at: string): string[] {
    return at.split(/[\\/]/).filter((part) => part !== "" && !/^[A-Za-z]:$/.test(part));
  }

  find(at: string): File | Folder | undefined {
    let node: File | Folder | undefined = this.#root;
    for (const part of this.#parts(at)) {
      if (node?.kind !== "folder") return undefined;
      node = node.entries.get(part);
    }
    return node;
  }

  /** The folder that holds a name, and the name. */
  parent(at: string): { folder: Folder; name: string } {
    const parts = this.#parts(at);
    const name = parts.pop() ?? "";
    const folder = this.find(parts.join("/"));
    if (folder?.kind === "file") throw fail("ENOTDIR", at);
    if (!folder) throw fail("ENOENT", at);
    return { folder, name };
  }

  file(at: string): File {
    const node = this.find(at);
    if (!node) throw fail("ENOENT", at);
    if (node.kind === "folder") throw fail("EISDIR", at);
    return node;
  }

  create(at: string, mode: number): File {
    const { folder, name } = this.parent(at);
    const file: File = {
      kind: "file",
      ino: this.#ino++,
      mode,
      mtimeMs: Date.now(),
      bytes: Buffer.alloc(0),
      length: 0,
    };
    this.put(folder, name, file);
    return file;
  }

  put(folder: Folder, name: string, node: File | Folder): void {
    folder.entries.set(name, node);
    folder.mtimeMs = Date.now();
  }

  take(folder: Folder, name: string): void {
    folder.entries.delete(name);
    folder.mtimeMs = Date.now();
  }

  makeFolders(at: string, mode: number): void {
    let folder = this.#root;
    const parts = this.#parts(at);
    for (const [i, part] of parts.entries()) {
      const next = folder.entries.get(part);
      if (next?.kind === "file") throw fail(i === parts.length - 1 ? "EEXIST" : "ENOTDIR", at);
      const made: Folder = next ?? {
        kind: "folder",
        ino: this.#ino++,
        mode,
        mtimeMs: Date.now(),
        entries: new Map(),
      };
      if (!next) this.put(folder, part, made);
      folder = made;
    }
  }

  /** A file that is not of the store, written by whoever simulates its surroundings. */
  plant(at: string, content: string | Uint8Array): void {
    this.makeFolders(at.slice(0, at.lastIndexOf("/")), 0o755);
    const known = this.find(at);
    const file = known?.kind === "file" ? known : this.create(at, 0o644);
    file.bytes = Buffer.from(content);
    file.length = file.bytes.byteLength;
  }
}

interface Handle {
  readonly file: File;
  /** Behind all that is there, or on from where the handle wrote last, as the system does for a new file. */
  readonly writes: "behind" | "onwards" | "never";
  position: number;
}

/** A process's view of a disk in memory. */
export class MemoryFiles implements FilePort {
  readonly disk: Disk;
  readonly #open = new Map<number, Handle>();
  #fd = 100;

  constructor(disk: Disk) {
    this.disk = disk;
  }

  #opened(file: File, writes: Handle["writes"]): number {
    this.#open.set(this.#fd, { file, writes, position: 0 });
    return this.#fd++;
  }

  #at(fd: number): Handle {
    const open = this.#open.get(fd);
    if (!open) throw fail("EBADF", String(fd));
    return open;
  }

  /** Handles that nobody closed. */
  get handles(): number {
    return this.#open.size;
  }

  openAppend(at: string, mode = 0o644): number {
    const node = this.disk.find(at);
    if (node?.kind === "folder") throw fail("EISDIR", at);
    return this.#opened(node ?? this.disk.create(at, mode), "behind");
  }
  openNew(at: string, mode = 0o644): number {
    if (this.disk.find(at)) throw fail("EEXIST", at);
    return this.#opened(this.disk.create(at, mode), "onwards");
  }
  openRead(at: string): number {
    return this.#opened(this.disk.file(at), "never");
  }
  openWrite(at: string): number {
    return this.#opened(this.disk.file(at), "onwards");
  }
  write(fd: number, bytes: Uint8Array, position?: number): number {
    const handle = this.#at(fd);
    const { file, writes } = handle;
    if (writes === "never") throw fail("EBADF", String(fd));
    const from = writes === "behind" ? file.length : (position ?? handle.position);
    const needed = Math.max(file.length, from + bytes.byteLength);
    if (needed > file.bytes.byteLength) {
      const grown = Buffer.alloc(Math.max(256, needed * 2));
      file.bytes.copy(grown, 0, 0, file.length);
      file.bytes = grown;
    }
    file.bytes.set(bytes, from);
    file.length = needed;
    if (position === undefined) handle.position = from + bytes.byteLength;
    file.mtimeMs = Date.now();
    return bytes.byteLength;
  }
  read(fd: number, into: Uint8Array, position: number): number {
    const { file } = this.#at(fd);
    const part = file.bytes.subarray(position, Math.min(file.length, position + into.byteLength));
    into.set(part);
    return part.byteLength;
  }
  size(fd: number): number {
    return this.#at(fd).file.length;
  }
  sync(fd: number): void {
    this.#at(fd);
  }
  async syncLater(fd: number): Promise<void> {
    this.#at(fd);
  }
  close(fd: number): void {
    this.#at(fd);
    this.#open.delete(fd);
  }
  rename(from: string, to: string): void {
    const source = this.disk.parent(from);
    const target = this.disk.parent(to);
    const node = source.folder.entries.get(source.name);
    if (!node) throw fail("ENOENT", from);
    const there = target.folder.entries.get(target.name);
    if (there === node) return;
    if (node.kind === "folder" && `${to}/`.startsWith(`${from}/`)) throw fail("EINVAL", to);
    if (there?.kind === "folder" && (node.kind === "file" || there.entries.size > 0))
      throw fail("EISDIR", to);
    if (there?.kind === "file" && node.kind === "folder") throw fail("ENOTDIR", to);
    this.disk.take(source.folder, source.name);
    this.disk.put(target.folder, target.name, node);
  }
  link(from: string, to: string): void {
    const node = this.disk.find(from);
    if (!node) throw fail("ENOENT", from);
    const { folder, name } = this.disk.parent(to);
    if (folder.entries.has(name)) throw fail("EEXIST", to);
    if (node.kind === "folder") throw fail("EPERM", from);
    this.disk.put(folder, name, node);
  }
  remove(at: string): void {
    const { folder, name } = this.disk.parent(at);
    this.disk.file(at);
    this.disk.take(folder, name);
  }
  makeFolder(at: string, mode = 0o755): void {
    this.disk.makeFolders(at, mode);
  }
  removeFolder(at: string): void {
    const node = this.disk.find(at);
    if (node?.kind !== "folder") throw fail(node ? "ENOTDIR" : "ENOENT", at);
    if (node.entries.size > 0) throw fail("ENOTEMPTY", at);
    const { folder, name } = this.disk.parent(at);
    this.disk.take(folder, name);
  }
  syncFolder(at: string): void {
    if (!this.disk.find(at)) throw fail("ENOENT", at);
  }
  stat(at: string): FileStat | undefined {
    const node = this.disk.find(at);
    if (!node) return undefined;
    const { kind, ino, mode, mtimeMs } = node;
    return { kind, ino, mode, mtimeMs, ctimeMs: mtimeMs, size: node.kind === "file" ? node.length : 0 };
  }
  list(at: string): readonly FolderEntry[] {
    const node = this.disk.find(at);
    if (node?.kind !== "folder") return [];
    return [...node.entries].map(([name, entry]): { name: string; kind: EntryKind } => ({
      name,
      kind: entry.kind,
    }));
  }
  readAll(at: string): Buffer | undefined {
    const node = this.disk.find(at);
    if (node?.kind === "folder") throw fail("EISDIR", at);
    return node && Buffer.from(node.bytes.subarray(0, node.length));
  }
}
