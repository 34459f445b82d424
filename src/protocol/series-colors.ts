/** Loam's eight colours of runs, on light and on dark surfaces; pages have them as `--loam-series-1` to `-8`. */
export const seriesHues = {
  light: ["#0067a8", "#b85300", "#00855c", "#b0508e", "#2f8fc9", "#a87b00", "#5b4bb0", "#5c5c5c"],
  dark: ["#4a9fe0", "#e8702a", "#1fae7f", "#d98bb9", "#8fd0f5", "#e6b32e", "#a596f0", "#c4c4c4"],
} as const;

export const seriesColors = seriesHues.light.length;

/** The colour of a run, from 1 to 8: it follows from its id, so that it is the same wherever the run is shown. */
export function seriesColor(id: string): number {
  let hash = 0x811c9dc5; // FNV-1a
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  // The lowest bits of this hash follow few characters; its upper half is folded in.
  return (((hash ^ (hash >>> 15)) >>> 0) % seriesColors) + 1;
}
