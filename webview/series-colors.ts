import { seriesColor } from "../src/protocol/series-colors.js";

/** How the line of a run is drawn. The colour is one of the theme's eight, `--loam-series-1` to `-8`. */
export interface SeriesStyle {
  /** From 1 to 8. */
  readonly color: number;
  /** Lengths of strokes and gaps in pixels; none: a whole line. */
  readonly dash: readonly number[];
  readonly marker: "circle" | "rect" | "triangle" | "rectRot" | "cross" | "star";
}

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
const markers = ["circle", "rect", "triangle", "rectRot", "cross", "star"] as const;

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
