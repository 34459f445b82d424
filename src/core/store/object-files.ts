import * as path from "node:path";
import { Failure } from "../base/failure.js";
import type { Ports } from "../base/ports.js";
import { said } from "../base/said.js";
import { writeAll } from "./file-bytes.js";
import type { Layout } from "./layout.js";
import { chunksEnding, endings, isObjectHash, type ObjectHash } from "./object-names.js";
import { refuseLink } from "./objects-place.js";
import { Uploads } from "./uploads.js";

/** An object that is a file of its own; `ending` says how it is stored. */
export interface ObjectFile {
  readonly file: string;
  readonly ending: string;
  readonly bytes: number;
}

/** The objects of a store that are files of their own, and lists of chunks. */
export class ObjectFiles {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #uploads: Uploads;

  constructor(ports: Ports, layout: Layout) {
    this.#ports = ports;
    this.#layout = layout;
    this.#uploads = new Uploads(ports, layout);
  }

  #place(hash: ObjectHash, ending: string): string {
    if (!isObjectHash(hash)) throw new Failure("value.invalid", said`'${hash.slice(0, 100)}' is no SHA-256.`);
    return this.#layout.at("objects", hash.slice(0, 2), `${hash.slice(2)}${ending}`);
  }

  find(hash: ObjectHash): ObjectFile | undefined {
    for (const ending of [...Object.values(endings), chunksEnding]) {
      const file = this.#place(hash, ending);
      const stat = this.#ports.files.stat(file);
      if (stat?.kind === "file") return { file, ending, bytes: stat.size };
    }
    return undefined;
  }

  /** Durable when it returns. */
  write(hash: ObjectHash, ending: string, bytes: Uint8Array): void {
    const place = this.#place(hash, ending);
    const folder = path.dirname(place);
    refuseLink(this.#ports.files, folder);
    const upload = this.#uploads.begin(this.#layout.isElsewhere ? folder : undefined);
    try {
      writeAll(this.#ports.files, upload.fd, bytes);
      this.#uploads.end(upload, place);
    } catch (error) {
      this.#uploads.drop(upload);
      throw error;
    }
  }
}
