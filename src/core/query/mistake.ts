import { Failure } from "../base/failure.js";
import type { Span } from "./tree.js";

/** The failure for a mistake in a filter or order: names the place, and carries it for the editor's squiggle. */
export function mistake(span: Span, what: string): Failure {
  const place = span.entry === 0 ? "Column" : `order_by entry ${String(span.entry)}, column`;
  return new Failure(
    "filter.syntax",
    `${place} ${String(span.column)}: ${what}${what.endsWith("?") ? "" : "."}`,
    {
      data: { column: span.column, length: span.length, entry: span.entry },
    },
  );
}

export const listing = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;

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

/** `; did you mean params?`, or "" where nothing is near. */
export function suggestion(found: string, known: readonly string[]): string {
  if (found.length > longest) return "";
  const near = known
    .map((name) => ({ name, far: distance(found.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)[0];
  return near ? `; did you mean ${near.name}?` : "";
}
