import type { Field, Signature, SignatureChange } from "./view.js";

type Where = SignatureChange["where"];

/**
 * What somebody who calls the model would notice between two signatures. `breaks` is true where a caller who kept to
 * `before` fails, or is answered with something that its types do not hold.
 */
export function compareSignatures(before: Signature, after: Signature): readonly SignatureChange[] {
  return [
    ...changesOf("input", before.inputs, after.inputs, after.source),
    ...changesOf("output", before.outputs, after.outputs, after.source),
    ...changesOf("param", before.params, after.params, after.source),
  ];
}

/** How a field is shown: `float32 [?, 4]`, `double, optional`. */
function fieldWords({ type, shape, optional }: Field): string {
  const sizes = shape ? ` [${shape.map((size) => size ?? "?").join(", ")}]` : "";
  return `${type}${sizes}${optional === true ? ", optional" : ""}`;
}

/** Fields by name; those that have none, or one that another has, by their place. */
function keyed(fields: readonly Field[]): ReadonlyMap<string, Field> {
  const found = new Map<string, Field>();
  for (const [at, field] of fields.entries())
    found.set(field.name === "" || found.has(field.name) ? `#${at}` : field.name, field);
  return found;
}

function changesOf(
  where: Where,
  before: readonly Field[],
  after: readonly Field[],
  source: Signature["source"],
): readonly SignatureChange[] {
  const [old, now] = [keyed(before), keyed(after)];
  const changes: SignatureChange[] = [];
  for (const [name, field] of old) {
    const other = now.get(name);
    if (other) changes.push(...fieldChanges(where, name, field, other));
    else
      changes.push({
        ...{ where, name, change: "removed", before: fieldWords(field), after: null },
        // MLflow leaves out columns that the model does not know; ONNX refuses them
        breaks: where !== "input" || source === "onnx",
      });
  }
  for (const [name, field] of now)
    if (!old.has(name))
      changes.push({
        ...{ where, name, change: "added", before: null, after: fieldWords(field) },
        breaks: where === "input" && field.optional !== true,
      });
  return [...changes, ...movesOf(where, [...old.keys()], [...now.keys()])];
}

/** What goes in must still be taken; what comes out must still fit where it was put. */
function fieldChanges(where: Where, name: string, before: Field, after: Field): readonly SignatureChange[] {
  const words = { before: fieldWords(before), after: fieldWords(after) };
  const [given, taken] = where === "output" ? [after, before] : [before, after];
  const changes: SignatureChange[] = [];
  if (before.type !== after.type)
    changes.push({ where, name, change: "retyped", ...words, breaks: !holds(taken.type, given.type) });
  if (!sameShape(before.shape, after.shape))
    changes.push({ where, name, change: "reshaped", ...words, breaks: !takes(taken.shape, given.shape) });
  if ((before.optional ?? false) !== (after.optional ?? false))
    changes.push({ where, name, change: "optional", ...words, breaks: given.optional === true });
  return changes;
}

/** Types of numbers by what they hold: sign, whole digits in bits, and whether fractions. */
const numbers: Readonly<Record<string, { kind: "whole" | "natural" | "real"; bits: number }>> = {
  uint8: { kind: "natural", bits: 8 },
  uint16: { kind: "natural", bits: 16 },
  uint32: { kind: "natural", bits: 32 },
  uint64: { kind: "natural", bits: 64 },
  int8: { kind: "whole", bits: 7 },
  int16: { kind: "whole", bits: 15 },
  int32: { kind: "whole", bits: 31 },
  int64: { kind: "whole", bits: 63 },
  float16: { kind: "real", bits: 11 },
  float32: { kind: "real", bits: 24 },
  float64: { kind: "real", bits: 53 },
  // MLflow's names of columns
  integer: { kind: "whole", bits: 31 },
  long: { kind: "whole", bits: 63 },
  float: { kind: "real", bits: 24 },
  double: { kind: "real", bits: 53 },
};

/** Whether every value of the type `given` is one of the type `taker`. */
function holds(taker: string, given: string): boolean {
  if (taker === given || taker === "any") return true;
  const [to, from] = [numbers[taker], numbers[given]];
  if (!to || !from || to.bits < from.bits) return false;
  return to.kind === from.kind || to.kind === "real" || (to.kind === "whole" && from.kind === "natural");
}

type Shape = Field["shape"];

const anySize = (size: number | string | null | undefined): boolean => typeof size !== "number";

/** Whether two shapes say the same; what a size that is open is called does not matter. */
function sameShape(a: Shape, b: Shape): boolean {
  if (!a || !b) return a === b;
  return a.length === b.length && a.every((size, at) => size === b[at] || (anySize(size) && anySize(b[at])));
}

function takes(taker: Shape, given: Shape): boolean {
  if (!taker) return true;
  return given?.length === taker.length && taker.every((size, at) => anySize(size) || size === given[at]);
}

/** Fields that stand elsewhere among those that both have: only who takes answers by their place notices. */
function movesOf(where: Where, old: readonly string[], now: readonly string[]): readonly SignatureChange[] {
  const places = new Map(now.map((name, at) => [name, at] as const));
  const kept = old.filter((name) => places.has(name));
  const staying = new Set(longestRising(kept.map((name) => places.get(name) ?? 0)));
  const rank = [...kept].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  return kept
    .filter((name) => !staying.has(places.get(name) ?? 0))
    .map((name) => ({
      ...{ where, name, change: "moved" as const },
      before: String(kept.indexOf(name) + 1),
      after: String(rank.indexOf(name) + 1),
      breaks: where === "output",
    }));
}

/** The longest subsequence of numbers, each of them above the one before. */
function longestRising(values: readonly number[]): readonly number[] {
  const ends: number[] = []; // at n: where the lowest end of a row of n + 1 numbers stands
  const before: number[] = [];
  for (const [at, value] of values.entries()) {
    const found = ends.findIndex((end) => (values[end] ?? 0) >= value);
    const length = found < 0 ? ends.length : found;
    before[at] = length === 0 ? -1 : (ends[length - 1] ?? -1);
    ends[length] = at;
  }
  const rising: number[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) rising.push(values[at] ?? 0);
  return rising.reverse();
}
