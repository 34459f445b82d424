/** Charts that stand together below one title; "" for those before any title. */
export interface ChartSection<One> {
  readonly title: string;
  readonly charts: readonly One[];
}

/** Up to so many charts are seen at a glance, and titles between them would only part them. */
const mostPlain = 12;

/**
 * Charts in sections by what stands before the first `/` of their metric's name: `train/loss` below `train`. Those of
 * no prefix, or alone with theirs, come first, with the `leading` one. The order within a section is kept.
 */
export function chartSections<One extends { readonly name: string }>(
  charts: readonly One[],
  leading: string | undefined,
): ChartSection<One>[] {
  if (charts.length <= mostPlain) return [{ title: "", charts }];
  const byPrefix = new Map<string, One[]>();
  for (const chart of charts) {
    const prefix = chart.name === leading ? "" : prefixOf(chart.name);
    const ofIt = byPrefix.get(prefix);
    if (ofIt) ofIt.push(chart);
    else byPrefix.set(prefix, [chart]);
  }
  const titled = [...byPrefix]
    .filter(([prefix, { length }]) => prefix !== "" && length > 1)
    .map(([title, ofIt]) => ({ title, charts: ofIt }));
  const below = new Set(titled.flatMap((section) => section.charts));
  const plain = charts.filter((chart) => !below.has(chart));
  return plain.length === 0 ? titled : [{ title: "", charts: plain }, ...titled];
}

const prefixOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf("/")));
