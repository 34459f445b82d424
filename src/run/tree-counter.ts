export interface CountedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly started: number;
  /** What the process has used itself. */
  readonly own: number;
  /** What it took over from children that it waited for. */
  readonly waited: number;
}

/**
 * The sum of something that only grows (CPU time, bytes) over processes that come and go. What a process used moves
 * into its parent's `waited` when the parent fetches its exit status; what was counted while it lived is taken off
 * there, and what nobody fetched stays counted. The sum never falls.
 */
export class TreeCounter {
  #sum = 0;
  #last = new Map<number, CountedProcess>();
  /** Counted already and due to come again in a process's `waited`, by its pid. */
  #due = new Map<number, number>();

  /** Takes the processes of the tree as they are now; the sum since the first sample, the first one included. */
  add(processes: readonly CountedProcess[]): number {
    const now = new Map(processes.map((process) => [process.pid, process]));
    const lives = (process: CountedProcess): boolean => now.get(process.pid)?.started === process.started;

    const gone = new Map<number, number>();
    for (const process of this.#last.values()) {
      const heir = lives(process) ? undefined : this.#heir(process, lives);
      if (heir !== undefined) gone.set(heir, (gone.get(heir) ?? 0) + process.own + process.waited);
    }
    const due = new Map<number, number>();
    const last = new Map<number, CountedProcess>();
    for (const process of processes) {
      const before = this.#last.get(process.pid);
      const known = before?.started === process.started ? before : undefined;
      // a counter that falls was not readable for once
      const own = Math.max(process.own, known?.own ?? 0);
      const waited = Math.max(process.waited, known?.waited ?? 0);
      const fresh = gone.get(process.pid) ?? 0;
      const expected = fresh + (known ? (this.#due.get(process.pid) ?? 0) : 0);
      const taken = Math.min(waited - (known?.waited ?? 0), expected);
      this.#sum += own - (known?.own ?? 0) + waited - (known?.waited ?? 0) - taken;
      // the parent may have been read just before it fetched the status: due once more, then never fetched
      if (expected > taken) due.set(process.pid, Math.min(expected - taken, fresh));
      last.set(process.pid, { ...process, own, waited });
    }
    this.#last = last;
    this.#due = due;
    return this.#sum;
  }

  /** The nearest ancestor that still lives: who has the use of a process that ended, if it was waited for. */
  #heir(process: CountedProcess, lives: (process: CountedProcess) => boolean): number | undefined {
    let ancestor = this.#last.get(process.parent);
    for (let steps = 0; ancestor && steps < 1000; steps += 1) {
      if (lives(ancestor)) return ancestor.pid;
      ancestor = this.#last.get(ancestor.parent);
    }
    return undefined;
  }
}
