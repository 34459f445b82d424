import * as path from "node:path";
import { Failure } from "../base/failure.js";
import type { FilePort } from "../base/ports.js";
import { said } from "../base/said.js";
import type { Store } from "../store/store.js";

/**
 * A place below the folder that holds the store, with forward slashes; "" is that folder. `given` is absolute or below
 * that folder, and may lead over links: what it means is named by where it is. Throws `path.invalid` for a place outside,
 * or in the store.
 */
export function dataRoot(store: Store, given: string): string {
  const folder = path.dirname(store.layout.root);
  const asked = path.resolve(folder, given);
  const place = asked === folder ? "" : placeBelow(store.ports.files, folder, asked);
  if (place === ".." || place.startsWith(`..${path.sep}`) || path.isAbsolute(place))
    throw new Failure("path.invalid", said`${given} is not in ${folder}.`, {
      next: said`Move it there, or make a store where it is: \`loam init --dir FOLDER\``,
    });
  const parts = place.split(path.sep);
  if (parts.some((part) => part.toLowerCase() === ".loam" || part.toLowerCase() === ".git"))
    throw new Failure("path.invalid", said`${given} is a part of git's or Loam's own files.`, {
      next: said`Name a file or folder that your code reads.`,
    });
  return parts.join("/");
}

/** What is itself a link stays one: it is refused by whoever reads it. */
function placeBelow(files: FilePort, folder: string, asked: string): string {
  const above = files.realPath?.(path.dirname(asked));
  const real = files.realPath?.(folder);
  return above === undefined || real === undefined
    ? path.relative(folder, asked)
    : path.relative(real, path.join(above, path.basename(asked)));
}

/**
 * Throws `path.invalid` where a folder above a data set is a link: a clone can bring one that leads anywhere, and what
 * comes back would be written there.
 */
export function checkNoLinkAbove(store: Store, place: string): void {
  let at = path.dirname(store.layout.root);
  for (const part of place.split("/").slice(0, -1)) {
    at = path.join(at, part);
    if (store.ports.files.stat(at)?.kind === "link")
      throw new Failure("path.invalid", said`${at} is a link: data is neither read nor written through it.`, {
        next: said`Put a folder in its place, or track what it leads to by its own path.`,
      });
  }
}
