import { said, type Said } from "../../core/base/said.js";

/** Names of columns that tell them apart: the second of a name gets a number, one without gets its place. */
export function distinctNames(given: readonly string[]): {
  readonly names: string[];
  readonly notes: Said[];
} {
  const notes: Said[] = [];
  const taken = new Set(given);
  const seen = new Set<string>();
  const names = given.map((name, at) => {
    if (name !== "" && !seen.has(name)) {
      seen.add(name);
      return name;
    }
    const base = name === "" ? `column ${at + 1}` : name;
    let fresh = name === "" ? base : `${base} (2)`;
    for (let n = 2; seen.has(fresh) || taken.has(fresh); n++) fresh = `${base} (${n})`;
    seen.add(fresh);
    notes.push(
      name === ""
        ? said`Column ${at + 1} has no name; it is shown as ${fresh}.`
        : said`Another column is named ${name} too; it is shown as ${fresh}.`,
    );
    return fresh;
  });
  return {
    names,
    notes:
      notes.length > 3
        ? [...notes.slice(0, 3), said`${notes.length - 3} more columns have no name of their own.`]
        : notes,
  };
}
