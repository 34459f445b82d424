// The words of pages in the person's language, by the contract of `@vscode/l10n`: the key is the English text, with
// `{0}` where something is put in. The page's HTML has its bundle, so that words are there before anything is drawn.

interface Given {
  /** English text → text in the person's language; one that is not there stays English. */
  readonly contents?: Readonly<Record<string, string>>;
  /** As a language tag: it says how numbers and dates are written, and which plural a count takes. */
  readonly language?: string;
}

type Piece = string | number;

interface Told {
  readonly message: string;
  readonly args?: readonly Piece[];
  /** Tells apart what is one word in English; part of the key. */
  readonly comment: string;
}

let contents: NonNullable<Given["contents"]> = {};
let tag: string | undefined;
let counts = new Intl.NumberFormat();
let plurals = new Intl.PluralRules();
let lists = new Intl.ListFormat(undefined, { type: "unit", style: "short" });

/** The language of the page; undefined: that of the browser. */
export const language = (): string | undefined => tag;

/** Takes words and language from here on. A language that the browser does not know is left alone. */
export function config(given: Given): void {
  contents = given.contents ?? {};
  try {
    tag = Intl.getCanonicalLocales(given.language)[0];
  } catch {
    tag = undefined;
  }
  counts = new Intl.NumberFormat(tag);
  plurals = new Intl.PluralRules(tag);
  lists = new Intl.ListFormat(tag, { type: "unit", style: "short" });
}

/** A text in the person's language, with the pieces where it has `{0}`, `{1}` … */
export function t(text: string | Told, ...pieces: readonly Piece[]): string {
  if (typeof text === "string") return filled(contents[text] ?? text, pieces);
  const { message, comment, args = [] } = text;
  return filled(contents[`${message}/${comment}`] ?? message, args);
}

/**
 * A text about a count: `{0}` is the count, the pieces follow. A language that has more plurals than English has theirs
 * in the bundle under the second text with their name behind a stroke, such as `{0} runs/few`.
 */
export function plural(count: number, one: string, other: string, ...pieces: readonly Piece[]): string {
  const kind = plurals.select(count);
  const text =
    kind === "one"
      ? (contents[one] ?? one)
      : (contents[`${other}/${kind}`] ?? contents[other] ?? (count === 1 ? one : other));
  return filled(text, [counts.format(count), ...pieces]);
}

/** Things in a row, as a sentence has them. */
export const listed = (things: readonly string[]): string => lists.format(things);

const filled = (text: string, pieces: readonly Piece[]): string =>
  pieces.length === 0
    ? text
    : text.replaceAll(/\{(\d+)\}/g, (whole, at) => String(pieces[Number(at)] ?? whole));

/** What a page's HTML has of this; outside of a page there is none. */
interface Page {
  readonly documentElement: { readonly lang: string };
  getElementById(id: string): { readonly textContent: string | null } | null;
}

const { document: page } = globalThis as { readonly document?: Page };
if (page)
  config({
    contents: JSON.parse(page.getElementById("words")?.textContent ?? "{}") as Record<string, string>,
    language: page.documentElement.lang,
  });
