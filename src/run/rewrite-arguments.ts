import { readCommand } from "./arguments.js";
import type { ArgumentForm, ArgumentParam } from "./own-words.js";

/** What becomes of the words of a command: of each the words in its place, and where which words come in between. */
export interface ChangedWords {
  readonly words: readonly (readonly string[])[];
  readonly added: readonly string[];
  readonly addedAt: number;
}

/**
 * The words of a command with other values for some params, each written the way that it stood there; a param that
 * the command does not have is added at the end, as `name=value` where the command speaks so, else as `--name=value`.
 */
export function changedWords(argv: readonly string[], changes: ReadonlyMap<string, string>): ChangedWords {
  const reading = readCommand(argv);
  const words = argv.map((word): readonly string[] => [word]);
  const known = new Map(reading.params.map((param) => [param.name, param]));
  const added: string[] = [];
  for (const [name, value] of changes) {
    const param = known.get(name);
    if (param) replace(words, param, value);
    else added.push(speaksPairs(argv, reading.params) ? `${name}=${value}` : `--${name}=${value}`);
  }
  const end = argv.indexOf("--", reading.ownFrom);
  return { words, added, addedAt: end === -1 ? words.length : end };
}

function replace(words: (readonly string[])[], param: ArgumentParam, value: string): void {
  param.forms.forEach((form, index) => {
    const isLast = index === param.forms.length - 1;
    const at = form.at;
    if (form.kind === "joined") words[at] = isLast ? [form.prefix + value] : [];
    else if (form.kind === "flag") words[at] = isLast ? flagWords(words[at] ?? [], form, value) : [];
    else {
      for (let i = at; i < form.end; i += 1) words[i] = [];
      if (isLast) words[at] = listed(value, form.end - at) ?? [value];
      else words[at - 1] = [];
    }
  });
}

function flagWords(
  given: readonly string[],
  form: Extract<ArgumentForm, { kind: "flag" }>,
  value: string,
): readonly string[] {
  const wasOff = given[0] !== form.positive;
  if (value === "true") return [form.positive];
  if (value === "false") return wasOff ? given : [];
  return [`${form.positive}=${value}`];
}

function listed(value: string, count: number): readonly string[] | undefined {
  if (count === 1 && !/^\[[^[\]]*,[^[\]]*\]$/.test(value)) return undefined;
  const inner = /^\[([^[\]]*)\]$/.exec(value)?.[1];
  return inner === undefined || count === 1 ? undefined : inner.split(",").map((part) => part.trim());
}

function speaksPairs(argv: readonly string[], params: readonly ArgumentParam[]): boolean {
  const forms = params.flatMap((param) => param.forms);
  const pairs = forms.filter(
    (form) => !argv[form.kind === "separate" ? form.at - 1 : form.at]?.startsWith("-"),
  );
  return pairs.length * 2 > forms.length;
}
