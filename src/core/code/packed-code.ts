import * as path from "node:path";
import { Failure } from "../base/failure.js";
import type { FilePort } from "../base/ports.js";
import { said } from "../base/said.js";
import { readCodePack, type PackedObject } from "../store/code-pack.js";
import type { ObjectId } from "./model.js";

/** Where the code of registered versions travels with the ledger. */
export const packedCodeFolder = (storeFolder: string): string => path.join(storeFolder, "ledger", "code");

export const packedCodeFile = (storeFolder: string, commit: ObjectId): string =>
  path.join(packedCodeFolder(storeFolder), `${commit}.pack`);

/** The code of registered versions: what an auditor's clone has, though no run was recorded there. */
export class PackedCode {
  readonly #files: FilePort;
  readonly #storeFolder: string;
  readonly #expected = new Set<ObjectId>();
  readonly #opened = new Map<ObjectId, ReadonlyMap<ObjectId, PackedObject>>();

  constructor(files: FilePort, storeFolder: string) {
    this.#files = files;
    this.#storeFolder = storeFolder;
  }

  /** Names a snapshot of which objects will be asked for: its pack is read when the first one is. */
  expect(commit: ObjectId): void {
    if (!this.#opened.has(commit)) this.#expected.add(commit);
  }

  /** An object of the snapshots that are expected; it is what its id says. @throws Failure `store.damaged` */
  read(id: ObjectId): PackedObject | undefined {
    for (const commit of this.#expected) this.#open(commit);
    for (const objects of this.#opened.values()) {
      const found = objects.get(id);
      if (found) return found;
    }
    return undefined;
  }

  #open(commit: ObjectId): void {
    const file = packedCodeFile(this.#storeFolder, commit);
    const objects = this.#files.stat(file) ? readCodePack(this.#files, file) : new Map<never, never>();
    if ("template" in objects)
      throw new Failure("store.damaged", said`ledger/code/${commit}.pack is damaged: ${objects}.`, {
        next: said`Take it from git, or join a copy of the store that has it.`,
      });
    this.#opened.set(commit, objects);
    this.#expected.delete(commit);
  }
}
