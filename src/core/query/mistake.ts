import { Failure } from "../base/failure.js";
import { said, type Piece, type Said } from "../base/said.js";
import type { Span } from "./tree.js";

/** The failure for a mistake in a filter or order: names the place, and carries it for the editor's squiggle. */
export function mistake(span: Span, what: Said): Failure {
  const { column, length, entry } = span;
  const told = what.text.endsWith("?") ? what : said`${what}.`;
  return new Failure(
    "filter.syntax",
    entry === 0 ? said`Column ${column}: ${told}` : said`order_by entry ${entry}, column ${column}: ${told}`,
    { data: { column, length, entry } },
  );
}

const longest = 40;

/** A piece of the user's text for a message: quoted, and cut where it is long. */
export function shown(text: string): string {
  const cut = [...text.slice(0, longest)].slice(0, -1).join("");
  const quote = text.includes("'") ? '"' : "'";
  return `${quote}${text.length > longest ? `${cut}…` : text}${quote}`;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}

/** `what` with `; did you mean params?`, or as it is where nothing is near. */
export function suggesting(what: Said, found: string, known: readonly string[]): Said {
  const near = nearest(found, known);
  return near === undefined ? what : didYouMean(what, near);
}

export const didYouMean = (what: Said, name: Piece): Said => said`${what}; did you mean ${name}?`;

/** The name that may have been meant; undefined where none is near. */
export function nearest(found: string, known: readonly string[]): string | undefined {
  if (found.length > longest) return undefined;
  return known
    .map((name) => ({ name, far: distance(found.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)[0]?.name;
}
