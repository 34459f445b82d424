import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from "yaml";

/** A step into the file: a key, or a place in a list. */
export type LoamKey = string | number;

/** Where in `loam.yaml` a person types. */
export interface LoamPlace {
  /** Of a value or of a thing in a list: its own path. Of a key: that of the map that it will stand in. */
  readonly keys: readonly LoamKey[];
  readonly role: "key" | "value";
  /** UTF-16 offsets of the word that is typed, its quotes too. */
  readonly from: number;
  readonly to: number;
  /** The same within the quotes. */
  readonly within: { readonly from: number; readonly to: number };
  /** What stands of it before the cursor, without a quote. */
  readonly typed: string;
  /** The quote with which it begins, or "". */
  readonly quote: string;
  /** True of a key that has its colon. */
  readonly hasColon: boolean;
  /** True between braces or brackets, where all stands on a line. */
  readonly isFlow: boolean;
  /** The other keys of the map, or the other things in the list. */
  readonly beside: readonly string[];
  /** What else the file says at a path, as far as it can be read. */
  readonly valueAt: (keys: readonly LoamKey[]) => unknown;
}

/** Stands at the cursor while the text is read: no person types it. */
const mark = "\uE0FF";
/** A larger text is none that a person wrote. */
const longest = 1024 * 1024;

interface Line {
  readonly before: string;
  readonly after: string;
}

/** Words that are still to be typed, or begun: dashes and a part of a word, and nothing else before it. */
const onlyBegun = /^\s*(?:-\s+)*(?:"[^"]*|'[^']*|[^\s"'#[\]{},:-][^#[\]{},:]*)?$/;
const openQuote = /(?:^|[\s,[{])(?:"[^"]*|'[^']*)$/;

/**
 * Where the offset is in a text that may be half typed and wrong elsewhere; undefined in a comment, behind a value, or
 * where nobody can tell. A mark is put to the cursor and looked for in what the text is read as.
 */
export function placeIn(text: string, offset: number): LoamPlace | undefined {
  if (text.length > longest || text.includes(mark)) return undefined;
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const line = { before: text.slice(start, offset), after: text.slice(offset, end < 0 ? undefined : end) };
  if (/:$|^\s*-$/.test(line.before)) return undefined; // what comes needs a space before it
  const asValue = probe(text, offset, line, "");
  const isOwn = onlyBegun.test(line.before);
  if (asValue && (asValue.isListed || asValue.place.role === "key" || !isOwn)) return asValue.place;
  const asKey = isOwn ? probe(text, offset, line, ": ") : undefined;
  return asKey?.place.role === "key" ? asKey.place : undefined;
}

interface Probed {
  readonly place: LoamPlace;
  /** True of a thing in a list. */
  readonly isListed: boolean;
}

/** Reads the text with the mark at the cursor, and behind the word at it what makes it a key, where it is to be one. */
function probe(text: string, offset: number, { before, after }: Line, colon: string): Probed | undefined {
  const open =
    openQuote
      .exec(before)?.[0]
      .trimStart()
      .replace(/^[,[{]/, "")
      .charAt(0) ?? "";
  const rest = (open === "" ? /^[^\s:#,[\]{}]*/ : open === '"' ? /^[^"]*/ : /^[^']*/).exec(after)?.[0] ?? "";
  const isClosed = open !== "" && after.charAt(rest.length) === open;
  // of a text that is not closed only the word itself may be a part
  const word = open === "" || isClosed ? rest : "";
  const closing = open === "" ? "" : open;
  const behind = offset + word.length + (isClosed ? 1 : 0);
  const probed = `${text.slice(0, offset)}${mark}${word}${closing}${colon}${text.slice(behind)}`;
  const document = parseDocument(probed, { uniqueKeys: false });
  const found = markedIn(document);
  if (!found) return undefined;
  const [from, to] = found.scalar.range ?? [offset, offset];
  if (probed.slice(from, to).includes("\n")) return undefined; // it runs into the next line, which is another thing
  const quote = /^["']/.exec(text.slice(from, offset))?.[0] ?? "";
  return {
    isListed: found.isListed,
    place: {
      keys: found.keys,
      role: found.role,
      from,
      to: behind,
      within: { from: from + quote.length, to: offset + word.length },
      typed: text.slice(from + quote.length, offset),
      quote,
      isFlow: found.isFlow,
      hasColon: /^\s*:(\s|$)/.test(text.slice(behind)),
      beside: found.beside,
      valueAt: (keys) => valueIn(document, keys),
    },
  };
}

interface Marked {
  readonly scalar: Scalar;
  readonly keys: readonly LoamKey[];
  readonly role: "key" | "value";
  readonly isListed: boolean;
  readonly isFlow: boolean;
  readonly beside: readonly string[];
}

function markedIn(document: Document): Marked | undefined {
  let found: Marked | undefined;
  visit(document, {
    Scalar: (at, scalar, above) => {
      if (typeof scalar.value !== "string" || !scalar.value.includes(mark)) return undefined;
      const collection = above.findLast(isCollection);
      const isKey = at === "key";
      found = {
        scalar,
        keys: keysOf([...above, scalar]).slice(0, isKey ? -1 : undefined),
        role: isKey ? "key" : "value",
        isFlow: isCollection(collection) && collection.flow === true,
        isListed: isSeq(collection) && !isPair(above.at(-1)),
        beside: besideIn(collection),
      };
      return visit.BREAK;
    },
  });
  return found;
}

/** The path of the last of some nodes, each of which holds the next. */
function keysOf(nodes: readonly unknown[]): LoamKey[] {
  return nodes.flatMap((node, at): LoamKey[] => {
    const above = nodes[at - 1];
    if (isPair(node)) return [textIn(node.key)];
    return isSeq(above) ? [above.items.indexOf(node)] : [];
  });
}

const textIn = (node: unknown): string => (isScalar(node) ? String(node.value) : "");

const besideIn = (collection: unknown): string[] => {
  const nodes: readonly unknown[] = isMap(collection)
    ? collection.items.map(({ key }) => key)
    : isSeq(collection)
      ? collection.items
      : [];
  return nodes.map(textIn).filter((text) => text !== "" && !text.includes(mark));
};

function valueIn(document: Document, keys: readonly LoamKey[]): unknown {
  const node = document.getIn(keys, true) as Node | undefined;
  try {
    return node?.toJS(document);
  } catch {
    return undefined; // an alias without its anchor, while it is typed
  }
}

/** A key of the file at an offset. */
export interface LoamKeyAt {
  /** Its path, itself included. */
  readonly keys: readonly LoamKey[];
  readonly from: number;
  readonly to: number;
}

/** The key that stands at an offset of a text; undefined where something else does. */
export function keyAt(text: string, offset: number): LoamKeyAt | undefined {
  if (text.length > longest) return undefined;
  let found: LoamKeyAt | undefined;
  visit(parseDocument(text, { uniqueKeys: false }), {
    Scalar: (at, { range }, above) => {
      if (at !== "key" || !range || offset < range[0] || offset > range[1]) return undefined;
      found = { keys: keysOf(above), from: range[0], to: range[1] };
      return visit.BREAK;
    },
  });
  return found;
}
