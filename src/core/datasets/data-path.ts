import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Store } from "../store/store.js";

/**
 * A place below the folder that holds the store, with forward slashes; "" is that folder. `given` is absolute or below
 * that folder. Throws `path.invalid` for a place outside, or in the store.
 */
export function dataRoot(store: Store, given: string): string {
  const folder = path.dirname(store.layout.root);
  const place = path.relative(folder, path.resolve(folder, given));
  if (place === ".." || place.startsWith(`..${path.sep}`) || path.isAbsolute(place))
    throw new Failure("path.invalid", said`${given} is not in ${folder}.`, {
      next: said`Move it there, or make a store where it is: \`loam init --dir FOLDER\``,
    });
  const parts = place.split(path.sep);
  if (parts.some((part) => part.toLowerCase() === ".loam" || part.toLowerCase() === ".git"))
    throw new Failure("path.invalid", said`${given} is a part of git's or Loam's own files.`);
  return parts.join("/");
}
