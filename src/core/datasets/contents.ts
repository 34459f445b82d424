import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { FileStat } from "../base/ports.js";
import { Pace } from "../store/pace.js";
import type { Store } from "../store/store.js";
import type { OnProgress } from "./content-progress.js";
import { asUnreadable, listData, type LeftOut } from "./data-files.js";
import { Manifest, writeManifest } from "./manifest.js";
import { materialise } from "./materialised.js";
import { placeContent } from "./place.js";
import type { Selection } from "./selection.js";
import type { ManifestFile, StoredContent } from "./view.js";

export interface AddedContent extends StoredContent {
  /** Files that changed while they were read, and again when they were read anew: what was read last is stored. */
  readonly changed: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Bytes that the store has grown by. */
  readonly stored: number;
}

const tries = 3;

/** Contents of data sets and models: files and folders that are kept by what they hold. */
export class Contents {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Keeps a file or folder as it is now. Durable when it returns: content before manifests, both before any fact that
   * names them. Throws `path.invalid` where something of it cannot be read; nothing refers to what was kept then.
   */
  async add(
    source: string,
    selection: Selection,
    signal: AbortSignal,
    progress: OnProgress = () => undefined,
  ): Promise<AddedContent> {
    return this.#store.adding.during(() => this.#add(source, selection, signal, progress));
  }

  async #add(
    source: string,
    selection: Selection,
    signal: AbortSignal,
    progress: OnProgress,
  ): Promise<AddedContent> {
    const { ports, objects, manifests } = this.#store;
    const pace = new Pace(signal, said`keeping ${path.basename(source)}`);
    const { form, files, leftOut } = await listData(ports.files, source, selection, pace);
    const totalBytes = files.reduce((sum, { stat }) => sum + stat.size, 0);
    const kept: ManifestFile[] = [];
    const changed: string[] = [];
    let bytes = 0;
    let stored = 0;
    for (const file of files) {
      const { hash, size, stat, stable } = await this.#keep(path.join(source, file.path), pace, (grown) => {
        stored += grown;
      });
      if (!stable) changed.push(file.path);
      kept.push({ path: file.path, size, hash, executable: (stat.mode & 0o100) !== 0 });
      bytes += size;
      progress({ files: kept.length, bytes, totalFiles: files.length, totalBytes });
    }
    objects.flush();
    const manifest = writeManifest(manifests, kept);
    manifests.flush();
    const content = form === "file" ? (kept[0]?.hash ?? manifest) : manifest;
    return { form, manifest, content, files: kept.length, size: bytes, changed, leftOut, stored };
  }

  async #keep(
    file: string,
    pace: Pace,
    grew: (bytes: number) => void,
  ): Promise<{ hash: string; size: number; stat: FileStat; stable: boolean }> {
    const { ports, objects } = this.#store;
    for (let left = tries; ; left--) {
      try {
        const before = ports.files.stat(file);
        const { hash, size } = await objects.putFile(file, pace);
        const stat = ports.files.stat(file);
        if (!stat) throw new Failure("path.invalid", said`${file} went while it was read.`);
        grew(size);
        const stable = before?.mtimeMs === stat.mtimeMs && before.size === stat.size && stat.size === size;
        if (stable || left === 1) return { hash, size, stat, stable };
      } catch (error) {
        throw asUnreadable(file, error);
      }
    }
  }

  /** The files of a content. */
  manifest(content: Pick<StoredContent, "manifest">): Manifest {
    return new Manifest(this.#store.manifests, content.manifest);
  }

  /** An object's content in slices, checked against its hash: a wrong one fails behind the last slice. */
  slices(hash: string): Iterable<Buffer> {
    return this.#store.objects.slices(hash);
  }

  /** Writes a content to where nothing is, as a whole or not at all. */
  async place(
    content: StoredContent,
    target: string,
    signal: AbortSignal,
    progress: OnProgress = () => undefined,
  ): Promise<void> {
    try {
      await placeContent(this.#store, content, this.manifest(content), target, signal, progress);
    } catch (error) {
      throw toFailure(error, said`Cannot write ${target}`);
    }
  }

  /**
   * A read-only plain file or folder in the cache that other programs can open: the whole content, or one file of it.
   * `name`: how a content that is one file is to be called there. It stays at least for an hour.
   */
  async materialised(
    content: StoredContent,
    file: string | undefined,
    signal: AbortSignal,
    name?: string,
  ): Promise<string> {
    return materialise(this.#store, this.manifest(content), content, { file, name }, signal);
  }
}
