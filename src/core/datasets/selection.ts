import { comparable, isIgnored, parseIgnore, type IgnoreLevel } from "../code/ignore-rules.js";

/** Which files of a folder belong to a data set: patterns of `.gitignore`'s form. */
export interface Selection {
  /** What belongs to it; none: everything. */
  readonly include: readonly string[];
  /** What does not; stronger than `include` and than the folder's own `.loamignore`. */
  readonly ignore: readonly string[];
}

export const everything: Selection = { include: [], ignore: [] };

/** A file of rules in a folder of data, as git has `.gitignore`. */
export const ignoreFile = ".loamignore";

/** The same on every machine: case counts, whatever the disk thinks of it. */
const foldCase = false;

const levelOf = (text: string): IgnoreLevel => ({ rules: parseIgnore(text, foldCase), from: 0 });

/** Says of paths below a folder whether they are selected. */
export class Selector {
  readonly #include: readonly IgnoreLevel[];
  readonly #ignore: readonly IgnoreLevel[];

  /** `ownRules`: the text of the folder's `.loamignore`. */
  constructor(selection: Selection, ownRules: string | undefined) {
    this.#include = selection.include.length === 0 ? [] : [levelOf(selection.include.join("\n"))];
    this.#ignore = [ownRules ?? "", selection.ignore.join("\n")]
      .filter((text) => text !== "")
      .map((text) => levelOf(text));
  }

  /** `included`: whether a folder above is meant by `include`. */
  look(path: string, name: string, isFolder: boolean, included: boolean): "in" | "out" | "below" {
    if (this.#include.length + this.#ignore.length === 0) return "in";
    const subject = { path: comparable(path, foldCase), name: comparable(name, foldCase), isFolder };
    if (isIgnored(this.#ignore, subject)) return "out";
    if (included || this.#include.length === 0 || isIgnored(this.#include, subject)) return "in";
    return isFolder ? "below" : "out";
  }
}
