import { createHash } from "node:crypto";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { Failure, systemCode, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { FilePort } from "../base/ports.js";
import { IsomorphicReader, type GitObject } from "./isomorphic.js";
import type { ObjectId } from "./model.js";
import { readEntryHeader, type ObjectType } from "../store/pack-entry.js";
import { PackIndex } from "./packs.js";

/** No object of ours comes near; a stranger's could fill the memory. */
const largestObject = 32_000_000;

/** Where a store keeps its snapshots. */
export const codeFolder = (storeFolder: string): string => path.join(storeFolder, "code.git");

export const objectIdOf = (
  type: ObjectType,
  content: Uint8Array,
  algorithm: "sha1" | "sha256" = "sha1",
): string => createHash(algorithm).update(`${type} ${content.byteLength}\0`).update(content).digest("hex");

interface Pack {
  readonly file: string;
  readonly index: PackIndex;
}

/** Objects of a code store. What stands on the disk is not believed: each object is checked against its id. */
export class ObjectReader {
  readonly #files: FilePort;
  readonly #gitDir: string;
  #packs: readonly Pack[] | undefined;
  #isomorphic: IsomorphicReader | undefined;

  constructor(files: FilePort, gitDir: string) {
    this.#files = files;
    this.#gitDir = gitDir;
  }

  loosePath(id: ObjectId): string {
    return `${this.#gitDir}/objects/${id.slice(0, 2)}/${id.slice(2)}`;
  }

  /** An empty file, which a power cut can leave, is no object. */
  has(id: ObjectId): boolean {
    const stat = this.#files.stat(this.loosePath(id));
    return (stat?.kind === "file" && stat.size > 0) || this.#findPacked(id) !== undefined;
  }

  /** undefined where the store has no such object. @throws Failure `store.damaged` */
  async read(id: ObjectId): Promise<GitObject | undefined> {
    try {
      const found = this.#readLoose(id) ?? (await this.#readPacked(id));
      if (found && objectIdOf(found.type, found.content) !== id) throw damaged(id);
      return found;
    } catch (error) {
      if (error instanceof Failure) throw error;
      const code = systemCode(error);
      const ofTheDisk = code !== undefined && !code.startsWith("Z_") && !code.startsWith("ERR_");
      throw ofTheDisk ? toFailure(error, said`reading object ${id}`) : damaged(id, error);
    }
  }

  #readLoose(id: ObjectId): GitObject | undefined {
    const file = this.loosePath(id);
    const stat = this.#files.stat(file);
    if (stat?.kind !== "file" || stat.size === 0) return undefined;
    if (stat.size > largestObject) throw damaged(id);
    const bytes = this.#files.readAll(file);
    if (!bytes) return undefined;
    const whole = zlib.inflateSync(bytes, { maxOutputLength: largestObject });
    const header = /^(blob|tree|commit) (\d{1,9})\0/.exec(whole.toString("latin1", 0, 32));
    const content = whole.subarray(header?.[0].length ?? 0);
    if (!header || content.length !== Number(header[2])) throw damaged(id);
    return { type: header[1] as ObjectType, content };
  }

  async #readPacked(id: ObjectId): Promise<GitObject | undefined> {
    const found = this.#findPacked(id);
    if (!found) return undefined;
    const fd = this.#files.openRead(found.file);
    try {
      const header = readEntryHeader(this.#readAt(fd, found.offset, 16));
      if (!header) throw damaged(id);
      if (header.kind === "delta") return await this.#readDelta(id);
      if (header.size > largestObject) throw damaged(id);
      const bound = header.size + (header.size >>> 8) + 128;
      const deflated = this.#readAt(fd, found.offset + header.headerBytes, bound);
      const content = zlib.inflateSync(deflated, { maxOutputLength: header.size + 1, chunkSize: bound });
      if (content.length !== header.size) throw damaged(id);
      return { type: header.type, content };
    } finally {
      this.#files.close(fd);
    }
  }

  /** Loam writes no differences, but a person may have packed the store anew with git. */
  async #readDelta(id: ObjectId): Promise<GitObject> {
    this.#isomorphic ??= new IsomorphicReader(this.#gitDir);
    const obstacle = this.#isomorphic.obstacle();
    if (obstacle !== undefined)
      throw new Failure("store.damaged", said`Object ${id} cannot be read: ${obstacle}.`);
    return this.#isomorphic.read(id);
  }

  #readAt(fd: number, position: number, length: number): Buffer {
    const into = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const count = this.#files.read(fd, into.subarray(done), position + done);
      if (count === 0) break;
      done += count;
    }
    return into.subarray(0, done);
  }

  #findPacked(id: ObjectId): { readonly file: string; readonly offset: number } | undefined {
    this.#packs ??= this.#openPacks();
    for (const pack of this.#packs) {
      const offset = pack.index.offsetOf(id);
      if (offset !== undefined) return { file: pack.file, offset };
    }
    return undefined;
  }

  #openPacks(): Pack[] {
    const folder = path.join(this.#gitDir, "objects", "pack");
    const names = new Set(this.#files.list(folder).map((entry) => entry.name));
    return [...names].flatMap((name): Pack[] => {
      const pack = name.replace(/\.idx$/, ".pack");
      if (pack === name || !names.has(pack)) return [];
      const index = PackIndex.parse(this.#files.readAll(path.join(folder, name)) ?? Buffer.alloc(0));
      return index ? [{ file: path.join(folder, pack), index }] : [];
    });
  }
}

const damaged = (id: ObjectId, cause?: unknown): Failure =>
  new Failure("store.damaged", said`Object ${id} of the code store is damaged.`, {
    next: said`Run \`loam verify\` to see what is affected; a copy of the store may still have the object.`,
    cause,
  });
