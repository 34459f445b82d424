import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import type { Layout } from "./layout.js";
import { isObjectHash, type ObjectHash } from "./object-names.js";
import { createFile, removeQuietly } from "./whole-file.js";

/**
 * Contents that were whole in this clone, by the hash of their manifest: its own record, in `local/whole`, by which what
 * was lost here is told from what another clone has and this one never had.
 */
export class WholeContents {
  readonly #ports: Ports;
  readonly #layout: Layout;

  constructor(ports: Ports, layout: Layout) {
    this.#ports = ports;
    this.#layout = layout;
  }

  #place(manifest: ObjectHash): string {
    return this.#layout.at("local", "whole", manifest.slice(0, 2), manifest.slice(2));
  }

  has(manifest: ObjectHash): boolean {
    return isObjectHash(manifest) && this.#ports.files.stat(this.#place(manifest)) !== undefined;
  }

  /** To be called when all of a content is here. A store that cannot be written goes without. */
  note(manifest: ObjectHash): void {
    if (!isObjectHash(manifest) || this.has(manifest)) return;
    const file = this.#place(manifest);
    try {
      this.#ports.files.makeFolder(path.dirname(file), 0o700);
      createFile(this.#ports, file, Buffer.alloc(0), { durable: false });
    } catch (error) {
      this.#ports.log.write("debug", "store", `Cannot note that ${manifest} is here: ${String(error)}`);
    }
  }

  /** To be called before a content that nothing names is freed. */
  forget(manifest: ObjectHash): void {
    if (this.has(manifest)) removeQuietly(this.#ports.files, this.#place(manifest));
  }
}
