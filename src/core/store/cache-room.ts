import * as os from "node:os";
import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import type { Disposable } from "../base/lifetime.js";
import type { Ports } from "../base/ports.js";
import { said } from "../base/said.js";
import { removeTree } from "./entity-walk.js";
import type { Layout } from "./layout.js";
import { removeQuietly } from "./whole-file.js";

/**
 * Where a process may keep what saves time: in the store's `cache/`. Where that may not be written, as in a folder that
 * somebody else shares, in a folder of the person's own, which all such stores have together: what is kept there is
 * known by the hash of its content. Without a home that can be written, in one that goes with the process.
 */
export class CacheRoom implements Disposable {
  readonly #ports: Ports;
  readonly #layout: Layout;
  #passing: string | undefined;

  constructor(ports: Ports, layout: Layout) {
    this.#ports = ports;
    this.#layout = layout;
  }

  /** A folder of the cache that can be written; made where it is missing. Throws `store.full`, `store.readOnly`, `store.io`. */
  folder(...parts: readonly string[]): string {
    const shared = path.join(this.#layout.cache, ...parts);
    try {
      this.#tryOut(shared, 0o755);
      return shared;
    } catch (error) {
      const failure = toFailure(error, said`Cannot write to ${shared}`);
      const own = failure.code === "store.readOnly" ? this.#own(parts) : undefined;
      if (own === undefined) throw failure;
      return own;
    }
  }

  /** The places where something of the cache may be found. */
  places(...parts: readonly string[]): readonly string[] {
    const roots = [this.#layout.cache, ownRoot(), ...(this.#passing === undefined ? [] : [this.#passing])];
    return roots.map((root) => path.join(root, ...parts));
  }

  #own(parts: readonly string[]): string | undefined {
    // nobody else can know the name of the second one, so nobody can have put a link there
    this.#passing ??= path.join(os.tmpdir(), `loam-cache-${this.#ports.random(12).toString("hex")}`);
    for (const root of [ownRoot(), this.#passing]) {
      const folder = path.join(root, ...parts);
      try {
        this.#tryOut(folder, 0o700);
        return folder;
      } catch (error) {
        const code = toFailure(error, said`Cannot write to ${folder}`).code;
        this.#ports.log.write("debug", "store", `No cache in ${folder}: ${code}`);
      }
    }
    return undefined;
  }

  #tryOut(folder: string, mode: number): void {
    const { files, random } = this.#ports;
    files.makeFolder(folder, mode);
    const probe = path.join(folder, `.${random(6).toString("hex")}.tmp`);
    files.close(files.openNew(probe, 0o600));
    removeQuietly(files, probe);
  }

  dispose(): void {
    if (this.#passing === undefined) return;
    try {
      removeTree(this.#ports.files, this.#passing);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#ports.log.write("warn", "store", `Cannot remove ${this.#passing}: ${error.message}`);
    }
  }
}

/** The person's own folder for what Loam keeps to save time. */
function ownRoot(): string {
  const xdg = process.env["XDG_CACHE_HOME"];
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, "loam");
  const home = os.homedir();
  if (process.platform === "win32")
    return path.join(process.env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"), "loam", "cache");
  return path.join(home, process.platform === "darwin" ? "Library/Caches" : ".cache", "loam");
}
