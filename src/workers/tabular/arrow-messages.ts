import { Message, type Schema } from "apache-arrow";
import { Footer } from "apache-arrow/ipc/metadata/file";
import { ByteBuffer } from "flatbuffers";
import * as fs from "node:fs";
import { Failure } from "../../core/base/failure.js";
import { said, type Said } from "../../core/base/said.js";

const magic = "ARROW1";
const headBytes = 8;
/** After the last message of a file: its footer, the footer's length, and the magic word. */
const tailBytes = 4 + magic.length;
/** What describes a message is no longer. */
const longestMetadata = 256 * 1024 * 1024;
/** In newer versions of the format this stands before each message. */
const continues = -1;

export const damagedColumns = said`what it says of its columns is damaged or cut off`;

/**
 * What describes messages is read without a look at whether it can be true: a list that claims more entries than it has
 * bytes would fill the memory before it is found out.
 */
ByteBuffer.prototype.__vector_len = function (this: ByteBuffer, at: number): number {
  const length = this.readInt32(at + this.readInt32(at));
  if (length < 0 || length > this.capacity()) throw new RangeError("No list is so long.");
  return length;
};

/** What is wrong with a file as such, in words that end "… cannot be read as a table: …". */
export class WrongFile extends Error {
  readonly why: Said;

  constructor(why: Said, cause?: unknown) {
    super(why.text, { cause });
    this.why = why;
  }
}

/** A message that stands in a file. */
export interface Placed {
  readonly message: Message;
  /** Where its body begins, and where the message after it. */
  readonly body: number;
  readonly end: number;
}

/** What a file holds: its columns, and where its messages are. */
export interface Contents {
  readonly schema: Schema;
  /** Of a file of random access: its dictionaries, then its rows. Undefined of a stream. */
  readonly blocks: readonly number[] | undefined;
  /** Where the first message after the schema stands in a stream. */
  readonly first: number;
}

/** The bytes of a file. */
export class Bytes {
  readonly size: number;
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
    this.size = fs.fstatSync(fd).size;
  }

  /** Throws where the file has fewer. */
  read(at: number, length: number): Uint8Array<ArrayBuffer> {
    if (at < 0 || length < 0 || at + length > this.size) throw new RangeError("It ends before.");
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const got = fs.readSync(this.#fd, bytes, filled, length - filled, at + filled);
      if (got === 0) throw new RangeError("It became shorter.");
      filled += got;
    }
    return bytes;
  }

  /** The message at a place; undefined at the mark of the end, or where the file ends. */
  message(at: number): Placed | undefined {
    if (at === this.size) return undefined;
    const word = (from: number): number => new DataView(this.read(from, 4).buffer).getInt32(0, true);
    const first = word(at);
    const length = first === continues ? word(at + 4) : first;
    if (length === 0) return undefined;
    if (length < 0 || length > longestMetadata) throw new RangeError("No message is so long.");
    const from = at + (first === continues ? 8 : 4);
    const message = Message.decode(this.read(from, length));
    const body = from + length;
    return { message, body, end: body + message.bodyLength };
  }
}

/** Finds out what a file of Arrow is. Throws `WrongFile` or `Failure`. */
export function contentsOf(bytes: Bytes, name: string): Contents {
  if (bytes.size === 0) throw new WrongFile(said`it is empty`);
  const head = Buffer.from(bytes.read(0, Math.min(headBytes, bytes.size)));
  const word = head.toString("latin1");
  if (word.startsWith("FEA1"))
    throw new Failure(
      "table.unreadable",
      said`${name} is a Feather file of version 1, which Loam does not read.`,
      {
        next: said`Write it anew with pandas: pandas.read_feather(FILE).to_feather(FILE).`,
      },
    );
  const isFile = word.startsWith(magic);
  if (!isFile && !likeMessage(head)) throw new WrongFile(said`it is no Arrow or Feather file`);
  try {
    return isFile ? fileContents(bytes) : streamContents(bytes);
  } catch (error) {
    if (error instanceof WrongFile) throw error;
    const code = /Unrecognized type: .*[(]([0-9]+)[)]/.exec(error instanceof Error ? error.message : "")?.[1];
    const type = unknownTypes.get(Number(code));
    if (type === undefined) throw new WrongFile(damagedColumns, error);
    throw new Failure(
      "feature.absent",
      said`${name} has a column of Arrow's type ${type}, which Loam does not read.`,
      {
        next: said`Write it as Parquet to see what is in it.`,
        cause: error,
      },
    );
  }
}

/** Types that the library knows nothing of, by their number in the format. */
const unknownTypes: ReadonlyMap<number, string> = new Map([
  [22, "RunEndEncoded"],
  [25, "ListView"],
  [26, "LargeListView"],
]);

function likeMessage(head: Buffer): boolean {
  if (head.byteLength < headBytes) return false;
  const first = head.readInt32LE(0);
  const length = first === continues ? head.readInt32LE(4) : first;
  return length > 0 && length <= longestMetadata;
}

function fileContents(bytes: Bytes): Contents {
  const tail =
    bytes.size < headBytes + tailBytes
      ? undefined
      : Buffer.from(bytes.read(bytes.size - tailBytes, tailBytes));
  if (tail?.toString("latin1", 4) !== magic)
    throw new WrongFile(said`its end is missing, as of one that is still written or was cut off`);
  const length = tail.readInt32LE(0);
  const footer = Footer.decode(bytes.read(bytes.size - tailBytes - length, length));
  const blocks = [...footer.dictionaryBatches(), ...footer.recordBatches()].map(({ offset }) => offset);
  return { schema: footer.schema, blocks, first: headBytes };
}

function streamContents(bytes: Bytes): Contents {
  const placed = bytes.message(0);
  if (!placed?.message.isSchema()) throw new Error("A stream begins with what its columns are.");
  return { schema: placed.message.header(), blocks: undefined, first: placed.end };
}
