declare module "lz4js" {
  /** Writes from a place on what a block holds that stands in `from`, and gives the place behind. */
  export function decompressBlock(
    from: Uint8Array,
    into: Uint8Array,
    at: number,
    length: number,
    place: number,
  ): number;
}
