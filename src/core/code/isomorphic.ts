import * as fs from "node:fs";
import * as path from "node:path";
import { said, type Said } from "../base/said.js";
import { entriesOf, statOf } from "./disk.js";
import type { ObjectType } from "../store/pack-entry.js";

/** It reads packs as a whole; what is larger is not worth the memory. */
const largestPacks = 64_000_000;

export interface GitObject {
  readonly type: ObjectType;
  readonly content: Buffer;
}

/** Reads objects of a repository without git, differences in packs included. SHA-1 repositories only. */
export class IsomorphicReader {
  readonly #gitDir: string;
  readonly #cache = {};

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /** Why this repository's packs cannot be read here; undefined where they can. */
  obstacle(): Said | undefined {
    const folder = path.join(this.#gitDir, "objects", "pack");
    const packs = (entriesOf(folder) ?? []).filter((entry) => entry.name.endsWith(".pack"));
    const bytes = packs.reduce((sum, pack) => sum + (statOf(path.join(folder, pack.name))?.size ?? 0), 0);
    return bytes > largestPacks ? said`its packs are too large to read without a git binary` : undefined;
  }

  /** @throws where the object is missing or damaged */
  async read(id: string): Promise<GitObject> {
    // Loaded when first needed: it takes 0.2 s and 20 MB, and a supervisor seldom needs it.
    const git = await import("isomorphic-git");
    const read = await git.readObject({
      fs,
      gitdir: this.#gitDir,
      oid: id,
      format: "content",
      cache: this.#cache,
    });
    if (read.format !== "content" || (read.type !== "blob" && read.type !== "tree" && read.type !== "commit"))
      throw new Error(`object ${id} is of another kind`);
    return { type: read.type, content: Buffer.from(read.object) };
  }
}
