import ort from "onnxruntime-node";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Tensor } from "../core/registry/inference.js";

type Values = Tensor["values"];

const numbers = (values: Values): number[] => values.map(Number);
const wholes = (values: Values): bigint[] =>
  values.map((value) => (typeof value === "number" ? BigInt(Math.trunc(value)) : BigInt(value)));

/** How values of a type are handed over; types that ONNX Runtime does not take from JavaScript are not there. */
const made: Readonly<Record<string, (values: Values, shape: readonly number[]) => ort.Tensor>> = {
  float32: (values, shape) => new ort.Tensor("float32", Float32Array.from(numbers(values)), shape),
  float64: (values, shape) => new ort.Tensor("float64", Float64Array.from(numbers(values)), shape),
  int8: (values, shape) => new ort.Tensor("int8", Int8Array.from(numbers(values)), shape),
  uint8: (values, shape) => new ort.Tensor("uint8", Uint8Array.from(numbers(values)), shape),
  int16: (values, shape) => new ort.Tensor("int16", Int16Array.from(numbers(values)), shape),
  uint16: (values, shape) => new ort.Tensor("uint16", Uint16Array.from(numbers(values)), shape),
  int32: (values, shape) => new ort.Tensor("int32", Int32Array.from(numbers(values)), shape),
  uint32: (values, shape) => new ort.Tensor("uint32", Uint32Array.from(numbers(values)), shape),
  int64: (values, shape) => new ort.Tensor("int64", BigInt64Array.from(wholes(values)), shape),
  uint64: (values, shape) => new ort.Tensor("uint64", BigUint64Array.from(wholes(values)), shape),
  bool: (values, shape) => new ort.Tensor("bool", values.map(Boolean), shape),
  string: (values, shape) => new ort.Tensor("string", values.map(String), shape),
};

/** A tensor as ONNX Runtime takes it. Throws `feature.absent` for a type that cannot be handed over. */
export function feedOf({ name, type, shape, values }: Tensor): ort.Tensor {
  const make = made[type];
  if (!make)
    throw new Failure("feature.absent", said`The input ${name} is a ${type}, which Loam cannot make.`);
  return make(values, shape);
}

/** A tensor that came out; whole numbers beyond 2^53 as text. */
export function tensorOf(name: string, { type, dims, data }: ort.Tensor): Tensor {
  const values = Array.from(data as ArrayLike<unknown>, (value) =>
    typeof value === "bigint"
      ? Number.isSafeInteger(Number(value))
        ? Number(value)
        : String(value)
      : typeof value === "number" || typeof value === "boolean"
        ? value
        : String(value),
  );
  return { name, type, shape: dims, values };
}
