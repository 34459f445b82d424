/** Kinds of git's objects that a code store has. */
export type ObjectType = "commit" | "tree" | "blob";

export const typeCodes: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3 };
const typesByCode = new Map(Object.entries(typeCodes).map(([type, code]) => [code, type as ObjectType]));

/** What stands at an offset of a pack; `delta` is a difference from another object. */
export type PackedEntry =
  | { readonly kind: "whole"; readonly type: ObjectType; readonly size: number; readonly headerBytes: number }
  | { readonly kind: "delta" };

/** Reads the header of a packed object; undefined where there is none. */
export function readEntryHeader(bytes: Buffer): PackedEntry | undefined {
  let at = 0;
  let byte = bytes[at++];
  if (byte === undefined) return undefined;
  const code = (byte >> 4) & 7;
  let size = byte & 15;
  for (let scale = 16; (byte & 0x80) !== 0; scale *= 128) {
    byte = bytes[at++];
    if (byte === undefined || at > 9) return undefined;
    size += (byte & 0x7f) * scale;
  }
  if (code === 6 || code === 7) return { kind: "delta" };
  const type = typesByCode.get(code);
  return type === undefined ? undefined : { kind: "whole", type, size, headerBytes: at };
}
