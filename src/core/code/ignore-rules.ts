import { byteString, lowerAscii, nameMatcher, pathMatcher } from "./wildcard.js";

/** One line of a `.gitignore` (or the pattern of a `.gitattributes` line). Paths are relative to the file's folder. */
export interface PathRule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  readonly wholePath: boolean;
  readonly matches: (text: string) => boolean;
}

/**
 * A path below the snapshot's root in the form in which rules compare it: a byte string, in lower case where the file
 * system folds case. `name` is its last part.
 */
export interface Subject {
  readonly path: string;
  readonly name: string;
  readonly isFolder: boolean;
}

export const comparable = (text: string, foldCase: boolean): string =>
  foldCase ? lowerAscii(byteString(text)) : byteString(text);

/** The rule of one pattern; a leading `!` is the caller's. */
export function ruleOf(pattern: string, negated: boolean, foldCase: boolean): PathRule {
  const foldersOnly = pattern.endsWith("/");
  const bare = byteString(foldersOnly ? pattern.slice(0, -1) : pattern);
  const wholePath = bare.includes("/");
  const matches = wholePath
    ? pathMatcher(bare.startsWith("/") ? bare.slice(1) : bare, foldCase)
    : nameMatcher(bare, foldCase);
  return { negated, foldersOnly, wholePath, matches };
}

/** `from` is where the path below the rule's own folder begins in the subject's path. */
export const ruleMatches = (rule: PathRule, subject: Subject, from: number): boolean =>
  (!rule.foldersOnly || subject.isFolder) &&
  rule.matches(rule.wholePath ? subject.path.slice(from) : subject.name);

/** Spaces at the end do not count unless a backslash stands before them. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  let lastSpace = -1;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === " ") {
      if (lastSpace < 0) lastSpace = i;
    } else {
      if (line[i] === "\\") i++;
      lastSpace = -1;
    }
  }
  if (lastSpace >= 0) end = lastSpace;
  return line.slice(0, end);
}

/** The rules of a `.gitignore`, in order. */
export function parseIgnore(text: string, foldCase: boolean): PathRule[] {
  const rules: PathRule[] = [];
  for (const raw of text.replace(/^\uFEFF/, "").split("\n")) {
    const line = withoutTrailingSpaces(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
    if (line === "" || line.startsWith("#")) continue;
    const negated = line.startsWith("!");
    const pattern = negated ? line.slice(1) : line;
    if (pattern !== "") rules.push(ruleOf(pattern, negated, foldCase));
  }
  return rules;
}

/** The rules of one file, and the length of its folder's path with the slash, in bytes. */
export interface IgnoreLevel {
  readonly rules: readonly PathRule[];
  readonly from: number;
}

/** Whether git ignores a path whose folders it does not ignore. The levels go from the weakest to the strongest. */
export function isIgnored(levels: readonly IgnoreLevel[], subject: Subject): boolean {
  for (let at = levels.length - 1; at >= 0; at--) {
    const level = levels[at];
    if (!level) continue;
    for (let i = level.rules.length - 1; i >= 0; i--) {
      const rule = level.rules[i];
      if (rule && ruleMatches(rule, subject, level.from)) return !rule.negated;
    }
  }
  return false;
}
