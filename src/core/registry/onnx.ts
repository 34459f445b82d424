import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import type { ByteSource } from "./byte-source.js";
import { ProtobufReader, type WireField } from "./protobuf.js";
import type { Field } from "./view.js";

/** What an ONNX file says of itself, its weights left unread. */
export interface OnnxHeader {
  readonly producer: string;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  /** Versions of the sets of operators by domain; "" is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Files beside it that have weights, as they are written in it. */
  readonly external: readonly string[];
  /** How many operators its graph has. */
  readonly nodes: number;
}

const mostFields = 10_000;
const mostExternal = 10_000;
/** Types within types: sequences of maps, optional sequences. */
const deepest = 8;

/** ONNX's numbers of element types. */
const elementTypes = [
  "undefined",
  "float32",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "float64",
  "uint32",
  "uint64",
  "complex64",
  "complex128",
  "bfloat16",
];

/** Reads what stands around the weights. Throws `value.invalid` where it is no ONNX file, saying what is wrong. */
export function readOnnx(source: ByteSource): OnnxHeader {
  try {
    return headerOf(new ProtobufReader(source));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "value.invalid") throw error;
    throw noOnnx(source, error.said.message);
  }
}

function headerOf(reader: ProtobufReader): OnnxHeader {
  const { source } = reader;
  if (source.size === 0) throw new Failure("value.invalid", said`It is empty.`);
  let version = 0;
  let producer = "";
  let graph: Graph | undefined;
  const opsets: Record<string, number> = {};
  const metadata: Record<string, string> = {};
  for (const field of reader.fields()) {
    if (field.field === 1 && field.wire === "number") version = field.value;
    if (field.wire !== "bytes") continue;
    if (field.field === 2) producer = reader.text(field, 200);
    if (field.field === 7) graph = graphOf(reader, field);
    if (field.field === 8) {
      const opset = pairOf(reader, field);
      if (Object.keys(opsets).length < 1000) opsets[opset.key] = opset.number;
    }
    if (field.field === 14) {
      const property = pairOf(reader, field);
      if (Object.keys(metadata).length < 1000) metadata[property.key] = property.text;
    }
  }
  if (version < 1) throw new Failure("value.invalid", said`It does not say its ONNX version.`);
  if (!graph) throw new Failure("value.invalid", said`It has no graph.`);
  if (graph.outputs.length === 0) throw new Failure("value.invalid", said`Its graph has no output.`);
  const given = graph.inputs.filter(({ name }) => !graph.initialized.has(name));
  const { outputs, nodes } = graph;
  return { producer, inputs: given, outputs, opsets, metadata, external: [...graph.external], nodes };
}

interface Graph {
  readonly inputs: Field[];
  readonly outputs: Field[];
  /** Inputs of these names have a value of their own. */
  readonly initialized: ReadonlySet<string>;
  readonly external: ReadonlySet<string>;
  readonly nodes: number;
}

function graphOf(reader: ProtobufReader, graph: WireField & { wire: "bytes" }): Graph {
  const inputs: Field[] = [];
  const outputs: Field[] = [];
  const initialized = new Set<string>();
  const external = new Set<string>();
  let nodes = 0;
  for (const field of reader.fields(graph.from, graph.end)) {
    if (field.field === 1) nodes++;
    if (field.wire !== "bytes") continue;
    if (field.field === 5) initialized.add(tensorOf(reader, field, external));
    if (field.field === 11) inputs.push(valueOf(reader, field));
    if (field.field === 12) outputs.push(valueOf(reader, field));
    if (inputs.length + outputs.length > mostFields)
      throw new Failure(
        "value.tooLarge",
        said`${reader.source.name} has more than ${mostFields} inputs and outputs.`,
      );
  }
  return { inputs, outputs, initialized, external, nodes };
}

/** Name of a tensor; where its values stand in another file, that one is noted. */
function tensorOf(
  reader: ProtobufReader,
  tensor: WireField & { wire: "bytes" },
  external: Set<string>,
): string {
  let name = "";
  for (const field of reader.fields(tensor.from, tensor.end)) {
    if (field.field === 8) name = reader.text(field);
    if (field.field !== 13 || field.wire !== "bytes" || external.size >= mostExternal) continue;
    const { key, text } = pairOf(reader, field);
    if (key === "location") external.add(text);
  }
  return name;
}

/** A small message of a key (field 1) and a text or a number (field 2). */
function pairOf(
  reader: ProtobufReader,
  pair: WireField & { wire: "bytes" },
): { readonly key: string; readonly text: string; readonly number: number } {
  let [key, text, number] = ["", "", 0];
  for (const field of reader.fields(pair.from, pair.end)) {
    if (field.field === 1) key = reader.text(field, 1000);
    if (field.field === 2 && field.wire === "bytes") text = reader.text(field);
    if (field.field === 2 && field.wire === "number") number = field.value;
  }
  return { key, text, number };
}

function valueOf(reader: ProtobufReader, value: WireField & { wire: "bytes" }): Field {
  let name = "";
  let type: Omit<Field, "name"> = { type: "undefined" };
  for (const field of reader.fields(value.from, value.end)) {
    if (field.field === 1) name = reader.text(field, 1000);
    if (field.field === 2 && field.wire === "bytes") type = typeOf(reader, field, 0);
  }
  return { name, ...type };
}

function typeOf(
  reader: ProtobufReader,
  type: WireField & { wire: "bytes" },
  depth: number,
): Omit<Field, "name"> {
  if (depth > deepest) throw new Failure("value.invalid", said`Its types lie too deep in one another.`);
  for (const field of reader.fields(type.from, type.end)) {
    if (field.wire !== "bytes") continue;
    if (field.field === 1 || field.field === 8) return tensorType(reader, field);
    if (field.field === 4) return { type: `sequence<${elementOf(reader, field, depth).type}>` };
    if (field.field === 5) return { type: mapType(reader, field, depth) };
    if (field.field === 9) return { ...elementOf(reader, field, depth), optional: true };
  }
  return { type: "undefined" };
}

const elementName = (number: number): string => elementTypes[number] ?? `type ${number}`;

function tensorType(
  reader: ProtobufReader,
  tensor: WireField & { wire: "bytes" },
): { readonly type: string; readonly shape?: readonly (number | string | null)[] } {
  let type = "undefined";
  let shape: (number | string | null)[] | undefined;
  for (const field of reader.fields(tensor.from, tensor.end)) {
    if (field.field === 1 && field.wire === "number") type = elementName(field.value);
    if (field.field !== 2 || field.wire !== "bytes") continue;
    shape = [];
    for (const dim of reader.fields(field.from, field.end))
      if (dim.field === 1 && dim.wire === "bytes" && shape.length < 100) shape.push(dimensionOf(reader, dim));
  }
  return shape ? { type, shape } : { type };
}

function dimensionOf(reader: ProtobufReader, dim: WireField & { wire: "bytes" }): number | string | null {
  for (const field of reader.fields(dim.from, dim.end)) {
    if (field.field === 1 && field.wire === "number") return field.value < 0 ? null : field.value;
    if (field.field === 2) return reader.text(field, 200) || null;
  }
  return null;
}

function elementOf(
  reader: ProtobufReader,
  holder: WireField & { wire: "bytes" },
  depth: number,
): Omit<Field, "name"> {
  for (const field of reader.fields(holder.from, holder.end))
    if (field.field === 1 && field.wire === "bytes") return typeOf(reader, field, depth + 1);
  return { type: "undefined" };
}

function mapType(reader: ProtobufReader, map: WireField & { wire: "bytes" }, depth: number): string {
  let [key, value] = ["undefined", "undefined"];
  for (const field of reader.fields(map.from, map.end)) {
    if (field.field === 1 && field.wire === "number") key = elementName(field.value);
    if (field.field === 2 && field.wire === "bytes") value = typeOf(reader, field, depth + 1).type;
  }
  return `map<${key}, ${value}>`;
}

const noOnnx = (source: ByteSource, why: Said): Failure =>
  new Failure("value.invalid", said`${source.name} is no ONNX file: ${why}`, {
    next: said`Export the model again, or register it under a name that does not end in .onnx.`,
  });
