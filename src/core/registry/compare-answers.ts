import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Tensor } from "./inference.js";
import type { VersionConverted } from "./model.js";

/** What a model itself answered, as one output of the ONNX file that was made of it. */
export interface ExpectedAnswer {
  readonly name: string;
  /** Classes, which are the same or not; else numbers, which may differ a little. */
  readonly labels: boolean;
  /** Row by row; null is what is not a number. */
  readonly values: readonly (number | string | boolean | null)[];
}

type Compared = Omit<VersionConverted["compared"], "rows" | "tolerance">;

/**
 * How what ONNX answered compares with what the model itself did. Numbers are equal within `tolerance`, and within
 * that part of the greater one. Throws `value.invalid` where an output is missing or has another size.
 */
export function compareAnswers(
  expected: readonly ExpectedAnswer[],
  answered: readonly Tensor[],
  tolerance: number,
): Compared {
  let greatest = 0;
  let labelsDiffer = 0;
  let beyond = 0;
  for (const { name, labels, values } of expected) {
    const found = answered.find((one) => one.name === name)?.values;
    if (found?.length !== values.length)
      throw new Failure(
        "value.invalid",
        said`The ONNX file answers ${name} with ${found?.length ?? 0} values, where the model has ${values.length}.`,
      );
    for (const [at, value] of values.entries()) {
      const other = found[at];
      if (labels) {
        if (labelText(value) !== labelText(other)) labelsDiffer++;
        continue;
      }
      const [a, b] = [numberOf(value), numberOf(other)];
      const difference = Object.is(a, b) || a === b ? 0 : Math.abs(a - b);
      const most = tolerance + tolerance * Math.max(Math.abs(a), Math.abs(b));
      if (difference !== 0 && !(Number.isFinite(difference) && difference <= most)) beyond++;
      // what cannot be subtracted is as far away as can be
      greatest = Math.max(greatest, Number.isFinite(difference) ? difference : Number.MAX_VALUE);
    }
  }
  return { greatest, labelsDiffer, equal: labelsDiffer === 0 && beyond === 0 };
}

const numberOf = (value: number | string | boolean | null | undefined): number =>
  value === null || value === undefined ? Number.NaN : Number(value);

/** `true` and 1 are the same class. */
const labelText = (value: number | string | boolean | null | undefined): string =>
  typeof value === "boolean" ? String(Number(value)) : String(value);
