import type { WireFailure } from "../src/protocol/failure.js";
import type { Bundle, Told } from "../src/protocol/told.js";
import { Words, type Commented, type Language, type TextPiece } from "../src/protocol/words.js";

// The words of pages in the person's language. The page's HTML has its bundle, so that words are there before anything
// is drawn.

let words = new Words();

/** Words and language as they are now; another object once they are others. */
export const current = (): Words => words;

/** Takes words and language from here on. */
export function config(given: Language): void {
  words = new Words(given);
}

/** A text in the person's language, with the pieces where it has `{0}`, `{1}` … */
export const t = (text: string | Commented, ...pieces: readonly TextPiece[]): string =>
  words.t(text, ...pieces);

/** A text about a count: `{0}` is the count, the pieces follow. */
export const plural = (count: number, one: string, other: string, ...pieces: readonly TextPiece[]): string =>
  words.plural(count, one, other, ...pieces);

/** Things in a row, as a sentence has them. */
export const listed = (things: readonly string[]): string => words.listed(things);

/** What went wrong, and what to do next. */
export const failure = (given: WireFailure): ReturnType<Words["failure"]> => words.failure(given);

/** A text that the other side said, in the person's language. */
export const told = (text: Told): string => words.told(text);

/** Of these texts those that have another in the person's language. */
export const bundleOf = (templates: readonly string[]): Bundle => words.bundleOf(templates);

/** What a page's HTML has of this; outside of a page there is none. */
interface Page {
  readonly documentElement: { readonly lang: string };
  getElementById(id: string): { readonly textContent: string | null } | null;
}

const { document: page } = globalThis as { readonly document?: Page };
if (page)
  config({
    contents: JSON.parse(page.getElementById("words")?.textContent ?? "{}") as Bundle,
    language: page.documentElement.lang,
  });
