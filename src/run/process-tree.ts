import { allPids, childrenOf, listsChildren, pidsWith, readProcess } from "./linux-processes.js";
import { listProcesses } from "./listed-processes.js";
import type { ProcessRow } from "./process-row.js";

/**
 * The processes that come from one, over its life. Remembers whom it has seen, so that a process whose parent ended
 * (and which the system gave to another) stays a member.
 */
export class ProcessTree {
  readonly #platform: NodeJS.Platform;
  #listsChildren: boolean | undefined;
  #threads = 0;
  /** When each started; undefined for the root until it was seen. */
  #members: Map<number, number | undefined>;

  constructor(root: number, platform: NodeJS.Platform) {
    this.#members = new Map([[root, undefined]]);
    this.#platform = platform;
  }

  /** The members that are there now, also those that have ended and whose status nobody fetched yet. */
  async list(signal: AbortSignal): Promise<readonly ProcessRow[]> {
    return this.#platform === "linux"
      ? this.listNow()
      : this.among(await listProcesses(this.#platform, signal));
  }

  /** As `list`, for Linux alone: by /proc, in a few hundred microseconds. */
  listNow(): readonly ProcessRow[] {
    // to ask each thread for its children pays where the machine has more processes than the tree has threads
    const pids = allPids();
    this.#listsChildren ??= listsChildren();
    if (!this.#listsChildren || this.#threads > pids.length) return this.among(rowsOf(pids));
    const rows = new Map<number, ProcessRow>();
    const pending = [...this.#members.keys()];
    for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
      if (rows.has(pid)) continue;
      const row = readProcess(pid);
      if (!row || this.#isStranger(row)) continue;
      rows.set(pid, row);
      pending.push(...childrenOf(pid, row.threads));
    }
    return this.#keep([...rows.values()]);
  }

  /** The members among all processes of the machine; its answer is of `rows`. */
  among<R extends ProcessRow>(rows: readonly R[]): readonly R[] {
    const children = new Map<number, R[]>();
    for (const row of rows) {
      const siblings = children.get(row.parent);
      if (siblings) siblings.push(row);
      else children.set(row.parent, [row]);
    }
    const found = new Set<R>();
    const pending = rows.filter((row) => this.#members.has(row.pid));
    for (let row = pending.pop(); row; row = pending.pop()) {
      if (found.has(row) || this.#isStranger(row)) continue;
      found.add(row);
      // Windows keeps a parent's number after it has ended, so the child of an older holder may bear it
      for (const child of children.get(row.pid) ?? []) if (child.started >= row.started) pending.push(child);
    }
    return this.#keep([...found]);
  }

  /** Takes in every process of this user that began with `variable=value` in its environment. Linux alone. */
  adopt(variable: string, value: string): void {
    if (this.#platform !== "linux") return;
    for (const row of rowsOf(pidsWith(variable, value)))
      if (row.pid !== process.pid) this.#members.set(row.pid, row.started);
  }

  /** A number that the system has given to another process meanwhile. */
  #isStranger(row: ProcessRow): boolean {
    const known = this.#members.get(row.pid);
    return known !== undefined && known !== row.started;
  }

  #keep<R extends ProcessRow>(rows: readonly R[]): readonly R[] {
    this.#members = new Map(rows.map((row) => [row.pid, row.started]));
    this.#threads = rows.reduce((sum, row) => sum + row.threads, 0);
    return rows;
  }
}

const rowsOf = (pids: readonly number[]): ProcessRow[] =>
  pids.map(readProcess).filter((row): row is ProcessRow => row !== undefined);
