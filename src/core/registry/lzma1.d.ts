/** The library's own types are its sources, which other settings check than ours. Unpacks the old form of LZMA. */
export declare function decompress(packed: Uint8Array): Uint8Array;
