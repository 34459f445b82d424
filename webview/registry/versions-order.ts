import { columnDecimals } from "../../src/protocol/numbers.js";
import type { VersionLine } from "../../src/protocol/model-lines.js";
import type { Sorted } from "../grid/grid-props.js";
import { asNumber, decimalText, numberText } from "../numbers.js";
import { byName } from "./names.js";

type JsonNumber = VersionLine["metrics"][string];

/** Metrics get columns in the order of how many versions have them; so many at most. */
const mostMetrics = 30;

/** Names of the metrics of some versions: what tells them best, then those that most of them have. */
export function metricNames(versions: readonly VersionLine[]): readonly string[] {
  const counts = new Map<string, number>();
  const headline = versions[0]?.headline;
  for (const { metrics } of versions)
    for (const name in metrics) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(
      ([a, many], [b, more]) =>
        Number(b === headline) - Number(a === headline) || more - many || byName(a, b),
    )
    .slice(0, mostMetrics)
    .map(([name]) => name);
}

/** Writes the values of a metric with as many decimals as all of them together ask for. */
export function metricTexts(versions: readonly VersionLine[], name: string): (value: JsonNumber) => string {
  let [least, most, part] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    undefined as number | undefined,
  ];
  for (const { metrics } of versions) {
    const value = metrics[name] === undefined ? Number.NaN : asNumber(metrics[name]);
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    if (!Number.isInteger(value)) part ??= value;
  }
  const decimals =
    least > most ? undefined : columnDecimals(part === undefined ? [least, most] : [least, most, part]);
  return (value) => (decimals === undefined ? numberText(value) : decimalText(asNumber(value), decimals));
}

const metricColumn = "metric ";
export const columnOfMetric = (name: string): string => `${metricColumn}${name}`;
export const metricOfColumn = (id: string): string | undefined =>
  id.startsWith(metricColumn) ? id.slice(metricColumn.length) : undefined;

const approvalRank = { approved: 3, asked: 2, none: 1, rejected: 0 } as const;

/** What a version is ordered by in a column; undefined where it has nothing there, which stands last. */
function rankOf(version: VersionLine, column: string): number | string | undefined {
  const metric = metricOfColumn(column);
  if (metric !== undefined) {
    const value = version.metrics[metric];
    const number = value === undefined ? Number.NaN : asNumber(value);
    return Number.isNaN(number) ? undefined : number;
  }
  switch (column) {
    case "version":
      return version.number;
    case "state":
      return approvalRank[version.approval];
    case "aliases":
      return version.aliases[0];
    case "format":
      return version.flavor;
    case "stage":
      return version.stage === "None" ? undefined : version.stage;
    case "size":
      return version.size ?? undefined;
    case "author":
      return version.author;
    case "at":
      return version.at;
    case "run":
      return version.runName ?? undefined;
    default:
      return undefined;
  }
}

/** The versions in an order; without one the newest first, as they came. */
export function sortedVersions(
  versions: readonly VersionLine[],
  sorted: readonly Sorted[],
): readonly VersionLine[] {
  if (sorted.length === 0) return versions;
  return [...versions].sort((a, b) => {
    for (const { column, direction } of sorted) {
      const [left, right] = [rankOf(a, column), rankOf(b, column)];
      if (left === right) continue;
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      const order = left < right ? -1 : 1;
      return direction === "asc" ? order : -order;
    }
    return b.number - a.number;
  });
}
