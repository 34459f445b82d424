import * as path from "node:path";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { systemCode } from "../base/failure.js";
import type { Ports } from "../base/ports.js";
import { createFile, removeQuietly } from "../store/whole-file.js";
import type { ObjectId } from "./model.js";
import { ObjectReader } from "./object-reader.js";
import type { ObjectType } from "../store/pack-entry.js";
import { deflateOptions, PackBuilder } from "./packs.js";

const deflateLater = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.deflate);

/** Up to so many objects become files of their own; more become packs: one file and one fsync for thousands. */
const mostLoose = 50;
const mostLooseBytes = 2_000_000;
const packBytes = 4_000_000;
/** Larger content is compressed on another thread. */
const blockingBytes = 64_000;

// Nothing names the commits in here, so to git all of it is garbage: it must not be let near.
const config = `[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpreciousObjects = true
[gc]
\tauto = 0
`;

interface Pending {
  readonly id: ObjectId;
  readonly type: ObjectType;
  readonly content: Buffer;
}

/**
 * Adds objects to a code store. An object is on the disk only after everything that it names: so whoever finds a tree
 * there finds all below it, whenever a writer was killed.
 */
export class ObjectWriter {
  readonly #ports: Pick<Ports, "files" | "random">;
  readonly #gitDir: string;
  readonly #reader: ObjectReader;
  readonly #written = new Set<ObjectId>();
  #few: Pending[] = [];
  #fewBytes = 0;
  #pack: PackBuilder | undefined;

  constructor(ports: Pick<Ports, "files" | "random">, gitDir: string) {
    this.#ports = ports;
    this.#gitDir = gitDir;
    this.#reader = new ObjectReader(ports.files, gitDir);
  }

  has(id: ObjectId): boolean {
    return this.#written.has(id) || this.#reader.has(id);
  }

  /** Keeps an object unless the store has it. Objects come after those that they name. `content` may be reused. */
  async put(id: ObjectId, type: ObjectType, content: Buffer): Promise<void> {
    if (this.has(id)) return;
    this.#written.add(id);
    if (this.#pack) return this.#addToPack({ id, type, content });
    this.#few.push({ id, type, content: Buffer.from(content) });
    this.#fewBytes += content.length;
    if (this.#few.length <= mostLoose && this.#fewBytes <= mostLooseBytes) return;
    this.#pack = new PackBuilder();
    const few = this.#few;
    this.#few = [];
    for (const pending of few) await this.#addToPack(pending);
  }

  /** Writes what is still in memory. Durable when it returns. */
  async flush(): Promise<void> {
    if (this.#pack && this.#pack.count > 0) await this.#writePack(this.#pack);
    this.#pack = undefined;
    const few = this.#few;
    this.#few = [];
    this.#fewBytes = 0;
    if (few.length > 0) await this.#writeLoose(few);
  }

  async #addToPack({ id, type, content }: Pending): Promise<void> {
    this.#pack ??= new PackBuilder();
    this.#pack.add(id, type, content.length, await deflate(content));
    if (this.#pack.length < packBytes) return;
    const full = this.#pack;
    this.#pack = new PackBuilder();
    await this.#writePack(full);
  }

  async #writePack(builder: PackBuilder): Promise<void> {
    this.#makeFrame();
    const { name, pack, index } = builder.finish();
    const folder = path.join(this.#gitDir, "objects", "pack");
    this.#ports.files.makeFolder(folder);
    // Readers look for the index, so the pack has to be there first.
    for (const [ending, parts] of [
      ["pack", pack],
      ["idx", [index]],
    ] as const) {
      const temp = await this.#writeTemp(parts);
      this.#publish(temp, path.join(folder, `${name}.${ending}`));
    }
    await this.#syncFolder(folder);
  }

  /** As the port's own, but without holding up the process. */
  async #syncFolder(folder: string): Promise<void> {
    if (process.platform === "win32") return;
    const fd = this.#ports.files.openRead(folder);
    try {
      await this.#ports.files.syncLater(fd);
    } finally {
      this.#ports.files.close(fd);
    }
  }

  async #writeLoose(objects: readonly Pending[]): Promise<void> {
    this.#makeFrame();
    const settled = await Promise.allSettled(
      objects.map(async (object) => this.#writeTemp([await loose(object)])),
    );
    const temps = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    try {
      for (const one of settled) if (one.status === "rejected") throw one.reason;
      const folders = new Set<string>();
      for (const { id } of objects) {
        const file = this.#reader.loosePath(id);
        if (!folders.has(path.dirname(file))) this.#ports.files.makeFolder(path.dirname(file));
        folders.add(path.dirname(file));
        const temp = temps.shift();
        if (temp !== undefined) this.#publish(temp, file);
      }
    } finally {
      for (const temp of temps) removeQuietly(this.#ports.files, temp);
    }
  }

  async #writeTemp(parts: readonly Uint8Array[]): Promise<string> {
    const { files, random } = this.#ports;
    const temp = path.join(this.#gitDir, "objects", `tmp_obj_${random(6).toString("hex")}`);
    const fd = files.openNew(temp);
    try {
      for (const part of parts) {
        for (let done = 0; done < part.length;) {
          const count = files.write(fd, done === 0 ? part : part.subarray(done));
          if (count === 0) throw Object.assign(new Error("the disk took no bytes"), { code: "ENOSPC" });
          done += count;
        }
      }
      await files.syncLater(fd);
      files.close(fd);
      return temp;
    } catch (error) {
      closeQuietly(files, fd);
      removeQuietly(files, temp);
      throw error;
    }
  }

  #publish(temp: string, file: string): void {
    try {
      this.#ports.files.rename(temp, file);
    } catch (error) {
      removeQuietly(this.#ports.files, temp);
      // On Windows a file that another process has open cannot be replaced; its content is the same.
      const taken = systemCode(error) === "EPERM" || systemCode(error) === "EACCES";
      if (!taken || this.#ports.files.stat(file)?.kind !== "file") throw error;
    }
  }

  #makeFrame(): void {
    const { files } = this.#ports;
    for (const folder of ["objects", "refs"]) files.makeFolder(path.join(this.#gitDir, folder));
    for (const [name, text] of [
      ["config", config],
      ["HEAD", "ref: refs/heads/none\n"],
    ] as const) {
      const file = path.join(this.#gitDir, name);
      if (!files.stat(file)) createFile(this.#ports, file, Buffer.from(text), { durable: false });
    }
  }
}

const deflate = async (content: Uint8Array): Promise<Buffer> =>
  content.length <= blockingBytes
    ? zlib.deflateSync(content, deflateOptions(content.length))
    : deflateLater(content, deflateOptions(content.length));

const loose = ({ type, content }: Pending): Promise<Buffer> =>
  deflate(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]));

function closeQuietly(files: Ports["files"], fd: number): void {
  try {
    files.close(fd);
  } catch {
    // The first failure is the one to tell.
  }
}
