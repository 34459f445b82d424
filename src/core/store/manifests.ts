import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import type { Layout } from "./layout.js";
import { isObjectHash, type ObjectHash } from "./object-names.js";
import { refuseLink } from "./objects-place.js";
import { createFile } from "./whole-file.js";

/** No manifest is larger: above 5,000 entries it is a tree of several. */
export const largestManifest = 64 * 1024 * 1024;

/**
 * Lists of files by their SHA-256, which git joins. Each that was written or read here is also kept in
 * `local/manifests`: a branch that lacks it forgets nothing.
 */
export class Manifests {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #unsynced = new Set<string>();

  constructor(ports: Ports, layout: Layout) {
    this.#ports = ports;
    this.#layout = layout;
  }

  #place(hash: ObjectHash): string {
    if (!isObjectHash(hash)) throw new Failure("value.invalid", said`'${hash.slice(0, 100)}' is no SHA-256.`);
    return this.#layout.at("manifests", hash.slice(0, 2), hash.slice(2));
  }

  #kept(hash: ObjectHash): string {
    return this.#layout.at("local", "manifests", hash.slice(0, 2), hash.slice(2));
  }

  /** Whether it is here, on this branch or remembered. */
  has(hash: ObjectHash): boolean {
    return this.placesOf(hash).length > 0;
  }

  /** The files in which it stands. */
  placesOf(hash: ObjectHash): readonly string[] {
    return [this.#place(hash), this.#kept(hash)].filter((file) => this.#ports.files.stat(file));
  }

  /**
   * The text of a manifest, checked against its hash. Throws `artifact.notFound` where it is not here,
   * `store.damaged` where no copy is what was written.
   */
  read(hash: ObjectHash): Buffer {
    const shared = this.#checked(this.#place(hash), hash);
    if (shared) {
      this.#remember(hash, shared);
      return shared;
    }
    const kept = this.#checked(this.#kept(hash), hash);
    if (kept) return kept;
    if (this.has(hash)) throw damaged(hash);
    throw notFound(hash);
  }

  #checked(file: string, hash: ObjectHash): Buffer | undefined {
    const stat = this.#ports.files.stat(file);
    if (stat?.kind !== "file" || stat.size > largestManifest) return undefined;
    const bytes = this.#ports.files.readAll(file);
    return bytes && sha256(bytes) === hash ? bytes : undefined;
  }

  #remember(hash: ObjectHash, bytes: Uint8Array): void {
    const file = this.#kept(hash);
    if (this.#ports.files.stat(file)) return;
    try {
      this.#ports.files.makeFolder(path.dirname(file), 0o700);
      createFile(this.#ports, file, bytes, { durable: false });
    } catch (error) {
      this.#ports.log.write("debug", "store", `Cannot keep the manifest ${hash}: ${String(error)}`);
    }
  }

  /** Keeps a manifest and returns its hash; durable after `flush`, which comes before the fact that names it. */
  write(bytes: Uint8Array): ObjectHash {
    const hash = sha256(bytes);
    const file = this.#place(hash);
    if (bytes.byteLength > largestManifest)
      throw new Failure(
        "value.tooLarge",
        said`A folder with so many files at one level cannot be versioned.`,
        {
          next: said`Put them into several folders.`,
        },
      );
    try {
      if (this.#checked(file, hash)) return hash;
      refuseLink(this.#ports.files, path.dirname(file));
      this.#ports.files.makeFolder(path.dirname(file));
      // one that is damaged makes room for the whole one
      if (this.#ports.files.stat(file)) this.#ports.files.remove(file);
      if (createFile(this.#ports, file, bytes, { durable: false })) this.#unsynced.add(file);
    } catch (error) {
      throw toFailure(error, said`Cannot write ${this.#layout.relative(file)}`);
    }
    this.#remember(hash, bytes);
    return hash;
  }

  /** Makes all that was written durable. */
  flush(): void {
    const { files } = this.#ports;
    try {
      const folders = new Set<string>();
      for (const file of this.#unsynced) {
        const fd = files.openRead(file);
        try {
          files.sync(fd);
        } finally {
          files.close(fd);
        }
        folders.add(path.dirname(file));
      }
      for (const folder of folders) files.syncFolder(folder);
      if (folders.size > 0) files.syncFolder(this.#layout.at("manifests"));
      this.#unsynced.clear();
    } catch (error) {
      throw toFailure(error, said`Cannot write manifests`);
    }
  }
}

const notFound = (hash: ObjectHash): Failure =>
  new Failure("artifact.notFound", said`The manifest ${hash} is not in this store.`, {
    next: said`Bring it by git, or join the store that it was recorded in: \`loam join OTHER\`.`,
  });

const damaged = (hash: ObjectHash): Failure =>
  new Failure(
    "store.damaged",
    said`The manifest ${hash} is damaged: its content is not what its name says.`,
    {
      next: said`Restore the file from git, or run \`loam verify\` and then join a store that still has it: \`loam join OTHER\`.`,
    },
  );
