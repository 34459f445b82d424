/** What is known of a value that a pickle makes, without making it. */
export type Value =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "whole"; readonly value: number }
  | { readonly is: "tuple"; readonly items: readonly Value[] }
  | { readonly is: "dict"; readonly items: Map<string, Value> }
  /** Something imported: `module.name`. */
  | { readonly is: "import"; readonly module: string; readonly name: string }
  /** The result of a call. */
  | { readonly is: "made"; readonly of: Value; readonly with: Value }
  | { readonly is: "other" };

export const other: Value = { is: "other" };

const mostItems = 64;
const mostRemembered = 4_000_000;
const deepest = 5_000_000;

/** Stack and memo of a pickle. What is missing on the stack is taken for something unknown: the reader goes on. */
export class PickleStack {
  readonly #stack: Value[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Value>();
  /** What stood in the memo when this reader began. */
  readonly #before: PickleStack | undefined;
  #remembered: number;

  constructor(before?: PickleStack) {
    this.#before = before;
    this.#remembered = before ? before.#remembered : 0;
  }

  /** False where it grew beyond what a model needs. */
  get sane(): boolean {
    return this.#stack.length < deepest && this.#marks.length < deepest && this.#remembered < mostRemembered;
  }

  push(value: Value): void {
    this.#stack.push(value);
  }

  pop(): Value {
    return this.#stack.pop() ?? other;
  }

  top(): Value {
    return this.#stack.at(-1) ?? other;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Takes off one thing, which may be a mark. */
  drop(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
    else this.#stack.pop();
  }

  /** Takes off everything above the newest mark, and the mark. */
  popMark(): readonly Value[] {
    return this.#stack.splice(this.#marks.pop() ?? 0);
  }

  /** Without a number: under the next one, as MEMOIZE does. */
  remember(number: number = this.#remembered): void {
    if (this.#known(number) === undefined) this.#remembered++;
    this.#memo.set(number, this.top());
  }

  recall(number: number): void {
    this.push(this.#known(number) ?? other);
  }

  #known(number: number): Value | undefined {
    return this.#memo.get(number) ?? (this.#before ? this.#before.#known(number) : undefined);
  }

  tuple(items: readonly Value[]): void {
    this.push(items.length > mostItems ? other : { is: "tuple", items });
  }

  setItems(items: readonly Value[]): void {
    const target = this.top();
    if (target.is !== "dict") return;
    for (let at = 0; at + 1 < items.length && target.items.size < mostItems; at += 2) {
      const [key, value] = [items[at], items[at + 1]];
      if (key?.is === "text" && value) target.items.set(key.text, value);
    }
  }
}
