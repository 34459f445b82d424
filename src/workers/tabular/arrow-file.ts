import { CompressionType, Vector, type Data, type DataType, type Message, type Schema } from "apache-arrow";
import { CompressedVectorLoader, VectorLoader } from "apache-arrow/visitor/vectorloader";
import * as fs from "node:fs";
import * as zlib from "node:zlib";
import { Failure } from "../../core/base/failure.js";
import { expandLz4 } from "../../core/datasets/lz4.js";
import { said } from "../../core/base/said.js";
import {
  Bytes,
  contentsOf,
  damagedColumns,
  WrongFile,
  type Contents,
  type Placed,
} from "./arrow-messages.js";

/** Rows of a file. */
export interface Batch {
  readonly rows: number;
  /** One a column. */
  readonly columns: readonly Data[];
}

type RowsHeader = ReturnType<Message<3>["header"]>;

/** Before a compressed part stands how long it is when it is not. */
const lengthBytes = 8;

class NoZstd extends Error {}

/**
 * A file of Arrow's IPC, as Feather version 2 is one, or a stream of it: both hold messages, of which some are batches
 * of rows. Only one batch is in memory.
 */
export class ArrowFile {
  readonly schema: Schema;
  readonly #name: string;
  readonly #fd: number;
  readonly #bytes: Bytes;
  readonly #blocks: Iterator<number> | undefined;
  readonly #dictionaries = new Map<number, Vector>();
  #at: number;
  #next: number;
  #batches = 0;
  #endsOpen = false;

  private constructor(name: string, fd: number) {
    this.#name = name;
    this.#fd = fd;
    this.#bytes = new Bytes(fd);
    const { schema, blocks, first } = this.#contents();
    this.schema = schema;
    this.#blocks = blocks?.values();
    this.#at = this.#next = first;
  }

  /** Opens a file; `name` is what a person knows it by. Throws `table.unreadable`, or what the disk says. */
  static open(file: string, name: string): ArrowFile {
    const fd = fs.openSync(file, "r");
    try {
      return new ArrowFile(name, fd);
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  /** What is made of each column by its type; what that throws is a description that is damaged. */
  columns<T>(make: (type: DataType) => T): T[] {
    try {
      return this.schema.fields.map((field) => make(field.type as DataType));
    } catch (error) {
      throw this.#unreadable(new WrongFile(damagedColumns, error));
    }
  }

  /** The next rows; undefined at the end. */
  next(): Batch | undefined {
    this.#batches++;
    try {
      for (let placed = this.#message(); placed; placed = this.#message()) {
        const { message } = placed;
        if (message.isRecordBatch()) return this.#rows(placed, message.header());
        if (message.isDictionaryBatch()) this.#keepDictionary(placed, message.header());
      }
      return undefined;
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Which part of the file has been read. */
  get done(): number {
    return this.#next / this.#bytes.size;
  }

  /** Whether a stream stopped without the mark of its end. */
  get endsOpen(): boolean {
    return this.#endsOpen;
  }

  /** What is said of an error in the batch that was read last. */
  failure(error: unknown): unknown {
    if (error instanceof Failure || isOfDisk(error)) return error;
    if (error instanceof NoZstd)
      return new Failure(
        "feature.absent",
        said`${this.#name} is compressed with zstd, which Node ${process.version} cannot read.`,
        { next: said`Use Node 22.15 or newer, or an editor that has it.`, cause: error },
      );
    if (error instanceof RangeError && /allocation/i.test(error.message))
      return new Failure("value.tooLarge", said`A batch of rows of ${this.#name} does not fit in memory.`, {
        next: said`Write it anew in smaller batches, or as Parquet.`,
        cause: error,
      });
    return this.#unreadable(
      new WrongFile(
        said`batch ${this.#batches} of its rows, from byte ${this.#at} on, is damaged or cut off`,
        error,
      ),
    );
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  #contents(): Contents {
    try {
      return contentsOf(this.#bytes, this.#name);
    } catch (error) {
      throw error instanceof WrongFile ? this.#unreadable(error) : error;
    }
  }

  #unreadable(error: WrongFile): Failure {
    return new Failure("table.unreadable", said`${this.#name} cannot be read as a table: ${error.why}.`, {
      next: said`Look at the file, or make it anew.`,
      cause: error.cause ?? error,
    });
  }

  #message(): Placed | undefined {
    const block = this.#blocks?.next();
    if (block?.done === true) return undefined;
    this.#at = block?.value ?? this.#next;
    const placed = this.#bytes.message(this.#at);
    if (placed) this.#next = placed.end;
    else if (block) throw new Error("There is no message where there should be one.");
    else {
      this.#endsOpen = this.#at === this.#bytes.size;
      // zeros in its midst, as a download leaves them that was not finished, are no end
      if (this.#bytes.size - this.#at > lengthBytes) throw new Error("More follows after the end.");
    }
    return placed;
  }

  #rows(placed: Placed, header: RowsHeader): Batch {
    const columns = this.#load(
      placed,
      header,
      this.schema.fields.map((field) => field.type as DataType),
    );
    if (columns.some(({ length }) => length < header.length)) throw new Error("A column has fewer rows.");
    return { rows: header.length, columns };
  }

  #keepDictionary(placed: Placed, header: ReturnType<Message<2>["header"]>): void {
    const type = this.schema.dictionaries.get(header.id);
    if (!type) throw new Error("No column has such a dictionary.");
    const values = new Vector(this.#load(placed, header.data, [type]));
    const before = this.#dictionaries.get(header.id);
    this.#dictionaries.set(header.id, header.isDelta && before ? before.concat(values) : values);
  }

  #load({ message, body }: Placed, header: RowsHeader, types: DataType[]): Data[] {
    const bytes = this.#bytes.read(body, message.bodyLength);
    const { nodes, buffers, compression, variadicBufferCounts } = header;
    if (buffers.some(({ offset, length }) => offset < 0 || length < 0 || offset + length > bytes.byteLength))
      throw new RangeError("A part of the rows is outside of them.");
    const rest = [nodes, buffers, this.#dictionaries, message.version, variadicBufferCounts] as const;
    if (!compression) return new VectorLoader(bytes, ...rest).visitMany(types);
    const parts = buffers.map(({ offset, length }) =>
      expanded(bytes.subarray(offset, offset + length), compression.type),
    );
    return new CompressedVectorLoader(parts, ...rest).visitMany(types);
  }
}

/** A part of a body: it may stand as it is where compressing it did not pay. */
function expanded(part: Uint8Array, type: CompressionType): Uint8Array {
  if (part.byteLength === 0) return part;
  const length = Number(new DataView(part.buffer, part.byteOffset, lengthBytes).getBigInt64(0, true));
  const packed = part.subarray(lengthBytes);
  if (length === -1) return packed;
  if (type === CompressionType.LZ4_FRAME) return expandLz4(packed, length);
  if (typeof zlib.zstdDecompressSync !== "function") throw new NoZstd();
  const bytes = zlib.zstdDecompressSync(packed, { maxOutputLength: Math.max(1, length) });
  if (bytes.byteLength !== length) throw new Error("It is of another length when unpacked.");
  return bytes;
}

const isOfDisk = (error: unknown): boolean => error instanceof Error && "syscall" in error;
