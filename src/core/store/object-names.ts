import type { Codec } from "./codec.js";

/** SHA-256 of some content: 64 hex digits. */
export type ObjectHash = string;
export const isObjectHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** How a file of its own is stored stands in the end of its name: plain tools can read it. */
export const endings: Readonly<Record<Codec, string>> = { raw: "", zstd: ".zst" };
/** Of a list of chunks. */
export const chunksEnding = ".chunks";

export const isShard = (name: string): boolean => /^[0-9a-f]{2}$/.test(name);

/** The object whose file this is, or undefined for a foreign file. */
export function objectOfFile(
  shard: string,
  name: string,
): { readonly hash: ObjectHash; readonly ending: string } | undefined {
  const match = /^([0-9a-f]{62})(|\.zst|\.chunks)$/.exec(name);
  return match?.[1] === undefined ? undefined : { hash: `${shard}${match[1]}`, ending: match[2] ?? "" };
}
