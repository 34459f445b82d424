import * as path from "node:path";
import { Failure } from "../base/failure.js";
import type { Ports } from "../base/ports.js";
import { said } from "../base/said.js";
import { fileSource, type ByteSource } from "./byte-source.js";

/** One file of a model, wherever it is kept. */
export interface ModelFile extends ByteSource {
  /** Below the model's folder, with `/` between; of a model that is one file its name. */
  readonly path: string;
}

/** A model of more files is none that can be looked through. */
const mostFiles = 20_000;

/**
 * The files of a model on disk: one file, or all below a folder, by path. Links are not followed. Throws
 * `path.invalid` where there is none, `value.tooLarge` where there are too many.
 */
export function filesOnDisk({ files }: Pick<Ports, "files">, at: string): readonly ModelFile[] {
  const stat = files.stat(at);
  const one = (name: string, file: string, size: number): ModelFile => ({
    ...fileSource(files, name, file, size),
    path: name,
  });
  if (stat?.kind === "file") return [one(path.basename(at), at, stat.size)];
  if (stat?.kind !== "folder") throw new Failure("path.invalid", said`There is no file or folder ${at}.`);
  const found: ModelFile[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, kind } of files.list(path.join(at, folder))) {
      const below = folder === "" ? name : `${folder}/${name}`;
      const file = path.join(at, below);
      if (kind === "folder") folders.push(below);
      if (kind === "file") found.push(one(below, file, files.stat(file)?.size ?? 0));
      if (found.length + folders.length > mostFiles)
        throw new Failure("value.tooLarge", said`${at} has more than ${mostFiles} files.`);
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
