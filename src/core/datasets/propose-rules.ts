import type { ColumnProfile, QualityRule, TableProfile } from "./view.js";

/** A column with at most so many values, each of them often, holds kinds of things. */
const mostKinds = 12;
const leastOfKind = 10;
/** Fewer rows say nothing of what is usual. */
const leastRows = 10;

/** Rules that a table suggests: what holds in it, with room where the next version may differ. */
export function suggestedRules(profile: TableProfile): QualityRule[] {
  if (profile.rows < leastRows) return [];
  return [
    { kind: "rows", min: roundDown(profile.rows / 2), max: null },
    ...profile.columns.flatMap((column) => ofColumn(column, profile.rows)),
  ];
}

function ofColumn(column: ColumnProfile, rows: number): QualityRule[] {
  const { name, type, missing, distinct, numbers } = column;
  if (column.count === 0) return [];
  const rules: QualityRule[] = [];
  const isUnique = missing === 0 && distinct >= rows * (column.distinctIsExact ? 1 : 0.9);
  // whole numbers that do not repeat may as well be measured
  const isNumbering = type === "integer" && (/(?:^|[_\s-])id$|Id$/i.test(name) || isWithoutGaps(column));
  const isKey = isUnique && (type === "text" || type === "date" || type === "time" || isNumbering);
  if (type !== "other" && type !== "text") rules.push({ kind: "type", column: name, type });
  if (missing === 0) rules.push({ kind: "missing", column: name, most: 0 });
  else if (missing < rows / 2)
    rules.push({ kind: "missing", column: name, most: roundUp((missing / rows) * 1.5) });
  if (isKey) rules.push({ kind: "unique", columns: [name] });
  const areKinds = type === "text" && distinct <= mostKinds && column.count >= distinct * leastOfKind;
  if (areKinds && column.distinctIsExact && column.top.length === distinct)
    rules.push({ kind: "values", column: name, allowed: column.top.map(({ value }) => value) });
  if (numbers && !isKey && (type === "integer" || type === "number") && numbers.nonFinite === 0)
    rules.push({ kind: "range", column: name, ...room(numbers.min, numbers.max, type === "integer") });
  return rules;
}

const isWithoutGaps = ({ numbers, count }: ColumnProfile): boolean =>
  numbers !== null && numbers.max - numbers.min + 1 === count;

/** Bounds at round numbers with a tenth of the span to spare; what was never below 0 does not become so. */
function room(min: number, max: number, isWhole: boolean): { min: number; max: number } {
  const span = max - min || Math.abs(max) || 1;
  const step = 10 ** Math.floor(Math.log10(span / 2));
  const unit = isWhole ? Math.max(1, step) : step;
  const spare = span / 10;
  const least = Math.floor((min - spare) / unit) * unit;
  const most = Math.ceil((max + spare) / unit) * unit;
  return { min: min >= 0 ? Math.max(0, least) : tidy(least), max: max <= 0 ? Math.min(0, most) : tidy(most) };
}

const tidy = (value: number): number => Number(value.toPrecision(6));
const roundDown = (value: number): number => {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(value)));
  return Math.max(1, Math.floor(value / power) * power);
};
const roundUp = (part: number): number => Math.min(1, Math.ceil(part * 100) / 100);
