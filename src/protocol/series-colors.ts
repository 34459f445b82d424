/** Loam's eight colours of runs, on light and on dark surfaces; pages have them as `--loam-series-1` to `-8`. */
export const seriesHues = {
  light: ["#075f81", "#9a5004", "#188776", "#d45ab1", "#1390f2", "#998606", "#5b19b0", "#6a3f41"],
  dark: ["#5682f6", "#e8702a", "#49c497", "#ad7db2", "#a7d6ff", "#ffba14", "#b0a2ff", "#e5ddb7"],
} as const;

export const seriesColors = seriesHues.light.length;

/** The colour of a run, from 1 to 8: it follows from its id, so that it is the same wherever the run is shown. */
export function seriesColor(id: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  // The lowest bits of this hash follow few characters; its upper half is folded in.
  return (((hash ^ (hash >>> 15)) >>> 0) % seriesColors) + 1;
}
