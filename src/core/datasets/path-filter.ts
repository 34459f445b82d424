/**
 * Whether a path fits what a person typed: each word stands somewhere in it, in any case; `*` stands for anything. No
 * words: every path does.
 */
export function pathFilter(text: string): (path: string) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => word.split("*").filter((part) => part !== ""));
  if (words.length === 0) return () => true;
  return (path) => {
    const lower = path.toLowerCase();
    return words.every((parts) => inTurn(lower, parts));
  };
}

function inTurn(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
