import * as fs from "node:fs";
import * as zlib from "node:zlib";

/** In SQL: whether a text begins as `01234` of a postal code does, where a number would lose a digit that says something. */
export const startsWithZero = (text: string): string => {
  const bare = `ltrim(${text}, ' +-')`;
  return `(${bare} >= '00' AND ${bare} < '0:')`; // `:` is what follows `9`
};

const zero = 0x30;
const nine = 0x39;
/** What may stand between a separator and a number: a quote, a space, a sign, halves of UTF-16, marks of an encoding. */
const between: ReadonlySet<number> = new Set([...Buffer.from("\"' +-\0"), 0xef, 0xbb, 0xbf, 0xfe, 0xff]);

/**
 * Whether any value of a file of separated values may begin with a zero before a digit. A look at each byte, which takes
 * less than reading the numbers does; true too often, as where a quoted value has separators in it.
 */
export async function mayHaveLeadingZeros(
  file: string,
  { separator, compressed }: { readonly separator: string; readonly compressed: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const raw = fs.createReadStream(file, { highWaterMark: 1024 * 1024, signal });
  const bytes = compressed ? raw.pipe(zlib.createGunzip()) : raw;
  raw.on("error", (error) => bytes.destroy(error));
  const ends = new Set([...Buffer.from("\r\n"), Buffer.from(separator).at(-1) ?? 0x2c]);
  const kinds = Uint8Array.from({ length: 256 }, (_, byte) =>
    ends.has(byte) ? isEnd : between.has(byte) ? isBetween : byte >= zero && byte <= nine ? isDigit : 0,
  );
  let state: State = atBegin;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      state = lookOn(chunk, kinds, state);
      if (state === found) return true;
    }
    return false;
  } catch (error) {
    if (signal.aborted) return true; // whoever waits asks on, and is told then
    throw error;
  } finally {
    raw.destroy();
  }
}

const isEnd = 1;
const isBetween = 2;
const isDigit = 3;

type State = 0 | 1 | 2 | 3;
const within = 0;
const atBegin = 1;
const behindZero = 2;
const found = 3;

/** A function of its own, since the engine makes it fast as a whole. */
function lookOn(chunk: Buffer, kinds: Uint8Array, from: State): State {
  let state = from;
  // by place: an iterator takes several times as long
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at] ?? 0;
    const kind = kinds[byte];
    if (kind === isEnd) state = atBegin;
    else if (state === within || (kind === isBetween && (state === atBegin || byte === 0))) continue;
    else if (state === behindZero && kind === isDigit) return found;
    else state = state === atBegin && byte === zero ? behindZero : within;
  }
  return state;
}
