import * as path from "node:path";
import { Document, isAlias, isCollection, isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { Failure } from "../base/failure.js";
import type { Ports } from "../base/ports.js";
import { said, type Said } from "../base/said.js";
import { SchemaWords, yamlMistake } from "./loam-file-words.js";
import { createFile, replaceFile } from "../store/whole-file.js";

/** The user's own file of settings, beside `.loam`: each pillar reads the section of its name. */
export const loamFileName = "loam.yaml";
/** A larger one is none that a person wrote. */
const largest = 4 * 1024 * 1024;
/** Aliases of aliases may say in a few lines what fills the memory. */
const mostAliased = 100;

/** A mistake in the file, where the editor underlines it. Lines and columns count from 1. */
export interface LoamFileMistake {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** `data.train.rules[2].max`, or "" for the file as a whole. */
  readonly field: string;
  readonly message: string;
  /** The message, for other languages. */
  readonly said: Said;
}

/** A value at a path; undefined takes it away. */
export interface LoamFileChange {
  readonly keys: readonly string[];
  readonly value: unknown;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** `loam.yaml` as it was read; comments and order stay when it is written again. */
export class LoamFile {
  /** Absolute. */
  readonly file: string;
  /** False where there is none yet. */
  readonly exists: boolean;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #text: string;

  private constructor(file: string, text: string | undefined) {
    this.file = file;
    this.exists = text !== undefined;
    this.#text = text ?? "";
    this.#lines = new LineCounter();
    this.#document = parseDocument(this.#text, { lineCounter: this.#lines, merge: true });
  }

  /** From a text that stands in an editor. */
  static of(file: string, text: string): LoamFile {
    return new LoamFile(file, text);
  }

  /** The file of a folder, as it is on disk; empty where there is none. Throws `value.tooLarge`, `store.io`. */
  static read({ files }: Pick<Ports, "files">, folder: string): LoamFile {
    const file = path.join(folder, loamFileName);
    const there = files.stat(file);
    // a link may lead to what never ends
    const stat = there?.kind === "link" ? files.stat(files.realPath?.(file) ?? file) : there;
    if (stat && stat.kind !== "file")
      throw new Failure("value.invalid", said`${file} is no plain file.`, {
        next: said`Put a file of that name in its place, or take it away.`,
      });
    if (stat && stat.size > largest)
      throw new Failure("value.tooLarge", said`${file} has more than ${largest} bytes.`);
    return new LoamFile(file, files.readAll(file)?.toString("utf8"));
  }

  /** Mistakes of YAML itself. */
  syntaxMistakes(): LoamFileMistake[] {
    return this.#document.errors.map(({ pos, message }) => this.#at(pos, "", yamlMistake(message)));
  }

  /** The value at a path, checked: what it says, or the mistakes in it. `absent` where it is not there. */
  section<T>(
    keys: readonly string[],
    schema: z.ZodType<T>,
    absent: T,
  ): { readonly value: T } | { readonly mistakes: readonly LoamFileMistake[] } {
    const mistakes = this.syntaxMistakes();
    if (mistakes.length > 0) return { mistakes };
    if (this.#document.contents !== null && !isMap(this.#document.contents))
      return { mistakes: [this.#mistake([], said`It has to begin with a name and a colon, as in data:.`)] };
    let plain: unknown;
    try {
      plain = this.#exact().toJS({ maxAliasCount: mostAliased }); // where an alias stands is what it means
    } catch (error) {
      return {
        mistakes: [this.#mistake([], yamlMistake(error instanceof Error ? error.message : String(error)))],
      };
    }
    for (const key of keys) plain = isRecord(plain) && Object.hasOwn(plain, key) ? plain[key] : undefined;
    if (plain === undefined || plain === null) return { value: absent };
    const words = new SchemaWords();
    const read = schema.safeParse(plain, { error: words.error });
    if (read.success) return { value: read.data };
    return {
      mistakes: read.error.issues.map((issue) => {
        const at = [...keys, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
        return this.#mistake(at, words.of(issue));
      }),
    };
  }

  /** What the file says, with whole numbers that are too large for exact ones as the text of their digits. */
  #exact(): Document {
    if (!/\d{16}/.test(this.#text)) return this.#document;
    const document = this.#document.clone();
    visit(document, {
      Scalar: (_, node) => {
        const { value, source = "" } = node;
        if (typeof value === "number" && /^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value))
          node.value = source;
      },
    });
    return document;
  }

  /** The line, from 1, on which the value at a path begins; undefined where it is not there. */
  lineOf(keys: readonly string[]): number | undefined {
    const node = this.#document.getIn(keys, true);
    const range = (node as { readonly range?: readonly [number, number, number] } | undefined)?.range;
    return range && this.#lines.linePos(range[0]).line;
  }

  /** The line, from 1, of the last key of a path; undefined where it is not there. */
  keyLineOf(keys: readonly string[]): number | undefined {
    const around: unknown = this.#document.getIn(keys.slice(0, -1), true);
    const pair = isMap(around)
      ? around.items.find(({ key }) => isScalar(key) && String(key.value) === keys.at(-1))
      : undefined;
    const range = (pair?.key as { readonly range?: readonly [number, number, number] } | undefined)?.range;
    return range && this.#lines.linePos(range[0]).line;
  }

  /** As `section`, but a mistake is thrown as `value.invalid` with file, line and field. */
  need<T>(keys: readonly string[], schema: z.ZodType<T>, absent: T): T {
    const read = this.section(keys, schema, absent);
    if ("value" in read) return read.value;
    const [first] = read.mistakes;
    const { line = 1, field = "", said: message = said`` } = first ?? {};
    const place = `${path.basename(this.file)}:${line}:${field === "" ? "" : ` ${field}:`}`;
    throw new Failure("value.invalid", said`${place} ${message}`, {
      next: said`Mend ${loamFileName} and try again.`,
    });
  }

  /** A mistake at the node of a path, or at the nearest one above that is there. */
  #mistake(keys: readonly (string | number)[], message: Said): LoamFileMistake {
    const field = keys
      .map((key, at) => (typeof key === "number" ? `[${key}]` : at === 0 ? key : `.${key}`))
      .join("");
    for (let length = keys.length; length > 0; length--) {
      const node: unknown = this.#document.getIn(keys.slice(0, length), true);
      const range = (node as { readonly range?: readonly [number, number, number] } | undefined)?.range;
      if (range) return this.#at([range[0], range[1]], field, message);
    }
    return this.#at([0, 0], field, message);
  }

  #at([from, to]: readonly [number, number], field: string, message: Said): LoamFileMistake {
    const start = this.#lines.linePos(from);
    const end = this.#lines.linePos(Math.max(from, to));
    return {
      line: Math.max(1, start.line),
      column: Math.max(1, start.col),
      endLine: Math.max(1, end.line),
      endColumn: Math.max(1, end.col),
      field,
      message: message.text,
      said: message,
    };
  }

  /** The text with a value at a path; undefined takes it away. What else stands there, comments too, stays. */
  with(keys: readonly string[], value: unknown): string {
    return this.withEach([{ keys, value }]);
  }

  /**
   * As `with`, for values at several paths, each of them as the file has it before. A value that stands on its line is
   * written over where it stands: not a byte around it changes.
   */
  withEach(changes: readonly LoamFileChange[]): string {
    for (const change of changes) this.#checkOwn(change);
    const places = changes.map(({ keys, value }) => this.#inline(keys, value));
    const spliced = places
      .filter((place) => place !== undefined)
      .sort((a, b) => b.from - a.from)
      .reduce((text, { from, to, text: put }) => text.slice(0, from) + put + text.slice(to), this.#text);
    const others = changes.filter((_, at) => places[at] === undefined);
    if (others.length === 0) return spliced;
    const document = new LoamFile(this.file, spliced).#document;
    if (!isMap(document.contents)) document.contents = document.createNode({});
    for (const { keys, value } of others)
      if (value !== undefined) document.setIn(keys, document.createNode(value));
    // of the things in a list the last goes first: what stands before it keeps its place
    for (const { keys, value } of others.reverse()) if (value === undefined) document.deleteIn(keys);
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }

  /** Throws `value.invalid` where what is to change stands elsewhere in the file, and so for others too. */
  #checkOwn({ keys, value }: LoamFileChange): void {
    const above = keys.map((_, at) => this.#document.getIn(keys.slice(0, at), true));
    const around = above.at(-1);
    const isMerged =
      value === undefined &&
      !this.#document.hasIn(keys) &&
      isMap(around) &&
      around.items.some(({ key }) => isScalar(key) && key.source === "<<");
    if (!isMerged && !above.some(isAlias)) return;
    throw new Failure(
      "value.invalid",
      said`${path.basename(this.file)}:${this.lineOf(keys.slice(0, above.findIndex(isAlias))) ?? 1}: this is written elsewhere in the file and used here by an alias.`,
      { next: said`Change ${loamFileName} by hand: others may use it too.` },
    );
  }

  /** Where a value stands on its line, and the text that is to stand there; undefined where there is none such. */
  #inline(
    keys: readonly string[],
    value: unknown,
  ): { readonly from: number; readonly to: number; readonly text: string } | undefined {
    const isLine =
      typeof value !== "object" || value === null || (isCollection(value) && value.flow === true);
    const node: unknown = isLine && value !== undefined ? this.#document.getIn(keys, true) : undefined;
    const isFlow = isCollection(node) && node.flow === true;
    const isPlain = isScalar(node) && !/^BLOCK/.test(node.type ?? "BLOCK");
    if ((!isFlow && !isPlain) || !node.range || node.anchor !== undefined || node.tag !== undefined)
      return undefined;
    const [from, to] = node.range;
    if (from === to) return undefined; // a key without a value
    const document = new Document();
    document.contents = document.createNode([value], { flow: true });
    const text = document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim();
    return { from, to, text: text.slice(1, -1) };
  }

  /** Writes a text in place of what was read. Throws `content.changed` where somebody changed the file meanwhile. */
  write(ports: Pick<Ports, "files" | "random">, text: string): void {
    const now = ports.files.readAll(this.file)?.toString("utf8");
    if (now !== (this.exists ? this.#text : undefined))
      throw new Failure("content.changed", said`${loamFileName} was changed meanwhile.`, {
        next: said`Try again; what stands there now was kept.`,
      });
    const bytes = Buffer.from(text, "utf8");
    if (this.exists) replaceFile(ports, this.file, bytes);
    else createFile(ports, this.file, bytes);
  }
}
