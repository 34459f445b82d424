import { setImmediate as nextTurn } from "node:timers/promises";
import xz from "xz-decompress";
import type { Unpack } from "./zip-entries.js";

const sliceBytes = 64 * 1024;
const slicesInTurn = 16;

/** xz in WebAssembly, slice by slice; it asks for dictionaries of no more than 64 MB. */
export const unpackXz: Unpack = async (bytes, most) => {
  let at = 0;
  const packed = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (at >= bytes.byteLength) controller.close();
      else controller.enqueue(bytes.subarray(at, (at += sliceBytes)));
    },
  });
  const reader = new xz.XzReadableStream(packed).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(parts, size);
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw new RangeError("It holds more than it may.");
    }
    if (value.byteLength > 0) parts.push(value);
    if (parts.length % slicesInTurn === 0) await nextTurn();
  }
};
