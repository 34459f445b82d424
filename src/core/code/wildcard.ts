/**
 * Git's wildcards (`wildmatch`), byte for byte: texts are "byte strings", one character a byte of the UTF-8 form, so
 * that `?` and `[…]` take one byte as git does. Matching is greedy with one backtracking point, never a regular
 * expression: a hostile pattern with many stars costs length × length, not an exponential.
 */
type Token = string | typeof any | typeof star | ByteSet;
type ByteSet = ReadonlySet<string>;
type Segment = typeof folders | ((text: string) => boolean);

const any = Symbol("?");
const star = Symbol("*");
const folders = Symbol("**");

/** The UTF-8 bytes of a text, each as one character. */
export const byteString = (text: string): string =>
  /^[ -~]*$/.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");

export const lowerAscii = (text: string): string =>
  text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\u0000-\u001f\u007f]/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

const everyByte = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** The set that begins behind the `[` at `at - 1`, and where it ends; undefined where it is never closed. */
function readSet(
  pattern: string,
  at: number,
  foldCase: boolean,
): { readonly set: ByteSet; readonly end: number } | undefined {
  const negated = pattern[at] === "!" || pattern[at] === "^";
  let i = negated ? at + 1 : at;
  const members = new Set<string>();
  let previous = "";
  const addRange = (from: string, to: string): void => {
    for (const byte of everyByte) {
      const upper = foldCase && /[a-z]/.test(byte) ? byte.toUpperCase() : byte;
      if ((byte >= from && byte <= to) || (upper >= from && upper <= to)) members.add(byte);
    }
  };
  do {
    const character = pattern[i];
    if (character === undefined) return undefined;
    let remembered = character;
    if (character === "\\") {
      const literal = pattern[++i];
      if (literal === undefined) return undefined;
      members.add(literal);
      remembered = literal;
    } else if (
      character === "-" &&
      previous !== "" &&
      pattern[i + 1] !== undefined &&
      pattern[i + 1] !== "]"
    ) {
      i++;
      if (pattern[i] === "\\") i++;
      const to = pattern[i];
      if (to === undefined) return undefined;
      addRange(previous, to);
      remembered = "";
    } else if (character === "[" && pattern[i + 1] === ":") {
      const close = pattern.indexOf("]", i + 2);
      if (close < 0) return undefined;
      if (close - 1 >= i + 2 && pattern[close - 1] === ":") {
        const name = pattern.slice(i + 2, close - 1);
        const shape = Object.hasOwn(classes, name) ? classes[name] : undefined;
        if (shape === undefined) return undefined;
        for (const byte of everyByte) {
          const cased = foldCase && name === "upper" && /[a-z]/.test(byte);
          if (cased || shape.test(byte)) members.add(byte);
        }
        i = close;
        remembered = "";
      } else {
        members.add("[");
      }
    } else {
      members.add(character);
    }
    previous = remembered;
    i++;
  } while (pattern[i] !== "]");
  const set = negated ? new Set(everyByte.filter((byte) => !members.has(byte))) : members;
  set.delete("/");
  return { set, end: i + 1 };
}

function tokenise(pattern: string, foldCase: boolean): Token[] | undefined {
  const tokens: Token[] = [];
  const fold = (text: string): string => (foldCase ? lowerAscii(text) : text);
  for (let i = 0; i < pattern.length;) {
    const character = pattern.charAt(i++);
    if (character === "\\") {
      const literal = pattern[i++];
      if (literal === undefined) return undefined;
      tokens.push(fold(literal));
    } else if (character === "*") tokens.push(star);
    else if (character === "?") tokens.push(any);
    else if (character === "[") {
      const read = readSet(pattern, i, foldCase);
      if (!read) return undefined;
      tokens.push(read.set);
      i = read.end;
    } else tokens.push(fold(character));
  }
  return tokens;
}

const takes = (token: Token | undefined, byte: string): boolean =>
  typeof token === "string" ? token === byte : token === any || (token instanceof Set && token.has(byte));

function matchTokens(tokens: readonly Token[], text: string): boolean {
  let at = 0;
  let next = 0;
  let retryAt = -1;
  let retryNext = 0;
  while (at < text.length) {
    if (tokens[next] === star) {
      retryAt = at;
      retryNext = ++next;
    } else if (takes(tokens[next], text.charAt(at))) {
      at++;
      next++;
    } else if (retryAt >= 0) {
      at = ++retryAt;
      next = retryNext;
    } else return false;
  }
  while (tokens[next] === star) next++;
  return next === tokens.length;
}

function matcherOf(tokens: readonly Token[]): (text: string) => boolean {
  const literals = tokens.filter((token) => typeof token === "string").join("");
  const others = tokens.length - tokens.filter((token) => typeof token === "string").length;
  if (others === 0) return (text) => text === literals;
  if (others === 1 && tokens[0] === star) return (text) => text.endsWith(literals);
  if (others === 1 && tokens.at(-1) === star) return (text) => text.startsWith(literals);
  return (text) => matchTokens(tokens, text);
}

const never = (): boolean => false;

/** Matches a name without slashes. Both are byte strings; with `foldCase` the text comes in lower case. */
export function nameMatcher(pattern: string, foldCase: boolean): (name: string) => boolean {
  const tokens = tokenise(pattern, foldCase);
  return tokens ? matcherOf(tokens) : never;
}

/**
 * Matches a path in which only `**` between slashes crosses folders, and `**` behind plain text: git compares the text
 * up to the first wildcard by itself, so that such a `**` stands at the beginning of what is left (`a**` takes `a/b`).
 */
export function pathMatcher(pattern: string, foldCase: boolean): (path: string) => boolean {
  const plain = /^[^*?[\\]*[^*?[\\/](?=\*{2,}(?:\/|$))/.exec(pattern)?.[0];
  if (plain === undefined) return segmentMatcher(pattern, foldCase);
  const before = foldCase ? lowerAscii(plain) : plain;
  const behind = segmentMatcher(pattern.slice(plain.length), foldCase);
  return (path) => path.startsWith(before) && behind(path.slice(before.length));
}

function segmentMatcher(pattern: string, foldCase: boolean): (path: string) => boolean {
  const tokens = tokenise(pattern, foldCase);
  if (!tokens) return never;
  if (tokens.every((token) => typeof token === "string")) {
    const literal = tokens.join("");
    return (path) => path === literal;
  }
  const segments: Segment[] = [];
  for (let from = 0; from <= tokens.length;) {
    const slash = tokens.indexOf("/", from);
    const end = slash < 0 ? tokens.length : slash;
    const part = tokens.slice(from, end);
    const crosses = part.length > 1 && part.every((token) => token === star);
    segments.push(crosses ? folders : matcherOf(part));
    from = end + 1;
  }
  return (path) => matchSegments(segments, path.split("/"));
}

function matchSegments(segments: readonly Segment[], names: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let retryAt = -1;
  let retryNext = 0;
  while (at < names.length) {
    const segment = segments[next];
    if (segment === folders) {
      if (next === segments.length - 1) return true;
      retryAt = at;
      retryNext = ++next;
    } else if (segment?.(names[at] ?? "") === true) {
      at++;
      next++;
    } else if (retryAt >= 0) {
      at = ++retryAt;
      next = retryNext;
    } else return false;
  }
  return next === segments.length;
}
