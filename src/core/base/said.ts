/** What stands in a sentence where `{0}`, `{1}` … do: a name, a number, or a part that has words of its own. */
export type Piece = string | number | Said;

/** A text for a person. Its English stands there at once; other languages are made of its template and pieces. */
export interface Said {
  readonly text: string;
  /** The English text with `{0}`, `{1}` … for the pieces: the key under which a bundle of words has its translation. */
  readonly template: string;
  readonly pieces: readonly Piece[];
}

/** A piece in English. */
export const textOf = (piece: Piece): string => (typeof piece === "object" ? piece.text : String(piece));

/** Says something to a person: ``said`There is no run ${id}.` ``. English words within a piece are said themselves. */
export function said(words: TemplateStringsArray, ...pieces: readonly Piece[]): Said {
  const filled = (put: (piece: Piece, at: number) => string): string =>
    words.map((part, at) => (at === 0 ? part : put(pieces[at - 1] ?? "", at - 1) + part)).join("");
  return { text: filled(textOf), template: filled((_, at) => `{${at}}`), pieces };
}

/** Things behind one another, with commas or what is given between them. */
export function inRow(things: readonly Piece[], between = ", "): Said {
  const template = things.map((_, at) => `{${at}}`).join(between);
  return { text: things.map(textOf).join(between), template, pieces: things };
}

/** Things of which one is meant: `a, b or c`. */
export function oneOf(things: readonly Piece[]): Said {
  const last = things.at(-1);
  return last === undefined || things.length === 1
    ? inRow(things)
    : said`${inRow(things.slice(0, -1))} or ${last}`;
}

/** A text that is known in English alone: no bundle has words for it. */
const asItIs = (text: string): Said => ({ text, template: "{0}", pieces: [text] });

/**
 * A text of others, or of a fact, in whose English one of `known` is found again: what stood in the places of its
 * pieces are the pieces. The first that fits counts. `asItIs` where none does.
 */
export function recognised(text: string, known: readonly Said[]): Said {
  for (const { template } of known) {
    const parts = template.split(/\{\d+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const found = new RegExp(`^${parts.join("(.+?)")}$`, "su").exec(text);
    if (found) return { text, template, pieces: found.slice(1) };
  }
  return asItIs(text);
}
