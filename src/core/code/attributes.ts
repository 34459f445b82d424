import { ruleMatches, ruleOf, type PathRule, type Subject } from "./ignore-rules.js";

/** An attribute's value: true (set), false (`-name`), a text, or undefined (nothing said, or taken back with `!`). */
export type AttributeValue = string | boolean | undefined;

type Assignment = readonly [name: string, value: AttributeValue];

interface AttributeRule {
  readonly rule: PathRule;
  readonly assignments: readonly Assignment[];
}

/** The rules of one `.gitattributes`, and the length of its folder's path with the slash, in bytes. */
export interface AttributeLevel {
  readonly rules: readonly AttributeRule[];
  readonly from: number;
}

/** What `[attr]name` lines mean, and git's own `binary`. */
export type Macros = Map<string, readonly Assignment[]>;

export const builtInMacros = (): Macros =>
  new Map([
    [
      "binary",
      [
        ["binary", true],
        ["diff", false],
        ["merge", false],
        ["text", false],
      ],
    ],
  ]);

function assignmentsOf(words: readonly string[], macros: Macros): Assignment[] {
  return words.flatMap((word): readonly Assignment[] => {
    if (word.startsWith("-")) return [[word.slice(1), false]];
    if (word.startsWith("!")) return [[word.slice(1), undefined]];
    const equals = word.indexOf("=");
    if (equals > 0) return [[word.slice(0, equals), word.slice(equals + 1)]];
    return macros.get(word) ?? [[word, true]];
  });
}

const quotedEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b" };

/** The pattern at a line's start, which may stand in quotes as in C. */
function splitPattern(line: string): readonly [pattern: string, rest: string] {
  const quoted = /^"((?:[^"\\]|\\.)*)"(.*)$/s.exec(line);
  if (!quoted) {
    const space = /[ \t]/.exec(line)?.index ?? line.length;
    return [line.slice(0, space), line.slice(space)];
  }
  const pattern = (quoted[1] ?? "").replaceAll(/\\([0-7]{3}|.)/gs, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (quotedEscapes[code] ?? code),
  );
  return [pattern, quoted[2] ?? ""];
}

/** The rules of a `.gitattributes`; macros that it defines are added to `macros`. */
export function parseAttributes(text: string, foldCase: boolean, macros: Macros): AttributeRule[] {
  const rules: AttributeRule[] = [];
  for (const raw of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [pattern, rest] = splitPattern(line);
    const assignments = assignmentsOf(rest.split(/[ \t]+/).filter(Boolean), macros);
    if (pattern.startsWith("[attr]"))
      macros.set(pattern.slice(6), [[pattern.slice(6), true], ...assignments]);
    else if (!pattern.startsWith("!")) rules.push({ rule: ruleOf(pattern, false, foldCase), assignments });
  }
  return rules;
}

/** The value of an attribute for a file. The levels go from the weakest to the strongest. */
export function attributeOf(
  levels: readonly AttributeLevel[],
  subject: Subject,
  attribute: string,
): AttributeValue {
  for (let at = levels.length - 1; at >= 0; at--) {
    const level = levels[at];
    if (!level) continue;
    for (let i = level.rules.length - 1; i >= 0; i--) {
      const one = level.rules[i];
      const said = one?.assignments.findLast(([name]) => name === attribute);
      if (one && said && ruleMatches(one.rule, subject, level.from)) return said[1];
    }
  }
  return undefined;
}
