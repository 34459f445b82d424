import { BLOB, DuckDBStructType, INTEGER, LIST, MAP, VARCHAR, type DuckDBType } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { DataType, Vector as Values, type Data, type Field } from "apache-arrow";
import { cellsOf, Short, type Cells } from "./arrow-cells.js";
import { textKind, textsOf, type Texts } from "./arrow-texts.js";
import { setBytes, writeTexts } from "./arrow-vectors.js";

/** Some rows of a column. */
export interface Rows {
  readonly from: number;
  readonly count: number;
  /** Bits of those that are there, where others are not: of a record that is missing, all its fields are. */
  readonly there?: Uint8Array | undefined;
}

/** How a column of Arrow becomes one of DuckDB. */
export interface ArrowColumn {
  readonly type: DuckDBType;
  /** Writes rows into a vector that has room for them. Throws where the data is shorter than it says. */
  readonly write: (vector: duckdb.Vector, data: Data, rows: Rows) => void;
  /** Bytes of so many rows, about; absent: few. */
  readonly weight?: (data: Data, from: number, count: number) => number;
}

export function columnOf(type: DataType): ArrowColumn {
  const cells = cellsOf(type);
  if (cells) return fixedColumn(cells);
  const kind = textKind(type);
  if (kind !== undefined) return textColumn(kind === "text" ? VARCHAR : BLOB);
  if (DataType.isNull(type)) return nothing;
  if (DataType.isDictionary(type)) return dictionaryColumn(type.dictionary as DataType);
  if (DataType.isStruct(type)) return structColumn(fieldsOf(type));
  const item = fieldsOf(type)[0]?.type;
  if (!item) return jsonColumn;
  if (DataType.isList(type) || DataType.isLargeList(type)) return listColumn(item);
  if (DataType.isFixedSizeList(type)) return listColumn(item, type.listSize);
  return DataType.isMap(type) ? mapColumn(item) : jsonColumn;
}

const fieldsOf = (type: DataType): readonly Field<DataType>[] =>
  (type.children as readonly Field<DataType>[] | null | undefined) ?? [];

/** A map is a list of records of key and value. */
function mapColumn(entry: DataType): ArrowColumn {
  const [key, value] = fieldsOf(entry);
  if (!key || !value) return jsonColumn;
  return { ...listColumn(entry), type: MAP(columnOf(key.type).type, columnOf(value.type).type) };
}

/** Bits of the rows that have a value; undefined where all have. */
function thereOf(data: Data, { from, count, there }: Rows): Uint8Array | undefined {
  const bitmap = data.nullBitmap as Uint8Array | null | undefined;
  if (!bitmap || bitmap.byteLength === 0) return there;
  if (from + count > bitmap.byteLength * 8) throw new Short();
  const bits = new Uint8Array(Math.ceil(count / 64) * 8);
  const [first, shift] = [from >> 3, from & 7];
  for (let at = 0; at < Math.ceil(count / 8); at++) {
    const both = (bitmap[first + at] ?? 0) | ((bitmap[first + at + 1] ?? 0) << 8);
    bits[at] = (both >> shift) & (there?.[at] ?? 255);
  }
  return bits;
}

const isThere = (there: Uint8Array | undefined, at: number): boolean =>
  there === undefined || (((there[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;

function setThere(vector: duckdb.Vector, there: Uint8Array | undefined): void {
  if (!there || there.byteLength === 0) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(
    vector,
    0,
    there.buffer as ArrayBuffer,
    there.byteOffset,
    there.byteLength,
  );
}

const fixedColumn = ({ type, encode }: Cells): ArrowColumn => ({
  type,
  write: (vector, data, rows) => {
    setBytes(vector, encode(data, rows.from, rows.count));
    setThere(vector, thereOf(data, rows));
  },
});

const nothing: ArrowColumn = {
  type: INTEGER,
  write: (vector, _data, { count }) => {
    setThere(vector, new Uint8Array(Math.ceil(count / 64) * 8));
  },
};

/** What a cursor is at is kept for its data: to make one looks at all of it. */
const cursors = new WeakMap<Data, Texts>();
function cursorOf(data: Data): Texts {
  const known = cursors.get(data) ?? textsOf(data);
  cursors.set(data, known);
  return known;
}

const textColumn = (type: DuckDBType): ArrowColumn => ({
  type,
  write: (vector, data, rows) => {
    const there = thereOf(data, rows);
    const texts = cursorOf(data);
    writeTexts(vector, rows.count, (at) => {
      if (!isThere(there, at)) return undefined;
      texts.seek(rows.from + at);
      return texts;
    });
    setThere(vector, there);
  },
  weight: (data, from, count) => cursorOf(data).weight(from, count),
});

/** Categories become the values that they stand for. */
function dictionaryColumn(type: DataType): ArrowColumn {
  const cells = cellsOf(type);
  const kind = textKind(type);
  if (!cells && kind === undefined) return jsonColumn;
  const column: ArrowColumn = cells ? fixedColumn(cells) : textColumn(kind === "text" ? VARCHAR : BLOB);
  return {
    type: column.type,
    write: (vector, data, rows) => {
      const found = lookUp(data, rows);
      if (cells) setBytes(vector, gathered(cells, rows.count, found));
      else
        writeTexts(vector, rows.count, (at) => {
          const [part, row] = [found.partAt(at), found.rowAt(at)];
          if (!part || row < 0) return undefined;
          const texts = cursorOf(part);
          texts.seek(row);
          return texts;
        });
      setThere(vector, found.there);
    },
  };
}

interface LookedUp {
  readonly there: Uint8Array | undefined;
  /** The values that are meant, of which a dictionary may have several parts. */
  readonly partAt: (at: number) => Data | undefined;
  /** Where the value of a row stands in its part; below 0 where it is missing. */
  readonly rowAt: (at: number) => number;
}

/** A value of a dictionary may be missing itself. */
function lookUp(data: Data, rows: Rows): LookedUp {
  let there = thereOf(data, rows);
  const parts = (data.dictionary?.data ?? []) as readonly Data[];
  const [starts, size] = startsOf(parts);
  const indices = data.values as ArrayLike<bigint | number>;
  if (rows.from + rows.count > indices.length) throw new Short();
  const [found, places] = [new Uint32Array(rows.count), new Int32Array(rows.count).fill(-1)];
  for (let at = 0; at < rows.count; at++) {
    if (!isThere(there, at)) continue;
    const index = Number(indices[rows.from + at]);
    if (index < 0 || index >= size) throw new Short();
    const part = parts.length === 1 ? 0 : starts.findLastIndex((start) => start <= index);
    const row = index - (starts[part] ?? 0);
    if (hasValue(parts[part], row)) {
      found[at] = part;
      places[at] = row;
      continue;
    }
    there ??= new Uint8Array(Math.ceil(rows.count / 64) * 8).fill(255);
    there[at >> 3] = (there[at >> 3] ?? 0) & ~(1 << (at & 7));
  }
  return { there, partAt: (at) => parts[found[at] ?? 0], rowAt: (at) => places[at] ?? -1 };
}

/** The index of the first value of each part, and how many there are. */
function startsOf(parts: readonly Data[]): [number[], number] {
  let size = 0;
  const starts = parts.map(({ length }) => (size += length) - length);
  return [starts, size];
}

function hasValue(data: Data | undefined, row: number): boolean {
  const bitmap = data?.nullBitmap as Uint8Array | null | undefined;
  return data !== undefined && (!bitmap || bitmap.byteLength === 0 || isThere(bitmap, row));
}

const encodings = new WeakMap<Data, Uint8Array>();
function encodingOf({ encode }: Cells, data: Data): Uint8Array {
  const known = encodings.get(data) ?? encode(data, 0, data.length);
  encodings.set(data, known);
  return known;
}

function gathered(cells: Cells, count: number, { partAt, rowAt }: LookedUp): Uint8Array {
  const { width } = cells;
  const gathered = new Uint8Array(count * width);
  for (let at = 0; at < count; at++) {
    const [part, row] = [partAt(at), rowAt(at)];
    if (!part || row < 0) continue;
    const from = encodingOf(cells, part);
    for (let n = 0; n < width; n++) gathered[at * width + n] = from[row * width + n] ?? 0;
  }
  return gathered;
}

function structColumn(fields: readonly Field<DataType>[]): ArrowColumn {
  const names = fields.map(({ name }) => name);
  const distinct = new Set(names.map((name) => name.toLowerCase()));
  // DuckDB has no records without fields, and none whose fields it cannot tell apart
  if (names.length === 0 || distinct.has("") || distinct.size < names.length) return jsonColumn;
  const columns = fields.map((field) => columnOf(field.type));
  const children = (data: Data): [ArrowColumn, Data][] =>
    columns.map((column, at) => {
      const child = data.children[at];
      if (!child || child.length < data.length) throw new Short();
      return [column, child];
    });
  return {
    type: new DuckDBStructType(
      names,
      columns.map(({ type }) => type),
    ),
    write: (vector, data, rows) => {
      const there = thereOf(data, rows);
      for (const [at, [column, child]] of children(data).entries())
        column.write(duckdb.struct_vector_get_child(vector, at), child, { ...rows, there });
      setThere(vector, there);
    },
    weight: (data, from, count) =>
      children(data).reduce((sum, [column, child]) => sum + (column.weight?.(child, from, count) ?? 0), 0),
  };
}

/** Lists with the places where each begins, or all of one size. */
function listColumn(type: DataType, size?: number): ArrowColumn {
  const column = columnOf(type);
  const childOf = (
    data: Data,
    from: number,
    count: number,
  ): { child: Data; first: number; ends: number[] } => {
    const [child] = data.children;
    const offsets = data.valueOffsets as BigInt64Array | Int32Array | undefined;
    const ends = Array.from({ length: count + 1 }, (_, at) =>
      size === undefined ? Number(offsets?.[from + at] ?? -1) : (from + at) * size,
    );
    const first = ends[0] ?? 0;
    if (!child || first < 0 || ends.some((end, at) => end < (ends[at - 1] ?? 0) || end > child.length))
      throw new Short();
    return { child, first, ends };
  };
  return {
    type: LIST(column.type),
    write: (vector, data, rows) => {
      const { child, first, ends } = childOf(data, rows.from, rows.count);
      const all = (ends.at(-1) ?? first) - first;
      duckdb.list_vector_reserve(vector, all);
      duckdb.list_vector_set_size(vector, all);
      column.write(duckdb.list_vector_get_child(vector), child, { from: first, count: all });
      const entries = new BigUint64Array(2 * rows.count);
      for (let at = 0; at < rows.count; at++) {
        const start = ends[at] ?? 0;
        entries[2 * at] = BigInt(start - first);
        entries[2 * at + 1] = BigInt((ends[at + 1] ?? start) - start);
      }
      setBytes(vector, new Uint8Array(entries.buffer));
      setThere(vector, thereOf(data, rows));
    },
    weight: (data, from, count) => {
      const { child, first, ends } = childOf(data, from, count);
      const all = (ends.at(-1) ?? first) - first;
      return 8 * all + (column.weight?.(child, first, all) ?? 0);
    },
  };
}

const all = new WeakMap<Data, Values>();
/** What DuckDB has no like of, such as unions, is told in JSON. */
const jsonColumn: ArrowColumn = {
  type: VARCHAR,
  write: (vector, data, rows) => {
    const values = all.get(data) ?? new Values([data]);
    all.set(data, values);
    const bits = new Uint8Array(Math.ceil(rows.count / 64) * 8);
    for (let at = 0; at < rows.count; at++) {
      const value: unknown = isThere(rows.there, at) ? values.get(rows.from + at) : null;
      if (value === null || value === undefined) continue;
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
      duckdb.vector_assign_string_element(vector, at, inJson(value));
    }
    setThere(vector, bits);
  },
};

const inJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part)) ?? "";
