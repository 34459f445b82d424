import { inPhase, metricName, phaseOf } from "./guess-names.js";

export interface PrintedValue {
  readonly name: string;
  readonly value: number;
}

/** Where in the training a line says that it stands; what it does not say is undefined. */
export interface Position {
  readonly epoch: number | undefined;
  /** A count over the whole run, or since the epoch began. */
  readonly step: number | undefined;
  /** Of how many steps. */
  readonly of: number | undefined;
  /** The bar of a progress display: its steps begin anew with each bar. */
  readonly bar: boolean;
}

export interface LineReading {
  readonly values: readonly PrintedValue[];
  readonly position: Position;
}

const nowhere: Position = { epoch: undefined, step: undefined, of: undefined, bar: false };
const nothing: LineReading = { values: [], position: nowhere };

// eslint's own rule against control characters is about slips; these begin what a terminal reads as colours
const escapes = new RegExp(
  "\\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[@-_])|\\u0008",
  "g",
);

const number = String.raw`[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|NaN|NAN|inf|Infinity)`;
const units = String.raw`(?:s|secs?|seconds?|ms|us|µs|ns|mins?|minutes?|h|hrs?|hours?|days?|[kKMGT]i?[bB]|bytes|it\/s|s\/it|\w+\/s(?:ec)?|W|px|x)`;
const after = String.raw`(?=$|[\s,;|)\]}>"'\`│┃]|%(?!\|)|\.(?=\s|$)|:(?=\s|$))(?!\s*${units}(?:$|[\s,;|)\]]))(?!\s+of\s+\d)`;
const value = String.raw`(?:\d+\/\d+\s*\((?<share>\d+(?:\.\d+)?)\s*%\)|(?:tensor\(|(?:np|numpy)\.float\d+\()?(?<number>${number})${after})`;
const separated = new RegExp(String.raw`(?<![=<>!~+*/%&|^:-])(?<sep>[:=])(?!=|:)(?<gap>\s*)${value}`, "g");

const measures =
  "loss|acc|accuracy|auc|auroc|roc_auc|f1|precision|recall|rmse|mse|mae|mape|r2|ppl|perplexity|bleu|rouge|iou|miou|map|" +
  "dice|reward|return|score|nll|elbo|kl|psnr|ssim|wer|cer|logloss|lr|inertia";
const measured = new RegExp(
  String.raw`(?<![\w.@/-])((?:(?:train|training|val|valid|validation|test|eval|dev|best|mean|avg|average|total)[ _])?(?:${measures})(?:@[\d.]+)?)\s+(${number})${after}`,
  "gi",
);
const tableRow = new RegExp(
  String.raw`^\s*[|│┃]\s*([A-Za-z_][\w./@ -]*?)\s*[|│┃]\s*(${number})\s*[|│┃]?\s*$`,
);

const counters = "epoch|step|iter|iteration|global[_ ]step|batch|round|episode|update";
const counter = new RegExp(
  String.raw`(?<![\w.-])["']?(${counters})["']?\s*[:=#]?\s*[[(]?\s*(\d+)(?![\d.]*[.\d]\d)\s*(?:\/\s*(\d+))?\s*[\])]?:?`,
  "gi",
);
const bar = /(\d+)%\|[^|]*\|\s*(\d+)\/(\d+)\s*\[([^\]]*)\]?/;
const openBar = /(?:^|\s)(\d+)it \[([^\]]*)\]?/;
const kerasBar = /^\s*(\d+)\/(\d+)\s+(?:\[|━|-)/;

const toNumber = (text: string): number => {
  const plain = text.replace(/,/g, "").toLowerCase();
  if (plain.includes("inf")) return plain.startsWith("-") ? -Infinity : Infinity;
  return Number(plain);
};

const hint = new RegExp(`[=:|│┃{]|epoch|(?:${measures})\\S{0,8}\\s+[-+.\\d]`, "i");

/** A cheap look at what most lines fail, so that a talkative program costs little. */
export function mayTell(line: string): boolean {
  return (
    /\d|nan|inf/i.test(line) && hint.test(line) && !line.includes("\0") && !line.includes("\ufffd\ufffd")
  );
}

/** What a printed line says in the manner of `name=value`, `name: value`, a JSON object, a table row. */
export function readLine(printed: string): LineReading {
  if (printed.length > 16_384) return nothing;
  const line = printed.includes("\u001b") || printed.includes("\b") ? printed.replace(escapes, "") : printed;
  const text = line.trim();
  if (text.startsWith("{") && text.endsWith("}")) {
    const object = jsonOf(text);
    if (object) return readObject(object);
  }
  if (text.length > 4096 || /\.py:\d+: |https?:\/\/\S+\s*$/.test(text)) return nothing;
  return readText(line);
}

function readText(line: string): LineReading {
  const row = tableRow.exec(line);
  if (row) return { values: valueOf(row[1] ?? "", row[2] ?? "", undefined), position: nowhere };

  const progress = bar.exec(line) ?? undefined;
  const open = progress ? undefined : (openBar.exec(line) ?? undefined);
  const shown = progress ?? open;
  // of a progress bar, what stands before it and what its brackets end with
  const words = shown ? `${line.slice(0, shown.index).replace(/:\s*$/, "")} | ${shown.at(-1) ?? ""}` : line;

  const { rest, position } = takePosition(words);
  const phase = phaseOf(line);
  const values: PrintedValue[] = [];
  const left = pairs(withoutCalls(rest), phase, values);
  for (const found of left.matchAll(measured)) values.push(...valueOf(found[1] ?? "", found[2] ?? "", phase));

  const onlyScores = line.startsWith("[CV"); // scikit-learn's searches print params in the same manner
  const kept = onlyScores ? values.filter(({ name }) => name.endsWith("score")) : values;
  if (progress)
    return {
      values: kept,
      position: { ...position, step: Number(progress[2]), of: Number(progress[3]), bar: true },
    };
  if (open) return { values: kept, position: { ...position, step: Number(open[1]), bar: true } };
  const keras = kerasBar.exec(line);
  if (!keras) return { values: kept, position };
  // averages that still move; the full bar has the epoch's
  return keras[1] === keras[2] ? { values: kept, position } : nothing;
}

/** Takes the counters (`Epoch 3/10`, `step=5`, `[10]`) out of a line. */
function takePosition(line: string): { readonly rest: string; readonly position: Position } {
  let epoch: number | undefined;
  let step: number | undefined;
  let of: number | undefined;
  let whole: number | undefined;
  let rest = line.replace(counter, (_, word: string, count: string, total: string | undefined) => {
    const kind = word.toLowerCase();
    if (kind === "epoch") epoch = Number(count);
    else if (kind.startsWith("global")) whole = Number(count);
    else {
      step = Number(count);
      if (total !== undefined) of = Number(total);
    }
    return "|";
  });
  if (epoch !== undefined && step === undefined)
    rest = rest.replace(/\|\s*\[\s*(\d+)\s*\/\s*(\d+)[^\]]*\]/, (_, count: string, total: string) => {
      step = Number(count);
      of = Number(total);
      return "|";
    });
  // XGBoost and LightGBM begin with `[10]`, CatBoost with `10:`
  if (epoch === undefined && step === undefined)
    rest = rest.replace(
      /^\s*(?:\[(\d+)\]|(\d+):)(?=\s)/,
      (_, round: string | undefined, plain: string | undefined) => {
        step = Number(round ?? plain);
        return "|";
      },
    );
  if (whole !== undefined)
    return { rest, position: { epoch: undefined, step: whole, of: undefined, bar: false } };
  return { rest, position: { epoch, step, of, bar: false } };
}

/** Adds the pairs of a line to `values`; the line without them. */
function pairs(line: string, phase: string | undefined, values: PrintedValue[]): string {
  let from = 0;
  let left = "";
  for (const found of line.matchAll(separated)) {
    const { sep = "", gap = "", share, number: plain = "" } = found.groups ?? {};
    const before = line.slice(from, found.index);
    const name = nameBefore(before, sep);
    if (name === undefined) continue;
    const shown = share ?? plain;
    // `host:8080`, `cuda:0`, `train.py:12` are written like this too
    const compact = sep === ":" && gap === "" && /^\d+$/.test(shown);
    if (compact && !new RegExp(`(?:^|[_-])(?:${measures})$`, "i").test(name)) continue;
    values.push(...valueOf(name, shown, phase));
    left += `${before.slice(0, before.length - name.length)}|`;
    from = found.index + found[0].length;
  }
  return left + line.slice(from);
}

const lastWord = /(?:^|[^\w.@/-])['"]?([A-Za-z_\u00aa-\uffff][\w.@/\u00aa-\uffff-]*)['"]?\s*$/;
const adjective =
  /(?:^|[^\w])((?:train|training|val|valid|validation|test|eval|dev|avg|average|mean|best|total|final|running)\.?)\s+$/i;
const lastWords =
  /(?:^|[,;|[\](){}<>"'`*#=:–—\t]|[\s|]-\s|\s{2,})\s*((?:[A-Za-z_\u00aa-\uffff][\w.@/\u00aa-\uffff-]*(?:'s)? ){0,3}[A-Za-z_\u00aa-\uffff][\w.@/\u00aa-\uffff-]*)['"]?\s*$/;

/** The name that stands before a separator: one word before `=`, up to four before `:`, where no sentence leads to them. */
function nameBefore(text: string, sep: string): string | undefined {
  const bare = text.replace(/\s*\([^()]*\)\s*$/, "");
  if (sep === ":") return lastWords.exec(bare)?.[1];
  const found = lastWord.exec(bare);
  const word = found?.[1];
  if (!found || word === undefined) return undefined;
  const more = adjective.exec(bare.slice(0, bare.lastIndexOf(word)))?.[1];
  return more === undefined ? word : `${more} ${word}`;
}

function valueOf(printed: string, shown: string, phase: string | undefined): PrintedValue[] {
  const name = metricName(printed);
  const value = toNumber(shown);
  if (name === undefined) return [];
  if (Number.isInteger(value) && (name.length === 1 || name === "error")) return [];
  return [{ name: inPhase(phase, name), value }];
}

/** Blanks what stands in the brackets of a call: `Adam(lr=0.1)` prints params, not metrics. */
function withoutCalls(line: string): string {
  if (!line.includes("(")) return line;
  return line.replace(/(\w+)\((?:[^()]|\([^()]*\))*\)?/g, (call, name: string) =>
    /^(tensor|float\d+)$/.test(name) ? call : name + " ".repeat(call.length - name.length),
  );
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/\b(NaN|-?Infinity)\b/g, "null"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined; // a Python dict reads as text
  }
}

function readObject(object: Readonly<Record<string, unknown>>): LineReading {
  const counted = (...names: string[]): number | undefined =>
    names.map((name) => object[name]).find((count): count is number => Number.isSafeInteger(count));
  const whole = counted("global_step", "step", "iter", "iteration", "round", "update");
  const position = { ...nowhere, epoch: whole === undefined ? counted("epoch") : undefined, step: whole };
  const named = object["metric"] ?? object["name"] ?? object["key"];
  const only = object["value"];
  if (typeof named === "string" && typeof only === "number")
    return { values: valueOf(named, String(only), undefined), position };

  const values: PrintedValue[] = [];
  const walk = (inner: object, prefix: string, depth: number): void => {
    for (const [key, entry] of Object.entries(inner) as [string, unknown][]) {
      if (values.length >= 100) return;
      if (typeof entry === "number") values.push(...valueOf(prefix + key, String(entry), undefined));
      else if (typeof entry === "object" && entry !== null && !Array.isArray(entry) && depth < 3)
        walk(entry, `${prefix}${key}.`, depth + 1);
    }
  };
  walk(object, "", 0);
  return { values, position };
}
