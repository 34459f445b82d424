import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Field, Measured } from "./view.js";

/** A value of each element, row by row; whole numbers beyond 2^53 as text. */
export interface Tensor {
  readonly name: string;
  /** As in a signature: `float32`, `int64`, `string` … */
  readonly type: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string | boolean)[];
}

/** Runs ONNX files in a process of their own, which is ended when its signal is given. */
export interface Inference {
  /** Load time and latency of one call with `inputs`. Throws `value.invalid`, `feature.absent`, `cancelled`. */
  measure(file: string, inputs: readonly Tensor[], signal: AbortSignal): Promise<Omit<Measured, "at">>;
  /** What comes out; outputs that are no tensors are left out. */
  answer(file: string, inputs: readonly Tensor[], signal: AbortSignal): Promise<readonly Tensor[]>;
}

const mostElements = 50_000_000;

/** One row of zeros, or of empty texts, for whatever a model takes: sizes that are open are one. */
export function zeroInputs(fields: readonly Field[]): readonly Tensor[] {
  return fields.map(({ name, type, shape = [] }) => {
    if (/[<{]/.test(type))
      throw new Failure("feature.absent", said`The input ${name} is a ${type}, which Loam cannot make.`);
    const sizes = shape.map((size) => (typeof size === "number" ? size : 1));
    const count = sizes.reduce((product, size) => product * size, 1);
    if (count > mostElements)
      throw new Failure("value.tooLarge", said`The input ${name} has more than ${mostElements} values.`);
    const zero = type === "string" ? "" : type === "bool" ? false : 0;
    return { name, type, shape: sizes, values: Array<typeof zero>(count).fill(zero) };
  });
}
