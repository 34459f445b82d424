/** So many bins show the form of a distribution without its noise. */
const mostBins = 24;

/**
 * Edges of bins between two values: at round steps, and one bin a value where there are few whole ones. Ascending, at
 * least two; the last bin holds its upper edge too.
 */
export function binEdges(min: number, max: number, isWhole: boolean): number[] {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [];
  const span = max - min;
  if (isWhole && span < mostBins && Number.isSafeInteger(min))
    return Array.from({ length: span + 2 }, (_, at) => min + at - 0.5);
  if (span === 0) return aroundOne(min);
  if (!Number.isFinite(span) || span < Number.MIN_VALUE / Number.EPSILON) return [min, max];
  const step = niceStep(span / mostBins, isWhole);
  const first = Math.floor(min / step);
  const count = Math.max(1, Math.floor(max / step) - first + (max % step === 0 ? 0 : 1));
  const edges = Array.from({ length: count + 1 }, (_, at) => (first + at) * step);
  const rising = edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? 0));
  // numbers so close to one another that no step lies between them
  const within = (edges[0] ?? max) <= min && (edges.at(-1) ?? min) >= max;
  return rising && within && edges.length <= 2 * mostBins ? edges : [min, max];
}

/** The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is no less. */
function niceStep(least: number, isWhole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= least * 0.999) ?? 10;
  return isWhole ? Math.max(1, Math.round(step * power)) : step * power;
}

/** A bin for one value: a half to each side, or as much as can be told apart from it. */
function aroundOne(value: number): number[] {
  const half = Math.max(0.5, Math.abs(value) * 1e-9);
  const edges = [value - half, value + half];
  return edges.every(Number.isFinite) ? edges : [value, value];
}
