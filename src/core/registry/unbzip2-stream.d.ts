declare module "unbzip2-stream/lib/bit_iterator.js" {
  /** Reads bits from buffers that are asked for one after the other; `null` goes to the next whole byte. */
  function bitIterator(next: () => Uint8Array): {
    (count: number | null): number;
    /** How many bytes were begun. */
    readonly bytesRead: number;
  };
  export = bitIterator;
}

declare module "unbzip2-stream/lib/bzip2.js" {
  import type bitIterator from "unbzip2-stream/lib/bit_iterator.js";

  type Bits = ReturnType<typeof bitIterator>;
  const bzip2: {
    /** How many hundred thousand bytes a block has at the most, before runs are written out. */
    header(bits: Bits): number;
    /** Gives each byte of the next block; the checksum so far, or null behind the last block. */
    decompress(
      bits: Bits,
      byte: (value: number) => void,
      block: Int32Array,
      size: number,
      sum: number,
    ): number | null;
  };
  export = bzip2;
}
