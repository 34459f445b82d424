import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import type { Layout } from "./layout.js";
import { removeQuietly } from "./whole-file.js";

/** A file that is being written, before it has its name. */
export interface Upload {
  readonly temp: string;
  readonly fd: number;
  open: boolean;
}

/** Files that get their names when they are whole and durable. */
export class Uploads {
  readonly #ports: Ports;
  readonly #folder: string;

  constructor(ports: Ports, layout: Layout) {
    this.#ports = ports;
    this.#folder = layout.at("local", "uploads");
  }

  /** `beside`: a folder on the disk on which the file is to stand, where that is another one than the store's. */
  begin(beside?: string): Upload {
    const { files, random } = this.#ports;
    if (beside === undefined) files.makeFolder(this.#folder, 0o700);
    else files.makeFolder(beside);
    const temp =
      beside === undefined
        ? path.join(this.#folder, random(8).toString("hex"))
        : path.join(beside, `.${random(6).toString("hex")}.tmp`);
    return { temp, fd: files.openNew(temp), open: true };
  }

  end(upload: Upload, place: string): void {
    const { files } = this.#ports;
    files.sync(upload.fd);
    this.#close(upload);
    files.makeFolder(path.dirname(place));
    files.rename(upload.temp, place);
    files.syncFolder(path.dirname(place));
  }

  drop(upload: Upload): void {
    try {
      this.#close(upload);
    } finally {
      removeQuietly(this.#ports.files, upload.temp);
    }
  }

  #close(upload: Upload): void {
    if (upload.open) this.#ports.files.close(upload.fd);
    upload.open = false;
  }
}
