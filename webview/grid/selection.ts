/** Keys of selected rows, and the row from which a range grows. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  readonly anchor: string | null;
}

export const noSelection: Selection = { keys: new Set(), anchor: null };

export function toggled(selection: Selection, key: string): Selection {
  const keys = new Set(selection.keys);
  if (!keys.delete(key)) keys.add(key);
  return { keys, anchor: key };
}

export const only = (key: string): Selection => ({ keys: new Set([key]), anchor: key });

/**
 * What is selected when a range is drawn from the anchor to `key`; `order` are the keys of all rows as they stand.
 * Without an anchor that is still there, the row alone.
 */
export function ranged(selection: Selection, key: string, order: readonly string[]): Selection {
  const anchor = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(key);
  if (anchor < 0 || to < 0) return only(key);
  const [first, last] = anchor < to ? [anchor, to] : [to, anchor];
  return { keys: new Set(order.slice(first, last + 1)), anchor: selection.anchor };
}

/** The selection less what is no longer there; the same object where nothing went. */
export function kept(selection: Selection, there: ReadonlySet<string>): Selection {
  const keys = [...selection.keys].filter((key) => there.has(key));
  if (keys.length === selection.keys.size) return selection;
  const { anchor } = selection;
  return { keys: new Set(keys), anchor: anchor !== null && there.has(anchor) ? anchor : null };
}
