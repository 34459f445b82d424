export interface Disposable {
  dispose(): void;
}

/** Owns disposables and disposes them in reverse order; what arrives after the end is disposed at once. */
export class DisposableStore implements Disposable {
  #items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.#items) this.#items.push(item);
    else item.dispose();
    return item;
  }

  /** Disposes all, also when one of them throws; the first error is thrown at the end. */
  dispose(): void {
    const items = this.#items?.reverse() ?? [];
    this.#items = undefined;
    const errors: unknown[] = [];
    for (const item of items) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
