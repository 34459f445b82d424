/** Things by what `key` says of them, in their order. */
export function groupedBy<T, K>(things: Iterable<T>, key: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const group = groups.get(key(thing));
    if (group) group.push(thing);
    else groups.set(key(thing), [thing]);
  }
  return groups;
}

/** Tags by key, of facts of which the last of a key counts; null takes a tag away. */
export const tagsOf = (
  facts: readonly { readonly key: string; readonly value: string | null }[],
): Record<string, string> =>
  Object.fromEntries(facts.flatMap(({ key, value }) => (value === null ? [] : [[key, value] as const])));
