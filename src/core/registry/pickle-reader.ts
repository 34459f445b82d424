import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Pace } from "../store/pace.js";
import { ByteCursor, partOf, type ByteSource } from "./byte-source.js";
import { arrayBytes, isArrayWrapper } from "./joblib-arrays.js";
import { longestName, nextInstruction, type Instruction } from "./pickle-opcodes.js";
import { other, PickleStack, type Value } from "./pickle-stack.js";

/** Something that a pickle imports, and whether it also calls it. */
export interface PickleImport {
  readonly module: string;
  readonly name: string;
  called: boolean;
}

/** What a pickle would do, as far as it could be read. */
export interface PickleScan {
  readonly imports: Map<string, PickleImport>;
  /** Names that are put together while it is loaded, or are hidden: nobody can say what they are. */
  hidden: number;
  /** Why it could not be read to its end. */
  torn: Failure | null;
  /** Where the next byte behind it is. */
  end: number;
}

const mostInstructions = 20_000_000;
/** Pickles in the bytes of a pickle, and so on. */
const deepest = 3;
const deepestArrays = 20;
/** How far is looked for instructions in what is skipped as the values of an array. */
const mostPretended = 1024 * 1024;

const noScan = (): PickleScan => ({ imports: new Map(), hidden: 0, torn: null, end: 0 });

/** How much is left to do for one model: a file may be made to keep its reader busy. */
export interface Effort {
  left: number;
}
export const fullEffort = (): Effort => ({ left: mostInstructions });

/** Reads what a pickle would import and call, without doing it. What goes wrong in it is told, not thrown. */
export async function scanPickle(
  source: ByteSource,
  from: number,
  pace: Pace,
  effort: Effort,
  scan: PickleScan = noScan(),
): Promise<PickleScan> {
  await new PickleReader(source, from, { pace, effort, scan, depth: 0, pretended: false }).read();
  return scan;
}

interface Reading {
  readonly pace: Pace;
  readonly effort: Effort;
  readonly scan: PickleScan;
  readonly depth: number;
  /** Read as instructions what is most likely none: only what is surely meant as such counts. */
  readonly pretended: boolean;
}

class PickleReader {
  readonly #source: ByteSource;
  readonly #cursor: ByteCursor;
  readonly #stack: PickleStack;
  readonly #reading: Reading;

  constructor(source: ByteSource, from: number, reading: Reading, before?: PickleStack, end = source.size) {
    this.#source = source;
    this.#cursor = new ByteCursor(source, from, end);
    this.#stack = new PickleStack(before);
    this.#reading = reading;
  }

  /** True where it came to the end of the pickle. */
  async read(): Promise<boolean> {
    const { pace, effort, scan, pretended } = this.#reading;
    try {
      for (let count = 1; ; count++) {
        if (--effort.left < 0 || !this.#stack.sane)
          throw new Failure(
            "value.tooLarge",
            said`${this.#source.name} has too many instructions to read them all.`,
          );
        if (count % 4096 === 0) await pace.turn();
        const instruction = nextInstruction(this.#cursor);
        if (instruction.code === "STOP") break;
        const work = this.#step(instruction);
        if (work) await work;
      }
      scan.end = Math.max(scan.end, this.#cursor.at);
      return true;
    } catch (error) {
      if (!(error instanceof Failure) || error.code === "cancelled") throw error;
      if (!pretended) scan.torn ??= error;
      return false;
    }
  }

  /** Follows an instruction; what takes time is given back. */
  #step(instruction: Instruction): Promise<void> | undefined {
    const stack = this.#stack;
    const { code, number, lines, content } = instruction;
    switch (code) {
      case "PROTO":
      case "FRAME":
      case "READONLY_BUFFER":
        return undefined;
      case "MARK":
        stack.mark();
        return undefined;
      case "POP":
        stack.drop();
        return undefined;
      case "POP_MARK":
        stack.popMark();
        return undefined;
      case "DUP":
        stack.push(stack.top());
        return undefined;
      case "INT":
      case "LONG":
        stack.push(wholeOf(Number.parseInt(lines[0] ?? "", 10)));
        return undefined;
      case "BININT":
      case "BININT1":
      case "BININT2":
        stack.push(wholeOf(number));
        return undefined;
      case "LONG1":
      case "LONG4":
        stack.push(longOf(content));
        return undefined;
      case "STRING":
        stack.push(textOf(unquoted(lines[0] ?? "")));
        return undefined;
      case "UNICODE":
        stack.push(textOf(unescaped(lines[0] ?? "")));
        return undefined;
      case "BINSTRING":
      case "SHORT_BINSTRING":
      case "SHORT_BINUNICODE":
      case "BINUNICODE":
      case "BINUNICODE8":
        stack.push(content ? textOf(content.toString("utf8")) : other);
        return undefined;
      case "BINBYTES":
      case "SHORT_BINBYTES":
      case "BINBYTES8":
      case "BYTEARRAY8":
        stack.push(other);
        return this.#nested(instruction);
      case "APPEND":
        stack.pop();
        return undefined;
      case "APPENDS":
      case "ADDITEMS":
        stack.popMark();
        return undefined;
      case "LIST":
      case "FROZENSET":
        stack.popMark();
        stack.push(other);
        return undefined;
      case "EMPTY_TUPLE":
        stack.tuple([]);
        return undefined;
      case "TUPLE":
        stack.tuple(stack.popMark());
        return undefined;
      case "TUPLE1":
      case "TUPLE2":
      case "TUPLE3":
        stack.tuple(Array.from({ length: Number(code.slice(5)) }, () => stack.pop()).reverse());
        return undefined;
      case "EMPTY_DICT":
        stack.push({ is: "dict", items: new Map() });
        return undefined;
      case "DICT": {
        const items = stack.popMark();
        stack.push({ is: "dict", items: new Map() });
        stack.setItems(items);
        return undefined;
      }
      case "SETITEM": {
        const value = stack.pop();
        stack.setItems([stack.pop(), value]);
        return undefined;
      }
      case "SETITEMS":
        stack.setItems(stack.popMark());
        return undefined;
      case "GET":
        stack.recall(Number.parseInt(lines[0] ?? "", 10));
        return undefined;
      case "BINGET":
      case "LONG_BINGET":
        stack.recall(number);
        return undefined;
      case "PUT":
        stack.remember(Number.parseInt(lines[0] ?? "", 10));
        return undefined;
      case "BINPUT":
      case "LONG_BINPUT":
        stack.remember(number);
        return undefined;
      case "MEMOIZE":
        stack.remember();
        return undefined;
      case "BUILD": {
        const state = stack.pop();
        return this.#build(state);
      }
      case "BINPERSID":
        stack.pop();
        stack.push(other);
        return undefined;
      default:
        this.#callOrImport(instruction);
        return undefined;
    }
  }

  #callOrImport({ code, lines }: Instruction): void {
    const stack = this.#stack;
    switch (code) {
      case "GLOBAL":
        stack.push(this.#import(utf8(lines[0]), utf8(lines[1])));
        return;
      case "STACK_GLOBAL": {
        const [name, module] = [stack.pop(), stack.pop()];
        const known = module.is === "text" && name.is === "text";
        stack.push(known ? this.#import(module.text, name.text) : this.#hidden());
        return;
      }
      case "EXT1":
      case "EXT2":
      case "EXT4":
        stack.push(this.#hidden());
        return;
      case "INST": {
        const given = stack.popMark();
        this.#call(this.#import(utf8(lines[0]), utf8(lines[1])), { is: "tuple", items: given });
        return;
      }
      case "OBJ": {
        const [made, ...given] = stack.popMark();
        this.#call(made ?? other, { is: "tuple", items: given });
        return;
      }
      case "REDUCE":
      case "NEWOBJ": {
        const given = stack.pop();
        this.#call(stack.pop(), given);
        return;
      }
      case "NEWOBJ_EX": {
        stack.pop();
        const given = stack.pop();
        this.#call(stack.pop(), given);
        return;
      }
      default:
        stack.push(other); // a value of which nothing is needed
    }
  }

  #import(module: string, name: string): Value {
    if (this.#reading.pretended && !(isName.test(module) && isName.test(name))) return other;
    const { imports } = this.#reading.scan;
    const key = `${module}\n${name}`;
    if (!imports.has(key)) imports.set(key, { module, name, called: false });
    return { is: "import", module, name };
  }

  #hidden(): Value {
    if (!this.#reading.pretended) this.#reading.scan.hidden++;
    return other;
  }

  #call(made: Value, given: Value): void {
    if (made.is === "import") {
      const found = this.#reading.scan.imports.get(`${made.module}\n${made.name}`);
      if (found) found.called = true;
    } else this.#hidden(); // what is called was itself made while loading
    this.#stack.push({ is: "made", of: made, with: given });
  }

  /** The values of arrays of joblib stand between the instructions, behind the one that ends their description. */
  #build(state: Value): Promise<void> | undefined {
    const target = this.#stack.top();
    if (target.is === "import") this.#hidden(); // sets what a module or a class has
    if (this.#reading.pretended || !isArrayWrapper(target) || state.is !== "dict") return undefined;
    return this.#array(state.items);
  }

  async #array(described: ReadonlyMap<string, Value>): Promise<void> {
    const size = arrayBytes(described);
    if (size === "objects") {
      await this.#objects();
      return;
    }
    if (size === undefined)
      throw new Failure(
        "value.invalid",
        said`${this.#source.name} has an array of an unknown type at byte ${this.#cursor.at}.`,
      );
    const start = this.#cursor.at;
    if (described.has("numpy_array_alignment_bytes")) this.#cursor.skip(this.#cursor.byte());
    this.#cursor.skip(size);
    // Python's own loader does not skip it: what is hidden there would be run by who loads it so.
    await new PickleReader(
      this.#source,
      start,
      { ...this.#reading, pretended: true },
      this.#stack,
      Math.min(this.#cursor.at, start + mostPretended),
    ).read();
  }

  /** An array of Python's objects is a pickle of its own within this one. */
  async #objects(): Promise<void> {
    const { depth, scan } = this.#reading;
    const inner = new PickleReader(this.#source, this.#cursor.at, { ...this.#reading, depth: depth + 1 });
    const done = depth < deepestArrays && (await inner.read());
    if (!done) throw scan.torn ?? tooDeep(this.#source);
    this.#cursor.skip(inner.#cursor.at - this.#cursor.at);
  }

  async #nested({ from, length }: Instruction): Promise<void> {
    if (length < 4 || this.#reading.depth >= deepest) return;
    const [first, protocol] = this.#source.read(from, from + 2);
    if (first !== 0x80 || protocol === undefined || protocol < 2 || protocol > 5) return;
    const inner = partOf(this.#source, this.#source.name, from, from + length);
    // bytes that only look like a pickle are no damage
    await new PickleReader(inner, 0, {
      ...this.#reading,
      depth: this.#reading.depth + 1,
      pretended: true,
    }).read();
  }
}

const tooDeep = (source: ByteSource): Failure =>
  new Failure("value.tooLarge", said`${source.name} has arrays too deep in one another.`);

const isName = /^[\p{L}_][\p{L}\p{N}_]*([.][\p{L}_<>][\p{L}\p{N}_<>]*)*$/u;
const utf8 = (line = ""): string => Buffer.from(line, "latin1").toString("utf8");
const wholeOf = (value: number): Value => (Number.isSafeInteger(value) ? { is: "whole", value } : other);
const textOf = (text: string): Value => (text.length > longestName ? other : { is: "text", text });
const longOf = (content: Buffer | null): Value => {
  const length = content?.byteLength ?? 7;
  if (length > 6) return other;
  return wholeOf(length === 0 ? 0 : (content?.readIntLE(0, length) ?? 0));
};

/** A text as Python 2's `repr` wrote it. */
function unquoted(line: string): string {
  const inside = /^(['"])(.*)\1$/.exec(line.trim())?.[2] ?? line;
  return inside.replaceAll(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (_, escape: string) => {
    if (/^x./.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8));
    return { n: "\n", t: "\t", r: "\r" }[escape] ?? escape;
  });
}

/** A text in Python's `raw-unicode-escape`. */
const unescaped = (line: string): string =>
  line.replaceAll(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/g, (whole, escape: string) => {
    const point = Number.parseInt(escape.slice(1), 16);
    return point > 0x10ffff ? whole : String.fromCodePoint(point);
  });
