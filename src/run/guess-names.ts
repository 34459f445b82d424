import { trackingName } from "./tracking-name.js";

/** Words that count, name or time something: as the whole name, or as its last word. */
const neverLast = new Set(
  (
    "seed state port pid ppid tid time times timestamp ts date datetime elapsed duration eta remaining version build " +
    "line lineno col column row file host localhost device cuda gpu gpus cpu cpus rank node worker workers id ids uuid " +
    "job process processes thread threads code status errno exit pages page chapter section year month day days hour " +
    "hours minute minutes min mins second seconds sec secs ms hash sha commit digest md5 sha256 address addr ip mac url " +
    "uri path http https info debug warning warnings warn critical exception traceback note notice todo progress percent " +
    "percentage done complete completed finished total took found loaded using shape dim dims size num number fold " +
    "trial run runs attempt retry retries level verbosity phone zip pin epoch epochs step steps iter iteration " +
    "iterations batch batches round rounds episode update updates samples parameters params items rows columns cols " +
    "files records examples tokens python torch numpy pandas release revision rev"
  ).split(" "),
);
/** As the first word they make of the rest a time or an address too: `time_per_step`, `date added`. */
const neverFirst = new Set(
  (
    "time timestamp date eta elapsed version seed port pid http https counting unpacking receiving resolving compressing " +
    "downloading uploading loading processing extracting writing reading collecting installing building saving copying"
  ).split(" "),
);
const whole = new Set(
  "v_num local_rank world_size random_state error_code exit_code return_code returncode pl_version fps".split(
    " ",
  ),
);

const phaseWords = "train|training|val|valid|validation|test|testing|eval|evaluation|dev";
const startsWithPhase = new RegExp(`^(?:${phaseWords})(?![a-z])`);

/** The name under which a printed name becomes a metric, `Train Loss` → `train_loss`; undefined where it never does. */
export function metricName(printed: string): string | undefined {
  const text = printed.replace(/'s\b/g, "").trim();
  if (text.length === 0 || text.length > 60) return undefined;
  const name = trackingName(text.toLowerCase().replace(/\s+/g, "_"))?.replace(/^[_.-]+|[_.:-]+$/g, "");
  if (name === undefined || !/^[a-z\u00aa-\uffff]/.test(name) || whole.has(name)) return undefined;
  if (/(error|exception|warning)$/.test(text) && /[a-z][A-Z]/.test(printed)) return undefined;
  if (/\.(py|ipynb|js|ts|c|cc|cpp|h|sh|txt|csv|json|ya?ml|log)$/.test(name)) return undefined;
  const words = name.split(/[_./ :-]+/);
  if (neverLast.has(words.at(-1) ?? "") || neverFirst.has(words[0] ?? "")) return undefined;
  return /(?:^|_)random_(?:state|seed)/.test(name) ? undefined : name;
}

/** `name` under the phase that its line began with, unless it names one itself or is the same in all. */
export function inPhase(phase: string | undefined, name: string): string {
  if (phase === undefined || startsWithPhase.test(name) || /^(lr|learning_rate|grad_norm)$/.test(name))
    return name;
  return `${phase}_${name}`;
}

const label = new RegExp(`^[\\s\\[(*=#>|-]*(${phaseWords})(?:ing)?(?: set)?(?=[\\s:\\])|-])`, "i");

/** The phase that a whole line is about: `train Loss: 0.5 Acc: 0.7`, `[val] loss=0.3`. */
export function phaseOf(line: string): string | undefined {
  const word = label.exec(line)?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  return word.startsWith("train")
    ? "train"
    : word.startsWith("val")
      ? "val"
      : word.startsWith("test")
        ? "test"
        : word;
}
