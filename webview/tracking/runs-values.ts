import type { Asker } from "../../src/protocol/channel.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import { readRuns, type ReadRun } from "./read-runs.js";
import { keyOfColumn } from "./column-keys.js";
import { fieldOf } from "./runs-columns.js";

/** How many runs are looked at, and how many of their values are offered. */
const mostRuns = 100;
const mostValues = 20;

/** Values that runs have for params and tags, to complete a query with. A field is asked for when it is first typed. */
export class RunValues {
  readonly #ask: Asker<PageRequests>;
  readonly #changed: () => void;
  readonly #found = new Map<string, readonly string[]>();
  readonly #stop = new AbortController();

  /** `changed` is called when values came. */
  constructor(ask: Asker<PageRequests>, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Values of a field as a query writes it, the most frequent first; none until they have come. `ids`: runs to look at. */
  of(field: string, columns: readonly string[], ids: readonly string[]): readonly string[] {
    const found = this.#found.get(field);
    if (found) return found;
    const column = columns.find((id) => fieldOf(id) === field);
    const key = column === undefined ? undefined : keyOfColumn(column);
    if (column === undefined || key === undefined || key.kind === "metric" || ids.length === 0) return [];
    this.#found.set(field, []);
    const { kind, name } = key;
    const valueOf = (run: ReadRun): string | undefined => (kind === "param" ? run.params : run.tags)[name];
    readRuns(this.#ask, ids.slice(0, mostRuns), new Set([column]), this.#stop.signal).then(
      (runs) => {
        this.#found.set(
          field,
          frequent(runs.flatMap((run) => (run === undefined ? [] : (valueOf(run) ?? [])))),
        );
        this.#changed();
      },
      () => this.#found.delete(field), // asked anew when it is typed again
    );
    return [];
  }

  /** Runs may have others now. */
  forget(): void {
    this.#found.clear();
  }

  dispose(): void {
    this.#stop.abort();
  }
}

function frequent(values: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostValues)
    .map(([value]) => value);
}
