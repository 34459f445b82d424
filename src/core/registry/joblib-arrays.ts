import type { Value } from "./pickle-stack.js";

/** Whether a value is what joblib writes in place of a NumPy array. */
export const isArrayWrapper = (value: Value): boolean =>
  value.is === "made" && value.of.is === "import" && value.of.name === "NumpyArrayWrapper";

/**
 * How many bytes the values of an array take behind its description; `objects` where they are a pickle of their own,
 * undefined where its type is not known.
 */
export function arrayBytes(described: ReadonlyMap<string, Value>): number | "objects" | undefined {
  const [shape, type] = [described.get("shape"), described.get("dtype")];
  if (shape?.is !== "tuple" || type?.is !== "made" || type.with.is !== "tuple") return undefined;
  const [written] = type.with.items;
  const size = written?.is === "text" ? itemBytes(written.text) : undefined;
  if (size === undefined || size === "objects") return size;
  let count = 1;
  for (const length of shape.items) {
    if (length.is !== "whole" || length.value < 0) return undefined;
    count *= length.value;
  }
  return count * size;
}

/** Size of a value of NumPy's type such as `f8`, `<U12`, `|V64`, in bytes. */
function itemBytes(type: string): number | "objects" | undefined {
  const [, kind, digits] = /^[<>=|]?([a-zA-Z?])(\d*)/.exec(type) ?? [];
  if (kind === "O") return "objects";
  if (kind === "?") return 1;
  if (kind === undefined || digits === undefined || !/[biufcSUVmM]/.test(kind)) return undefined;
  const size = kind === "M" || kind === "m" ? 8 : digits === "" ? 0 : Number(digits);
  return kind === "U" ? size * 4 : size;
}
