import { readTold, toldText, type Bundle, type Told } from "./told.js";

/** A failure as it stands on a wire: `code` for programs, `message` and `next` for a person, in English. */
export interface WireFailure {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
  /** The two as they can be said in other languages. */
  readonly told?: Told;
  readonly toldNext?: Told;
  /** What a person's side needs beside the words, such as the column of a mistake in a filter. */
  readonly data?: Readonly<Record<string, Plain>>;
}

type Plain = string | number | boolean;

/** Of one text, in characters; of the data, in entries. */
const longestText = 10_000;
const mostData = 20;
const longestDatum = 1000;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "number" ||
  typeof value === "boolean" ||
  (typeof value === "string" && value.length <= longestDatum);

const cut = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;

/**
 * A failure as it may be sent, or as it arrived: what is none of its parts is left out, and no part is larger than a
 * person reads. One without words for other languages, as an older Loam sends it, is a failure all the same.
 */
export function readFailure(given: unknown): WireFailure {
  const { code, message, next, told, toldNext, data } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const [words, nextWords] = [readTold(told), readTold(toldNext)];
  const plain =
    typeof data === "object" && data !== null
      ? Object.entries(data)
          .filter((entry): entry is [string, Plain] => isPlain(entry[1]))
          .slice(0, mostData)
      : [];
  return {
    code: typeof code === "string" ? code : "internal",
    message: typeof message === "string" ? cut(message) : "",
    ...(typeof next === "string" ? { next: cut(next) } : {}),
    ...(words ? { told: words } : {}),
    ...(nextWords ? { toldNext: nextWords } : {}),
    ...(plain.length > 0 ? { data: Object.fromEntries(plain) } : {}),
  };
}

/** What the other side failed with, or why it cannot answer: `cancelled`, `closed`, `method.unknown`, or its own code. */
export class RemoteFailure extends Error {
  readonly code: string;
  readonly next: string | undefined;
  /** As it stands on a wire. */
  readonly wire: WireFailure;

  constructor(wire: WireFailure) {
    super(wire.message);
    this.name = "RemoteFailure";
    this.code = wire.code;
    this.next = wire.next;
    this.wire = wire;
  }
}

/** What went wrong and what to do next, in the words of the bundle; English where it has none. */
export function failureWords(
  { message, next, told, toldNext }: WireFailure,
  bundle: Bundle,
): { readonly message: string; readonly next: string | undefined } {
  return {
    message: told ? toldText(told, bundle) : message,
    next: toldNext ? toldText(toldNext, bundle) : next,
  };
}
