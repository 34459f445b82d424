import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { Pace } from "../store/pace.js";
import type { Store } from "../store/store.js";
import type { OnProgress } from "./content-progress.js";
import { contentOf, entryOf } from "./content-of.js";
import { listData, type LeftOut } from "./data-files.js";
import { KnownFiles } from "./known-files.js";
import { Manifest, writeManifest } from "./manifest.js";
import { materialise } from "./materialised.js";
import { placeContent } from "./place.js";
import type { Selection } from "./selection.js";
import { Storing } from "./storing.js";
import type { ManifestFile, StoredContent } from "./view.js";

export interface AddedContent extends StoredContent {
  /** Files that changed while they were read, and again when they were read anew: what was read last is stored. */
  readonly changed: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Bytes that the store has grown by. */
  readonly stored: number;
}

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
    const known = new KnownFiles(this.#store, source);
    const hashes = files.map((file) => known.find(file));
    // what is in the store stays there while somebody is at adding
    const isKept = objects.nearby(() => hashes.map((hash) => hash !== undefined && objects.has(hash)));
    const fresh = files.filter((_, i) => isKept[i] !== true);
    const total = {
      totalFiles: fresh.length,
      totalBytes: fresh.reduce((sum, { stat }) => sum + stat.size, 0),
    };
    let [done, bytes] = [0, 0];
    const storing = new Storing(this.#store, source, signal, (more, moreBytes) => {
      done += more;
      bytes += moreBytes;
      progress({ files: done, bytes, ...total });
    });
    if (fresh.length > 0) known.beforeReading();
    const { stored, grown } = fresh.length > 0 ? await storing.run(fresh) : { stored: [], grown: 0 };
    const read = new Map(fresh.map((file, i) => [file.path, stored[i]]));
    const changed: string[] = [];
    const kept = files.map((file, i): ManifestFile => {
      const one = read.get(file.path);
      if (!one) return entryOf(file, hashes[i] ?? "");
      if (!one.stable) changed.push(file.path);
      else if (hashes[i] !== one.hash) known.add(file, one.hash);
      return { path: file.path, size: one.size, hash: one.hash, executable: one.executable };
    });
    const content = contentOf(form, kept, writeManifest(manifests, kept));
    manifests.flush();
    this.#store.whole.note(content.manifest);
    known.save(changed.length === 0 ? content : undefined);
    return { ...content, changed, leftOut, stored: grown };
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
