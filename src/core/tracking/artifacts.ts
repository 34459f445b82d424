import * as crypto from "node:crypto";
import * as path from "node:path";
import { Failure, systemCode, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { EntityRef } from "../store/layout.js";
import { nameFromDisk, pathOnDisk } from "../store/names.js";
import type { Store } from "../store/store.js";
import { removeQuietly } from "../store/whole-file.js";

export interface ArtifactEntry {
  /** Base name, as the client gave it. */
  readonly name: string;
  readonly folder: boolean;
  /** Bytes; 0 for a folder. */
  readonly size: number;
}

/** The files of runs, logged models and traces: plain files below `artifacts/`. */
export class Artifacts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Stores a file as a whole: readers see the old one or the new one. Folders are made; a stream that breaks off or a
   * full disk leaves what was there before. Returns size in bytes and SHA-256.
   */
  async put(
    ref: EntityRef,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<{ size: number; sha256: string }> {
    const { files, random } = this.#store.ports;
    const target = this.#place(ref, name);
    if (target === this.#store.layout.artifacts(ref))
      throw new Failure("path.invalid", said`Invalid path: a file needs a name.`);
    if (files.stat(target)?.kind === "folder")
      throw new Failure("path.invalid", said`Invalid path: '${name}' is a folder.`);
    const uploads = this.#store.layout.at("local", "uploads");
    const temp = path.join(uploads, random(8).toString("hex"));
    const hash = crypto.createHash("sha256");
    let size = 0;
    let sha256 = "";
    try {
      files.makeFolder(uploads, 0o700);
      const fd = files.openNew(temp);
      try {
        for await (const chunk of content) {
          hash.update(chunk);
          for (let written = 0; written < chunk.byteLength;) {
            const count = files.write(fd, chunk.subarray(written));
            if (count === 0) throw Object.assign(new Error("the disk took no bytes"), { code: "ENOSPC" });
            written += count;
          }
          size += chunk.byteLength;
        }
        await files.syncLater(fd);
      } finally {
        files.close(fd);
      }
      files.makeFolder(path.dirname(target));
      sha256 = hash.digest("hex");
      this.#note(ref, name, "pending", { size, sha256 });
      files.rename(temp, target);
    } catch (error) {
      removeQuietly(files, temp);
      const code = systemCode(error);
      if (code === "ENOTDIR" || code === "EEXIST") {
        throw new Failure("path.invalid", said`Invalid path: a part of '${name}' is a file.`, {
          cause: error,
        });
      }
      throw toFailure(error, said`Cannot store the artifact '${name}'`);
    }
    this.#note(ref, name, "done", { size, sha256 });
    return { size, sha256 };
  }

  /** Files and folders directly below `folder` ("" is the root), by name. Empty where there is none, or where it is a file. */
  list(ref: EntityRef, folder: string): ArtifactEntry[] {
    const { files } = this.#store.ports;
    const place = this.#place(ref, folder);
    if (files.stat(place)?.kind !== "folder") return [];
    const entries = files.list(place).flatMap((entry): ArtifactEntry[] => {
      if (entry.kind !== "file" && entry.kind !== "folder") return [];
      const size = entry.kind === "file" ? (files.stat(path.join(place, entry.name))?.size ?? 0) : 0;
      return [{ name: nameFromDisk(entry.name), folder: entry.kind === "folder", size }];
    });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Where a file stands, with its size; throws `artifact.notFound`, or `path.invalid` for a folder. */
  find(ref: EntityRef, name: string): { readonly file: string; readonly size: number } {
    const file = this.#place(ref, name);
    const stat = this.#store.ports.files.stat(file);
    if (stat?.kind === "folder")
      throw new Failure("path.invalid", said`Invalid path: '${name}' is a folder.`);
    if (stat?.kind !== "file") throw new Failure("artifact.notFound", said`No such artifact: '${name}'`);
    return { file, size: stat.size };
  }

  /** Where a file or folder stands on disk; throws `artifact.notFound`. */
  locate(ref: EntityRef, name: string): string {
    const place = this.#place(ref, name);
    const kind = this.#store.ports.files.stat(place)?.kind;
    if (kind !== "file" && kind !== "folder")
      throw new Failure("artifact.notFound", said`No such artifact: '${name}'`);
    return place;
  }

  /** Removes a file or a whole folder; nothing where there is none. */
  remove(ref: EntityRef, name: string): void {
    const place = this.#place(ref, name);
    if (!this.#store.ports.files.stat(place)) return;
    this.#note(ref, name, "pending", { size: null });
    try {
      this.#removeTree(place);
    } catch (error) {
      throw toFailure(error, said`Cannot remove the artifact '${name}'`);
    }
    this.#note(ref, name, "done", { size: null });
  }

  #removeTree(place: string): void {
    const { files } = this.#store.ports;
    if (files.stat(place)?.kind !== "folder") {
      files.remove(place);
      return;
    }
    for (const entry of files.list(place)) this.#removeTree(path.join(place, entry.name));
    files.removeFolder(place);
  }

  /**
   * Says what became of a path. It is said before too: where a process ends in between, `verify` can tell a write that
   * was cut off from content that was altered.
   */
  #note(
    ref: EntityRef,
    name: string,
    when: "pending" | "done",
    what: { readonly size: number; readonly sha256: string } | { readonly size: null },
  ): void {
    const body = {
      kind: "artifact.written",
      path: name,
      ...what,
      ...(when === "pending" ? { pending: true } : {}),
    };
    this.#store.writer(ref).facts([this.#store.source.make(body)], () => undefined);
  }

  /** Refuses what leads out of the artifacts, also through a symbolic link. */
  #place(ref: EntityRef, name: string): string {
    const root = this.#store.layout.artifacts(ref);
    const place = pathOnDisk(root, name);
    for (let at = place; at.length >= root.length; at = path.dirname(at)) {
      if (this.#store.ports.files.stat(at)?.kind === "link") {
        throw new Failure("path.invalid", said`Invalid path: '${name}' leads through a symbolic link.`);
      }
    }
    return place;
  }
}
