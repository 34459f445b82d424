/** How a row looks. */
export interface RowLook {
  /** Its name, icon and menu. */
  readonly kind: string;
  /** What stands beside the name. */
  readonly text: string;
}

/**
 * How long a row keeps its text, in ms: a press on a row that is drawn anew between down and up is lost. What comes is
 * still seen within a second.
 */
const textMs = 600;

/** Decides when rows are drawn anew: only where they look different, and for another text alone not at once again. */
export class RowPace<Row extends object> {
  readonly #draw: (row: Row) => void;
  readonly #drawn = new WeakMap<Row, RowLook & { readonly at: number }>();
  readonly #waiting = new Map<Row, NodeJS.Timeout>();

  /** `draw` is called for a row that is to be drawn, and answered by `drawn`. */
  constructor(draw: (row: Row) => void) {
    this.#draw = draw;
  }

  /** Takes note of how a row was just drawn. */
  drawn(row: Row, look: RowLook): void {
    this.#forget(row);
    this.#drawn.set(row, { ...look, at: performance.now() });
  }

  /** Says how a row should look now. */
  show(row: Row, { kind, text }: RowLook): void {
    const before = this.#drawn.get(row);
    const wait = before?.kind === kind ? before.at + textMs - performance.now() : 0;
    if (before?.kind === kind && before.text === text) this.#forget(row);
    else if (wait <= 0) this.#now(row);
    else if (!this.#waiting.has(row)) {
      const timer = setTimeout(() => {
        this.#now(row);
      }, wait);
      this.#waiting.set(row, timer);
    }
  }

  #now(row: Row): void {
    this.#forget(row);
    this.#draw(row);
  }

  #forget(row: Row): void {
    clearTimeout(this.#waiting.get(row));
    this.#waiting.delete(row);
  }

  dispose(): void {
    for (const row of [...this.#waiting.keys()]) this.#forget(row);
  }
}
