/** How the line of a run is drawn. The colour is one of the theme's eight, `--loam-series-1` to `-8`. */
export interface SeriesStyle {
  /** From 1 to 8. */
  readonly color: number;
  /** Lengths of strokes and gaps in pixels; none: a whole line. */
  readonly dash: readonly number[];
  readonly marker: "circle" | "rect" | "triangle" | "rectRot" | "cross" | "star";
}

export const seriesColors = 8;

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
const markers = ["circle", "rect", "triangle", "rectRot", "cross", "star"] as const;

/** The colour of a run, from 1 to 8: it follows from its id, so that it is the same on every page. */
export function seriesColor(id: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  // The lowest bits of this hash follow few characters; its upper half is folded in.
  return (((hash ^ (hash >>> 15)) >>> 0) % seriesColors) + 1;
}

/** How runs that are drawn together look: those of one colour differ in dash and marker. */
export function seriesStyles(ids: readonly string[]): ReadonlyMap<string, SeriesStyle> {
  const taken = new Map<number, number>();
  const styles = new Map<string, SeriesStyle>();
  for (const id of [...ids].sort()) {
    const color = seriesColor(id);
    const before = taken.get(color) ?? 0;
    taken.set(color, before + 1);
    styles.set(id, {
      color,
      dash: dashes[before % dashes.length] ?? [],
      marker: markers[before % markers.length] ?? "circle",
    });
  }
  return styles;
}

/** The CSS value of one of the eight colours. */
export const seriesVariable = (color: number): string => `var(--loam-series-${color})`;
