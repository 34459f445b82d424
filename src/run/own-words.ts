import { trackingName } from "./tracking-name.js";

/** How a param stands in the command, so that a changed value can be put there again. */
export type ArgumentForm =
  /** `--lr 0.1`, `--layers 64 32`: the words from `at` to `end` are the value. */
  | { readonly kind: "separate"; readonly at: number; readonly end: number }
  /** `--lr=0.1`, `lr=0.1`, `-n5`: one word, the value after `prefix`. */
  | { readonly kind: "joined"; readonly at: number; readonly prefix: string }
  /** `--verbose` (true), `--no-cache` (cache: false). */
  | { readonly kind: "flag"; readonly at: number; readonly positive: string };

export interface ArgumentParam {
  readonly name: string;
  readonly value: string;
  /** More than one where the option was repeated; the last is what most programs take. */
  readonly forms: readonly ArgumentForm[];
}

export interface OwnWords {
  readonly params: readonly ArgumentParam[];
  readonly positional: readonly string[];
  readonly configFiles: readonly string[];
}

const negative = /^-(\d|\.\d|inf$|nan$)/i;
const isOption = (word: string): boolean => word.length > 1 && word.startsWith("-") && !negative.test(word);
const numeric = /^[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const boolean = /^(true|false|yes|no|on|off|none|null|0|1)$/i;
const assignment = /^\+{0,2}([A-Za-z_][\w.\-/@]*)=(.*)$/s;
const flagNames = new Set(
  "verbose v debug quiet q silent force f help h version dry-run dry_run overwrite cuda gpu cpu".split(" "),
);
const overrideNames = new Set(
  "p P D O o opt opts options override overrides param params set cfg-options cfg_options".split(" "),
);

/** Params and positional words among `argv[from…]`. `pairs`: `-p name value` is one param, as papermill has it. */
export function readOwnWords(argv: readonly string[], from: number, pairs: boolean): OwnWords {
  const found = new Map<string, { values: string[]; forms: ArgumentForm[] }>();
  const positional: string[] = [];
  const files = new Set<string>();

  const offerFile = (word: string): void => {
    const path = word.replace(/^@/, "");
    if (/[^/\\]\.(ya?ml|json)$/i.test(path) && !/^[a-z]+:\/\//i.test(path)) files.add(path);
  };
  const keep = (name: string, value: string, form: ArgumentForm): boolean => {
    const accepted = trackingName(name);
    if (accepted === undefined) return false;
    const entry = found.get(accepted) ?? { values: [], forms: [] };
    entry.values.push(value);
    entry.forms.push(form);
    found.set(accepted, entry);
    offerFile(value);
    return true;
  };

  let at = from;
  for (let word = argv[at]; word !== undefined; word = argv[at]) {
    at += 1;
    if (word === "--") {
      for (const rest of argv.slice(at)) {
        positional.push(rest);
        offerFile(rest);
      }
      break;
    }
    if (isOption(word)) {
      at = readOption(argv, at, word, pairs, keep);
      continue;
    }
    const pair = assignment.exec(word);
    const [, key = "", value = ""] = pair ?? [];
    const prefix = word.slice(0, word.length - value.length);
    if (pair && keep(key, unquoted(value), { kind: "joined", at: at - 1, prefix })) continue;
    positional.push(word);
    offerFile(word);
  }
  const params = [...found].map(([name, { values, forms }]) => ({ name, value: together(values), forms }));
  return { params, positional, configFiles: [...files] };
}

type Keep = (name: string, value: string, form: ArgumentForm) => boolean;

/** Takes the option `word` (at `at - 1`) and its value; the index of the next word. */
function readOption(argv: readonly string[], at: number, word: string, pairs: boolean, keep: Keep): number {
  const here = at - 1;
  const bare = word.replace(/^-{1,2}/, "");
  const long = word.startsWith("--");
  const named = (name: string): string => (long ? name.replaceAll("-", "_") : name);

  const equals = bare.indexOf("=");
  if (equals > 0) {
    const prefix = word.slice(0, word.length - (bare.length - equals - 1));
    keep(named(bare.slice(0, equals)), unquoted(bare.slice(equals + 1)), {
      kind: "joined",
      at: here,
      prefix,
    });
    return at;
  }
  const glued = long ? null : /^([A-Za-z])(-?\d+(?:\.\d+)?)$/.exec(bare);
  if (glued) {
    keep(glued[1] ?? "", glued[2] ?? "", { kind: "joined", at: here, prefix: `-${glued[1] ?? ""}` });
    return at;
  }
  const next = argv[at];
  const hasNext = next !== undefined && next !== "--" && !isOption(next);
  const second = argv[at + 1];
  if (pairs && hasNext && second !== undefined && /^(p|r|parameters|parameters_raw)$/.test(bare)) {
    keep(next, second, { kind: "separate", at: at + 1, end: at + 2 });
    return at + 2;
  }
  if (hasNext && overrideNames.has(bare) && assignment.test(next)) return at;
  if (hasNext && (!flagNames.has(bare) || boolean.test(next) || numeric.test(next))) {
    let end = at + 1;
    if (numeric.test(next)) while (numeric.test(argv[end] ?? "")) end += 1;
    const words = argv.slice(at, end);
    const value = words.length === 1 ? next : `[${words.join(", ")}]`;
    keep(named(bare), value, { kind: "separate", at, end });
    return end;
  }
  const off = long ? /^no[-_](.+)$/.exec(bare) : null;
  if (off) keep(named(off[1] ?? ""), "false", { kind: "flag", at: here, positive: `--${off[1] ?? ""}` });
  else if (/^([A-Za-z])\1+$/.test(bare) && !long)
    keep(bare.charAt(0), "true", { kind: "flag", at: here, positive: word });
  else keep(named(bare), "true", { kind: "flag", at: here, positive: word });
  return at;
}

function together(values: readonly string[]): string {
  const distinct = [...new Set(values)];
  const [only = ""] = distinct;
  return distinct.length === 1 ? only : JSON.stringify(values);
}

/** `'x'` and `"x"`, as Hydra's own grammar writes a text. */
function unquoted(value: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(value);
  return quoted && !quoted[2]?.includes(quoted[1] ?? "") ? (quoted[2] ?? "") : value;
}
