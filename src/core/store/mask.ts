import { asFact, type Fact } from "./fact.js";
import { cancelled } from "./journal.js";
import { secretMask } from "./secrets.js";

/** Which texts of which facts were purged: JSON pointers (`/value`, `/command/3`) by the fact's id. */
export class Masks {
  readonly #byFact = new Map<string, Set<string>>();
  #size = 0;

  /** How many texts. */
  get size(): number {
    return this.#size;
  }

  has(fact: string): boolean {
    return this.#byFact.has(fact);
  }

  get(fact: string): ReadonlySet<string> | undefined {
    return this.#byFact.get(fact);
  }

  add(fact: string, pointer: string): this {
    const pointers = this.#byFact.get(fact) ?? new Set();
    this.#size += pointers.has(pointer) ? 0 : 1;
    this.#byFact.set(fact, pointers.add(pointer));
    return this;
  }
}

/** What says which fact it is cannot be masked. */
const stamp: ReadonlySet<string> = new Set(["id", "kind", "at", "clock"]);

const segmentsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));

/** The pointer to a field or an item, whatever its name. */
export const pointerTo = (...segments: readonly (string | number)[]): string =>
  segments.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export function isPointer(text: string): boolean {
  const [first] = segmentsOf(text);
  return text.startsWith("/") && text.length < 1000 && first !== undefined && !stamp.has(first);
}

/** Pointers to every text of a fact that holds a given one. */
export function pointersTo(fact: Fact, wanted: string): string[] {
  const found: string[] = [];
  const look = (value: unknown, segments: readonly string[]): void => {
    if (typeof value === "string" && value.includes(wanted)) found.push(pointerTo(...segments));
    else if (typeof value === "object" && value !== null)
      for (const [key, one] of Object.entries(value)) look(one, [...segments, key]);
  };
  look(fact, []);
  return found.filter(isPointer);
}

/** The mask of a text: at most as long as the text is in JSON. */
const maskOf = (text: string): string => secretMask.slice(0, Buffer.byteLength(JSON.stringify(text)) - 2);

/** The fact as readers are to see it; undefined where what was purged cannot be told from the rest. */
export function maskFact(fact: Fact, masks: Masks): Fact | undefined {
  const pointers = masks.get(fact.id);
  if (!pointers) return fact;
  const masked = JSON.parse(JSON.stringify(fact)) as Fact;
  for (const pointer of pointers) {
    const segments = segmentsOf(pointer);
    const last = segments.pop() ?? "";
    const holder = segments.reduce<unknown>(within, masked);
    const value = within(holder, last);
    if (value === undefined) continue;
    if (typeof value !== "string") return undefined;
    (holder as Record<string, unknown>)[last] = maskOf(value);
  }
  return masked;
}

function within(holder: unknown, key: string): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string, unknown>)[key];
}

const newline = 10;
const idOfLine = /^\{"id":"([0-9A-Z]{26})"/;
const idBytes = '{"id":""'.length + 26;

/**
 * The bytes of a file of facts with what was purged masked. Every line keeps its length, so that what readers noted of
 * the file and the comparison of its copies hold; masking twice changes nothing. Also the torn rest of a line is masked.
 */
export function maskLines(bytes: Buffer, masks: Masks): Buffer {
  const masked = Buffer.from(bytes);
  for (let start = 0; start < bytes.byteLength;) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.byteLength : found;
    maskLine(bytes.subarray(start, end), masks)?.copy(masked, start);
    start = end + 1;
  }
  return masked;
}

function maskLine(line: Buffer, masks: Masks): Buffer | undefined {
  const fact = parse(line);
  const id = fact?.id ?? idOfLine.exec(line.toString("latin1", 0, 40))?.[1];
  if (id === undefined || !masks.has(id)) return undefined;
  const shown = fact && maskFact(fact, masks);
  const text = shown && JSON.stringify(shown);
  const spare = line.byteLength - Buffer.byteLength(text ?? "");
  if (text !== undefined && spare >= 0) return Buffer.from(`${text.slice(0, -1)}${" ".repeat(spare)}}`);
  const blank = Buffer.alloc(line.byteLength, " ");
  line.copy(blank, 0, 0, idBytes);
  blank.write(cancelled, line.byteLength - 1, "latin1");
  return blank;
}

function parse(line: Buffer): Fact | undefined {
  try {
    const fact = asFact(JSON.parse(line.toString("utf8")));
    return typeof fact === "string" ? undefined : fact;
  } catch {
    return undefined;
  }
}
