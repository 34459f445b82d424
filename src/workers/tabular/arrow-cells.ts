import {
  BIGINT,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  type DuckDBType,
  FLOAT,
  INTEGER,
  INTERVAL,
  SMALLINT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMESTAMP_NS,
  TIME_NS,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
} from "@duckdb/node-api";
import { DataType, DateUnit, IntervalUnit, Precision, TimeUnit, type Data } from "apache-arrow";

/** Cells of one width. */
export interface Cells {
  readonly type: DuckDBType;
  /** Bytes of a cell, as DuckDB holds it. */
  readonly width: number;
  /** So many cells from a row on, as DuckDB holds them. Throws where the data is shorter. */
  readonly encode: (data: Data, from: number, count: number) => Uint8Array;
}

/** The bytes of a column are fewer than they should be, or cannot be what they should. */
export class Short extends Error {}

/** There is no such type: its description is damaged. */
class NoType extends Error {}

/** The bytes of so many values from a row on, each of `width` bytes. */
function bytesOf(data: Data, width: number, from: number, count: number): Uint8Array {
  const values = data.values as ArrayBufferView<ArrayBuffer>;
  if ((from + count) * width > values.byteLength) throw new Short();
  return new Uint8Array(values.buffer, values.byteOffset + from * width, count * width);
}

const as = (type: DuckDBType, width: number): Cells => ({
  type,
  width,
  encode: (data, from, count) => bytesOf(data, width, from, count),
});

/** Cells that are computed one by one of whole numbers. */
const made = (type: DuckDBType, width: 4 | 8, each: (value: bigint) => bigint): Cells => ({
  type,
  width: 8,
  encode: (data, from, count) => {
    const cells = new BigInt64Array(count);
    const values = wholes(data, width, from, count);
    for (let at = 0; at < count; at++) cells[at] = each(BigInt(values[at] ?? 0));
    return new Uint8Array(cells.buffer);
  },
});

function wholes(data: Data, width: 4 | 8, from: number, count: number): BigInt64Array | Int32Array {
  const bytes = bytesOf(data, width, from, count);
  const even = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return width === 4
    ? new Int32Array(even.buffer, even.byteOffset, count)
    : new BigInt64Array(even.buffer, even.byteOffset, count);
}

/** How DuckDB holds a type whose values have one width; undefined for every other type. */
export function cellsOf(type: DataType): Cells | undefined {
  if (DataType.isInt(type)) return integers(type.bitWidth, type.isSigned);
  if (DataType.isFloat(type))
    return type.precision === Precision.HALF
      ? halves
      : type.precision === Precision.SINGLE
        ? as(FLOAT, 4)
        : as(DOUBLE, 8);
  if (DataType.isBool(type)) return truths;
  if (DataType.isDecimal(type)) return decimals(type.bitWidth, type.precision, type.scale);
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? as(DATE, 4) : daysOfMoments;
  if (DataType.isTime(type)) return times(type.unit);
  if (DataType.isTimestamp(type)) return moments(type.unit, (type.timezone ?? "") !== "");
  if (DataType.isDuration(type)) return spans(type.unit);
  if (DataType.isInterval(type)) return intervals[type.unit];
  return undefined;
}

function integers(bits: number, isSigned: boolean): Cells {
  const types = isSigned ? [TINYINT, SMALLINT, INTEGER, BIGINT] : [UTINYINT, USMALLINT, UINTEGER, UBIGINT];
  const type = types[Math.log2(bits) - 3];
  if (!type) throw new NoType();
  return as(type, bits / 8);
}

const truths: Cells = {
  type: BOOLEAN,
  width: 1,
  encode: (data, from, count) => {
    const bits = data.values as Uint8Array;
    if (from + count > bits.byteLength * 8) throw new Short();
    const cells = new Uint8Array(count);
    for (let at = 0; at < count; at++) cells[at] = ((bits[(from + at) >> 3] ?? 0) >> ((from + at) & 7)) & 1;
    return cells;
  },
};

const halves: Cells = {
  type: FLOAT,
  width: 4,
  encode: (data, from, count) => {
    const bytes = bytesOf(data, 2, from, count);
    const cells = new Float32Array(count);
    for (let at = 0; at < count; at++)
      cells[at] = halfOf((bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8));
    return new Uint8Array(cells.buffer);
  },
};

/** A number of 16 bits: sign, five bits of exponent, ten of fraction. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const dayMs = 86_400_000n;
const daysOfMoments: Cells = {
  type: DATE,
  width: 4,
  encode: (data, from, count) => {
    const values = wholes(data, 8, from, count);
    const cells = new Int32Array(count);
    for (let at = 0; at < count; at++) cells[at] = Number(BigInt(values[at] ?? 0) / dayMs);
    return new Uint8Array(cells.buffer);
  },
};

/** Of a value in this unit its microseconds; undefined where it has more to tell. */
const micros: Readonly<Record<TimeUnit, bigint | undefined>> = {
  [TimeUnit.SECOND]: 1_000_000n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1n,
  [TimeUnit.NANOSECOND]: undefined,
};

function times(unit: TimeUnit): Cells {
  if (unit === TimeUnit.NANOSECOND) return made(TIME_NS, 8, ofDay(86_400_000_000_000n));
  const by = micros[unit] ?? 1n;
  const within = ofDay(86_400_000_000n);
  return made(TIME, unit === TimeUnit.MICROSECOND ? 8 : 4, (value) => within(value * by));
}

/** DuckDB ends its work by a time that is in no day. */
const ofDay =
  (end: bigint) =>
  (value: bigint): bigint => {
    if (value < 0n || value > end) throw new Short();
    return value;
  };

function moments(unit: TimeUnit, zoned: boolean): Cells {
  const by = micros[unit];
  const type = zoned ? TIMESTAMPTZ : by === undefined ? TIMESTAMP_NS : TIMESTAMP;
  if (by === undefined) return zoned ? made(type, 8, (value) => value / 1000n) : as(type, 8);
  return by === 1n ? as(type, 8) : made(type, 8, (value) => value * by);
}

/** Months and days, of four bytes each, and microseconds. */
function intervalsOf(
  width: number,
  read: (cell: DataView, at: number) => readonly [number, number, bigint],
): Cells {
  return {
    type: INTERVAL,
    width: 16,
    encode: (data, from, count) => {
      const bytes = bytesOf(data, width, from, count);
      const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const cells = new DataView(new ArrayBuffer(16 * count));
      for (let at = 0; at < count; at++) {
        const [months, days, rest] = read(source, at * width);
        cells.setInt32(16 * at, months, true);
        cells.setInt32(16 * at + 4, days, true);
        cells.setBigInt64(16 * at + 8, rest, true);
      }
      return new Uint8Array(cells.buffer);
    },
  };
}

function spans(unit: TimeUnit): Cells {
  const by = micros[unit];
  return intervalsOf(8, (cell, at) => {
    const value = cell.getBigInt64(at, true);
    return [0, 0, by === undefined ? value / 1000n : value * by];
  });
}

const intervals: Readonly<Record<IntervalUnit, Cells>> = {
  [IntervalUnit.YEAR_MONTH]: intervalsOf(4, (cell, at) => [cell.getInt32(at, true), 0, 0n]),
  [IntervalUnit.DAY_TIME]: intervalsOf(8, (cell, at) => [
    0,
    cell.getInt32(at, true),
    BigInt(cell.getInt32(at + 4, true)) * 1000n,
  ]),
  [IntervalUnit.MONTH_DAY_NANO]: intervalsOf(16, (cell, at) => [
    cell.getInt32(at, true),
    cell.getInt32(at + 4, true),
    cell.getBigInt64(at + 8, true) / 1000n,
  ]),
};

/** DuckDB has 38 digits in as few bytes as they need; more digits become numbers of eight bytes. */
function decimals(bits: number, precision: number, scale: number): Cells {
  const from = bits / 8;
  if (precision < 1 || ![4, 8, 16, 32].includes(from)) throw new NoType(); // DuckDB ends its process by such a type
  if (precision > 38 || scale < 0 || scale > precision)
    return {
      type: DOUBLE,
      width: 8,
      encode: (data, first, count) => {
        const bytes = bytesOf(data, from, first, count);
        const cells = Float64Array.from({ length: count }, (_, at) =>
          Number(`${wholeOf(bytes.subarray(at * from, (at + 1) * from))}e${-scale}`),
        );
        return new Uint8Array(cells.buffer);
      },
    };
  const width = precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
  return {
    type: DECIMAL(precision, scale),
    width,
    encode: (data, first, count) => {
      const bytes = bytesOf(data, from, first, count);
      if (from === width) return bytes;
      const cells = new Uint8Array(width * count);
      for (let at = 0; at < count; at++) {
        const least = Math.min(from, width);
        for (let n = 0; n < least; n++) cells[at * width + n] = bytes[at * from + n] ?? 0;
        if (from < width && (bytes[(at + 1) * from - 1] ?? 0) >= 128)
          cells.fill(255, at * width + from, (at + 1) * width); // the sign
      }
      return cells;
    },
  };
}

/** A whole number of any width, its lowest byte first. */
function wholeOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.byteLength - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return BigInt.asIntN(bytes.byteLength * 8, value);
}
