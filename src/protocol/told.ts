/** What stands in a text where `{0}`, `{1}` … do: a name, a number, or a part that has words of its own. */
export type Piece = string | number | Told;

/** A text for a person, to be said in the language of whoever reads it. */
export interface Told {
  /** The English text with `{0}`, `{1}` … for the pieces: the key under which a bundle of words has its translation. */
  readonly template: string;
  readonly pieces: readonly Piece[];
}

/** English text → text in the person's language; one that is not there stays English. */
export type Bundle = Readonly<Record<string, string>>;

/** How much of one text is carried: a store may be hostile, and a message is read by a person. */
const mostCharacters = 8000;
const mostPieces = 200;
const mostNested = 8;

/** A text with the pieces where it has `{0}`, `{1}` …; what has no piece stays as it is. */
export const filled = (text: string, pieces: readonly (string | number)[]): string =>
  pieces.length === 0
    ? text
    : text.replaceAll(/\{(\d+)\}/g, (whole, at) => String(pieces[Number(at)] ?? whole));

/** The text in the words of the bundle, its parts too. */
export function toldText({ template, pieces }: Told, bundle: Bundle): string {
  const words = Object.hasOwn(bundle, template) ? bundle[template] : undefined;
  return filled(
    words ?? template,
    pieces.map((piece) => (typeof piece === "object" ? toldText(piece, bundle) : piece)),
  );
}

/** What arrived or is to be sent as a text for a person; undefined where it is none, or larger than a person reads. */
export function readTold(value: unknown): Told | undefined {
  const left = { characters: mostCharacters, pieces: mostPieces };
  return readNested(value, left, 0);
}

function readNested(
  value: unknown,
  left: { characters: number; pieces: number },
  depth: number,
): Told | undefined {
  if (typeof value !== "object" || value === null || depth > mostNested) return undefined;
  const { template, pieces } = value as Readonly<Record<string, unknown>>;
  if (typeof template !== "string" || !Array.isArray(pieces)) return undefined;
  left.characters -= template.length;
  left.pieces -= pieces.length;
  if (left.characters < 0 || left.pieces < 0) return undefined;
  const read: Piece[] = [];
  for (const piece of pieces as readonly unknown[]) {
    if (typeof piece === "string") left.characters -= piece.length;
    const one =
      typeof piece === "string" || typeof piece === "number" ? piece : readNested(piece, left, depth + 1);
    if (one === undefined || left.characters < 0) return undefined;
    read.push(one);
  }
  return { template, pieces: read };
}
