import { parseDocument } from "yaml";
import { z } from "zod";
import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import type { ModelFile } from "./model-files.js";
import type { Field, Signature } from "./view.js";

/** The file in which MLflow describes a model, at the top of the model's folder. */
export const mlmodelName = "MLmodel";
const largest = 8 * 1024 * 1024;
/** Objects in lists in objects … of a column's type. */
const deepest = 20;

/** What an MLmodel file says, as far as it is used here. */
export interface MlModel {
  readonly signature: Signature | null;
  /** Settings by flavor: `python_function`, `sklearn`, `onnx` … */
  readonly flavors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Path of the example of the input below the folder; null where there is none. */
  readonly example: string | null;
}

const document = z.looseObject({
  flavors: z.record(z.string(), z.record(z.string(), z.unknown()).nullish()).nullish(),
  signature: z
    .looseObject({
      inputs: z.string().nullish(),
      outputs: z.string().nullish(),
      params: z.string().nullish(),
    })
    .nullish(),
  saved_input_example_info: z.looseObject({ artifact_path: z.string() }).nullish(),
});

export const mlmodelOf = (files: readonly ModelFile[]): ModelFile | undefined =>
  files.find((file) => file.path === mlmodelName);

/** Reads an MLmodel file. Throws `value.invalid` where it is none, with line or field. */
export function readMlModel(file: ModelFile): MlModel {
  if (file.size > largest)
    throw new Failure("value.tooLarge", said`${file.path} has more than ${largest} bytes.`);
  const parsed = parseDocument(file.read(0, file.size).toString("utf8"));
  const mistake = parsed.errors[0];
  if (mistake)
    throw wrong(
      file,
      said`line ${mistake.linePos?.[0].line ?? 1} is no YAML (${mistake.message.split("\n", 1)[0] ?? ""})`,
    );
  let plain: unknown;
  try {
    plain = parsed.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw wrong(file, said`it is no YAML (${error instanceof Error ? error.message : String(error)})`);
  }
  const read = document.safeParse(plain);
  if (!read.success) {
    const issue = read.error.issues[0];
    const where = issue?.path.join(".") ?? "";
    if (where === "") throw wrong(file, said`it names no flavors, as such a file does`);
    throw wrong(file, said`${where}: ${issue?.message ?? ""}`);
  }
  const { signature, flavors, saved_input_example_info: example } = read.data;
  return {
    signature: signature
      ? {
          source: "mlmodel",
          inputs: fieldsOf(file, "inputs", signature.inputs),
          outputs: fieldsOf(file, "outputs", signature.outputs),
          params: fieldsOf(file, "params", signature.params),
        }
      : null,
    flavors: Object.fromEntries(Object.entries(flavors ?? {}).map(([name, flavor]) => [name, flavor ?? {}])),
    example: example?.artifact_path ?? null,
  };
}

const wrong = (file: ModelFile, why: Said): Failure =>
  new Failure("value.invalid", said`${file.path} is no description of an MLflow model: ${why}.`, {
    next: said`Log the model again, or mend the file.`,
  });

/** Columns, tensors and parameters stand in it as JSON in a text. */
function fieldsOf(
  file: ModelFile,
  where: string,
  text: string | null | undefined,
): readonly (Field & { readonly default?: unknown })[] {
  if (text === null || text === undefined || text === "") return [];
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch (error) {
    throw wrong(
      file,
      said`signature.${where} is no JSON (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  if (plain === null) return [];
  if (!Array.isArray(plain)) throw wrong(file, said`signature.${where} is no list`);
  return plain.map((one: unknown, at) => {
    if (!isRecord(one)) throw wrong(file, said`signature.${where}[${at}] describes nothing`);
    return fieldOf(one);
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fieldOf(one: Record<string, unknown>): Field & { readonly default?: unknown } {
  const name = typeof one["name"] === "string" ? one["name"] : "";
  const optional = one["required"] === false || one["optional"] === true ? { optional: true } : {};
  const tensor = one["tensor-spec"];
  if (one["type"] === "tensor" && isRecord(tensor))
    return { name, type: textOr(tensor["dtype"], "unknown"), shape: shapeOf(tensor["shape"]), ...optional };
  const shape = Array.isArray(one["shape"]) ? { shape: shapeOf(one["shape"]) } : {};
  const preset = "default" in one ? { default: one["default"] } : {};
  return { name, type: typeOf(one, 0), ...shape, ...optional, ...preset };
}

const textOr = (value: unknown, other: string): string => (typeof value === "string" ? value : other);

const shapeOf = (shape: unknown): (number | null)[] =>
  (Array.isArray(shape) ? shape : []).map((size: unknown) =>
    typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : null,
  );

/** A column's type in words: `double`, `array<string>`, `object{id: long, note?: string}`. */
function typeOf(one: Record<string, unknown>, depth: number): string {
  const type = textOr(one["type"], textOr(one["dtype"], "unknown"));
  if (depth > deepest) return "…";
  const inner = (value: unknown): string => (isRecord(value) ? typeOf(value, depth + 1) : "unknown");
  if (type === "array") return `array<${inner(one["items"])}>`;
  if (type === "map") return `map<${inner(one["values"])}>`;
  if (type !== "object" || !isRecord(one["properties"])) return type;
  const properties = Object.entries(one["properties"]).map(([name, value]) => {
    const needed = !isRecord(value) || value["required"] !== false;
    return `${name}${needed ? "" : "?"}: ${inner(value)}`;
  });
  return `object{${properties.join(", ")}}`;
}
