/** Gathers names and tells them together, some time after the last of them came. */
export class ToldLater {
  readonly #ms: number;
  readonly #tell: (names: readonly string[]) => void;
  readonly #names = new Set<string>();
  #waiting: NodeJS.Timeout | undefined;

  constructor(ms: number, tell: (names: readonly string[]) => void) {
    this.#ms = ms;
    this.#tell = tell;
  }

  add(name: string): void {
    this.#names.add(name);
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      const names = [...this.#names];
      this.#names.clear();
      this.#tell(names);
    }, this.#ms);
  }

  /** Tells nothing any more. */
  dispose(): void {
    clearTimeout(this.#waiting);
  }
}
