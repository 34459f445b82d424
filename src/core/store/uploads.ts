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

  begin(): Upload {
    this.#ports.files.makeFolder(this.#folder, 0o700);
    const temp = path.join(this.#folder, this.#ports.random(8).toString("hex"));
    return { temp, fd: this.#ports.files.openNew(temp), open: true };
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
