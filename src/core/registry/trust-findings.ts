import { Failure } from "../base/failure.js";
import { said, textOf, type Said } from "../base/said.js";
import type { Pace } from "../store/pace.js";
import { dangerOf, type Danger } from "./pickle-names.js";
import { fullEffort, type Effort, type PickleScan } from "./pickle-reader.js";
import type { Threads } from "./unpack-lzma.js";
import type { TrustReport } from "./view.js";

type Finding = TrustReport["findings"][number];

const mostFindings = 500;
const order: Readonly<Record<Danger, number>> = { dangerous: 0, unusual: 1, usual: 2 };

/** What is found in the files of one model. */
export class TrustFindings {
  readonly pace: Pace;
  readonly threads: Threads;
  readonly effort: Effort = fullEffort();
  readonly #found = new Map<string, Finding>();
  /** The first thing that could not be read, as a sentence. */
  unread: Failure | null = null;
  /** How many were found beyond those that are kept. */
  more = 0;

  constructor(pace: Pace, threads: Threads) {
    this.pace = pace;
    this.threads = threads;
  }

  /** `what` is a name, or says it in words. */
  add(file: string, what: string | Said, danger: Danger): void {
    const text = textOf(what);
    const key = `${file}\n${text}`;
    const known = this.#found.get(key);
    if (known && order[known.danger] <= order[danger]) return;
    // the dangerous ones are kept however many there are of the others
    if (!known && this.#found.size >= mostFindings && danger !== "dangerous") this.more++;
    else if (this.#found.size < mostFindings * 2)
      this.#found.set(key, {
        file,
        what: text.slice(0, 300),
        ...(typeof what === "object" ? { said: what } : {}),
        danger,
      });
    else this.more++;
  }

  addScan(file: string, { imports, hidden, torn }: PickleScan): void {
    for (const { module, name, called } of imports.values())
      this.add(file, `${module}.${name}`, dangerOf(module, name, called));
    if (hidden > 0) this.add(file, said`a name or a function that is made while loading`, "dangerous");
    if (torn) this.unread ??= torn;
  }

  /** Does work that may find a file torn: that is told, and the other files are looked at. */
  async look(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure) || error.code === "cancelled") throw error;
      this.unread ??= error;
    }
  }

  /** The suspicious first. */
  get sorted(): readonly Finding[] {
    return [...this.#found.values()].sort(
      (a, b) =>
        order[a.danger] - order[b.danger] ||
        (a.file < b.file ? -1 : a.file > b.file ? 1 : a.what < b.what ? -1 : 1),
    );
  }
}
