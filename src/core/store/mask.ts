import { asFact, type Fact } from "./fact.js";
import { cancelled } from "./journal.js";
import { secretMask } from "./secrets.js";

/** Ids of facts whose field was purged. */
export type Masks = ReadonlyMap<string, string>;

/** The mask of a text: at most as long as the text is in JSON. undefined where there is no text to mask. */
function maskOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return secretMask.slice(0, Buffer.byteLength(JSON.stringify(value)) - 2);
}

/** The fact as readers are to see it; undefined where what was purged cannot be told from the rest. */
export function maskFact(fact: Fact, masks: Masks): Fact | undefined {
  const field = masks.get(fact.id);
  if (field === undefined) return fact;
  const mask = maskOf(fact[field]);
  return mask === undefined ? undefined : { ...fact, [field]: mask };
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
