/** A piece of a line with one look. */
export interface AnsiPiece {
  readonly text: string;
  readonly look: AnsiLook;
}

/** One of the terminal's sixteen colours by its name in the theme, or red, green and blue up to 255. */
export type AnsiColor = `ansi${string}` | Rgb;

export type Rgb = readonly [red: number, green: number, blue: number];

export interface AnsiLook {
  readonly color?: AnsiColor;
  readonly background?: AnsiColor;
  readonly bold?: true;
  readonly faint?: true;
  readonly italic?: true;
  readonly underline?: true;
}

const plain: AnsiLook = {};
const escape = "\u001b";
const sequences = new RegExp(
  `${escape}\\[([0-9;:]*)([@-~])|${escape}\\][^\\u0007${escape}]*(?:\\u0007|${escape}\\\\)|${escape}[@-_]|[\\u0000-\\u0008\\u000b-\\u001f]`,
  "g",
);
const names = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];

const themed = (code: number, bright: boolean): AnsiColor =>
  `ansi${bright ? "Bright" : ""}${names[code] ?? ""}`;

/** The pieces of one line; escape sequences that are no colours are left out. */
export function ansiPieces(line: string): AnsiPiece[] {
  if (!/[\u0000-\u0008\u000b-\u001f]/.test(line)) return [{ text: line, look: plain }];
  const pieces: AnsiPiece[] = [];
  let [done, look] = [0, plain];
  const add = (to: number): void => {
    if (to > done) pieces.push({ text: line.slice(done, to), look });
  };
  for (const match of line.matchAll(sequences)) {
    add(match.index);
    done = match.index + match[0].length;
    if (match[2] === "m") look = changed(look, match[1] ?? "");
  }
  add(line.length);
  return pieces;
}

/** The text without its escape sequences. */
export const withoutAnsi = (line: string): string => line.replaceAll(sequences, "");

function changed(before: AnsiLook, codes: string): AnsiLook {
  let look: AnsiLook = before;
  const numbers = codes.split(/[;:]/).map(Number);
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    if (code === 0) look = plain;
    else if (code === 1) look = { ...look, bold: true };
    else if (code === 2) look = { ...look, faint: true };
    else if (code === 3) look = { ...look, italic: true };
    else if (code === 4) look = { ...look, underline: true };
    else if (code === 22) look = without(look, "bold", "faint");
    else if (code === 23) look = without(look, "italic");
    else if (code === 24) look = without(look, "underline");
    else if (code >= 30 && code <= 37) look = { ...look, color: themed(code - 30, false) };
    else if (code >= 90 && code <= 97) look = { ...look, color: themed(code - 90, true) };
    else if (code >= 40 && code <= 47) look = { ...look, background: themed(code - 40, false) };
    else if (code >= 100 && code <= 107) look = { ...look, background: themed(code - 100, true) };
    else if (code === 39) look = without(look, "color");
    else if (code === 49) look = without(look, "background");
    else if (code === 38 || code === 48) {
      const [color, taken] = extended(numbers.slice(at + 1));
      at += taken;
      if (color !== undefined) look = { ...look, [code === 38 ? "color" : "background"]: color };
    }
  }
  return look;
}

function without(look: AnsiLook, ...keys: readonly (keyof AnsiLook)[]): AnsiLook {
  return Object.fromEntries(Object.entries(look).filter(([key]) => !keys.includes(key as keyof AnsiLook)));
}

/** A colour of 256 or of all, and how many numbers told it. */
function extended([kind, ...rest]: readonly number[]): [color: AnsiColor | undefined, taken: number] {
  if (kind === 2) return [[byte(rest[0]), byte(rest[1]), byte(rest[2])], 4];
  if (kind !== 5) return [undefined, 0];
  const code = byte(rest[0]);
  if (code < 16) return [themed(code % 8, code >= 8), 2];
  if (code >= 232) {
    const gray = 8 + (code - 232) * 10;
    return [[gray, gray, gray], 2];
  }
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = code - 16;
  return [[level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)], 2];
}

const byte = (value = 0): number => Math.max(0, Math.min(255, Math.trunc(value) || 0));
