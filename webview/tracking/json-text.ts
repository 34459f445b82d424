const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
/** A list of plain values stays in one line up to this. */
const mostLine = 80;

/**
 * JSON that was written in one line, over several lines; any other text as it stands. Each number and string keeps its
 * letters: one that is parsed and written anew would lose the digits that a double does not hold.
 */
export function indentedJson(text: string): string {
  const line = text.trim();
  if (line.includes("\n") || !isJson(line)) return text;
  const all = Array.from(line.matchAll(tokens), ([token]) => token);
  let [out, depth] = ["", 0];
  const newLine = (): string => `\n${"  ".repeat(depth)}`;
  for (let at = 0; at < all.length; at++) {
    const token = all[at] ?? "";
    const list = shortList(all, at);
    if (list) {
      out += list.text;
      at = list.end;
    } else if (token === "{" || token === "[") {
      depth++;
      out += token + newLine();
    } else if (token === "}" || token === "]") {
      depth--;
      out += newLine() + token;
    } else if (token === ",") out += token + newLine();
    else out += token === ":" ? ": " : token;
  }
  return out;
}

/** A list of plain values, or an object of nothing, that begins at a token and fits into a line. */
function shortList(
  all: readonly string[],
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  if (all[at] === "{" && all[at + 1] === "}") return { text: "{}", end: at + 1 };
  if (all[at] !== "[") return undefined;
  for (let [end, length] = [at + 1, 0]; length <= mostLine && end < all.length; end++) {
    const token = all[end] ?? "";
    if (token === "]") {
      const values = all.slice(at + 1, end).filter((one) => one !== ",");
      return { text: `[${values.join(", ")}]`, end };
    }
    if (token === "[" || token === "{") return undefined;
    length += token.length + 1;
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
