import { failureWords, type WireFailure } from "./failure.js";
import { filled, toldText, type Bundle, type Told } from "./told.js";

/** What stands in a text where it has `{0}`, `{1}` …. */
export type TextPiece = string | number;

/** A text with a comment that tells apart what is one word in English; the comment is part of the key. */
export interface Commented {
  readonly message: string;
  readonly args?: readonly TextPiece[];
  readonly comment: string;
}

export interface Language {
  readonly contents?: Bundle | undefined;
  /** As a language tag: it says how numbers and dates are written, and which plural a count takes. */
  readonly language?: string | undefined;
}

/**
 * The words of the editor and of pages in the person's language, by the contract of `@vscode/l10n`: the key is the
 * English text, with `{0}` where something is put in.
 */
export class Words {
  /** undefined: that of the system. A language that nobody knows is left alone. */
  readonly language: string | undefined;
  readonly #contents: Bundle;
  readonly #counts: Intl.NumberFormat;
  readonly #plurals: Intl.PluralRules;
  readonly #lists: Intl.ListFormat;

  constructor({ contents = {}, language }: Language = {}) {
    this.#contents = contents;
    this.language = knownLanguage(language);
    this.#counts = new Intl.NumberFormat(this.language);
    this.#plurals = new Intl.PluralRules(this.language);
    this.#lists = new Intl.ListFormat(this.language, { type: "unit", style: "short" });
  }

  /** A text in the person's language, with the pieces where it has `{0}`, `{1}` … */
  t(text: string | Commented, ...pieces: readonly TextPiece[]): string {
    if (typeof text === "string") return filled(this.#contents[text] ?? text, pieces);
    const { message, comment, args = [] } = text;
    return filled(this.#contents[`${message}/${comment}`] ?? message, args);
  }

  /**
   * A text about a count: `{0}` is the count, the pieces follow. A language that has more plurals than English has
   * theirs in the bundle under the second text with their name behind a stroke, such as `{0} runs/few`.
   */
  plural(count: number, one: string, other: string, ...pieces: readonly TextPiece[]): string {
    const contents = this.#contents;
    const kind = this.#plurals.select(count);
    const text =
      kind === "one"
        ? (contents[one] ?? one)
        : (contents[`${other}/${kind}`] ?? contents[other] ?? (count === 1 ? one : other));
    return filled(text, [this.#counts.format(count), ...pieces]);
  }

  /** A count by itself. */
  counted(count: number): string {
    return this.#counts.format(count);
  }

  /** Things in a row, as a sentence has them. */
  listed(things: readonly string[]): string {
    return this.#lists.format(things);
  }

  /** Of these texts those that have another in the person's language: what the other side needs to say them. */
  bundleOf(templates: readonly string[]): Bundle {
    const contents = this.#contents;
    return Object.fromEntries(
      templates.flatMap((template) => {
        const words = Object.hasOwn(contents, template) ? contents[template] : undefined;
        return words === undefined ? [] : [[template, words]];
      }),
    );
  }

  /** A text of the engine in the person's language. */
  told(text: Told): string {
    return toldText(text, this.#contents);
  }

  /** What went wrong, and what to do next. */
  failure(failure: WireFailure): { readonly message: string; readonly next: string | undefined } {
    return failureWords(failure, this.#contents);
  }
}

function knownLanguage(language: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch {
    return undefined;
  }
}
