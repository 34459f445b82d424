/** Protocol Buffers, written as ONNX files need them. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(left & 127n);
    left >>= 7n;
    bytes.push(left > 0n ? low | 128 : low);
  } while (left > 0n);
  return Buffer.from(bytes);
}
export const number = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)]);
export const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = Buffer.from(value);
  return Buffer.concat([varint(field * 8 + 2), varint(content.byteLength), content]);
};
export const message = (field: number, ...parts: readonly Buffer[]): Buffer =>
  bytes(field, Buffer.concat(parts));

type Size = number | string | null;

/** A dimension: a number, a name, or nothing. */
const dimension = (size: Size): Buffer =>
  message(1, ...(size === null ? [] : typeof size === "number" ? [number(1, size)] : [bytes(2, size)]));

/** The type of a tensor, as the content of a TypeProto. */
export const tensor = (element: number, shape?: readonly Size[]): Buffer =>
  message(1, number(1, element), ...(shape ? [message(2, ...shape.map(dimension))] : []));

export interface MadeOnnx {
  /** Names with the content of their TypeProto. */
  readonly inputs?: readonly (readonly [string, Buffer])[];
  readonly outputs?: readonly (readonly [string, Buffer])[];
  /** Weights by name, where they stand in the file. */
  readonly weights?: readonly (readonly [string, Buffer])[];
  /** Weights in other files: name, place. */
  readonly external?: readonly (readonly [string, string])[];
  readonly opsets?: readonly (readonly [string, number])[];
  readonly nodes?: readonly Buffer[];
}

/** A node: operator, names of what goes in and comes out. */
export const node = (operator: string, inputs: readonly string[], outputs: readonly string[]): Buffer =>
  message(
    1,
    ...inputs.map((one) => bytes(1, one)),
    ...outputs.map((one) => bytes(2, one)),
    bytes(4, operator),
  );

/** An ONNX file, field by field as the library writes it. */
export function madeOnnx({ inputs, outputs, weights, external, opsets, nodes }: MadeOnnx): Buffer {
  const values = (field: number, all: MadeOnnx["inputs"] = []): Buffer[] =>
    all.map(([name, type]) => message(field, bytes(1, name), bytes(2, type)));
  return Buffer.concat([
    number(1, 8),
    bytes(2, "made for a test"),
    message(
      7,
      ...(nodes ?? []),
      bytes(2, "graph"),
      ...(weights ?? []).map(([name, raw]) => message(5, number(2, 1), bytes(8, name), bytes(9, raw))),
      ...(external ?? []).map(([name, place]) =>
        message(
          5,
          number(2, 1),
          bytes(8, name),
          message(13, bytes(1, "location"), bytes(2, place)),
          number(14, 1),
        ),
      ),
      ...values(11, inputs),
      ...values(12, outputs),
    ),
    ...(opsets ?? [["", 21]]).map(([domain, version]) => message(8, bytes(1, domain), number(2, version))),
  ]);
}

/** `Y = X`, for whoever runs it: float32, any number of rows by four. */
export const identityOnnx = (): Buffer =>
  madeOnnx({
    inputs: [["X", tensor(1, ["N", 4])]],
    outputs: [["Y", tensor(1, ["N", 4])]],
    nodes: [node("Identity", ["X"], ["Y"])],
  });
