import * as fs from "node:fs";
import * as path from "node:path";
import type { RunFact } from "../core/tracking/model.js";

/** A run's code that was put into a folder of its own, so that the run can be repeated with it. */
export interface Checkout {
  /** The folder that it was put into, absolute. */
  readonly root: string;
  /** The work tree for which it stands, absolute. */
  readonly from: string;
  /** What the run recorded of it; a repetition has the same code. */
  readonly code: Extract<RunFact, { kind: "code.recorded" }>;
}

/**
 * Where a file belongs that a run used: of one in a checkout, its place in the work tree for which the checkout stands,
 * so that two runs which read the same file name it alike.
 */
export function placeOf(checkout: Checkout | undefined, file: string): string {
  if (!checkout) return file;
  const below = path.relative(realPath(checkout.root), realPath(file));
  if (below.startsWith("..") || path.isAbsolute(below)) return realPath(file); // a link out of it, as to the data
  return path.join(checkout.from, below);
}

function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}

/** Where a run's command runs. */
export interface Standing {
  /** Absolute. */
  readonly folder: string;
  /** The checkout that the folder is in, where the run repeats another with its code. */
  readonly checkout?: Checkout | undefined;
}
