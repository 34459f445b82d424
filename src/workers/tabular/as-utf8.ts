import * as fs from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import type { Encoding, FileHead } from "./csv-head.js";
import type { Database, Lent } from "./database.js";

/** What Windows has at 0x80 to 0x9f, where Latin-1 has controls; the Encoding Standard takes the two for one. */
const ofWindows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

type Decode = (bytes: Buffer) => string;

/** Decodes what comes in pieces. By hand: what runtimes take for Windows-1252 differs between their versions. */
function decoderOf(encoding: Encoding): Decode {
  if (encoding === "windows-1252")
    return (bytes) =>
      bytes
        .toString("latin1")
        .replaceAll(/[\u0080-\u009f]/g, (one) => ofWindows[one.charCodeAt(0) - 0x80] ?? one);
  const decoder = new StringDecoder(encoding === "utf-8" ? "utf8" : "utf16le");
  if (encoding !== "utf-16be") return (bytes) => decoder.write(bytes);
  let odd: Buffer = Buffer.alloc(0); // the first of two bytes whose second comes with the next piece
  return (bytes) => {
    const all = Buffer.concat([odd, bytes]);
    const even = all.byteLength & ~1;
    odd = all.subarray(even);
    return decoder.write(all.subarray(0, even).swap16());
  };
}

/** A copy of a text in UTF-8, without a mark at its beginning, for DuckDB, which reads few others; call `done` after. */
export async function asUtf8(
  database: Database,
  file: string,
  { encoding, compressed }: Pick<FileHead, "encoding" | "compressed">,
  ending: string,
  signal: AbortSignal,
): Promise<Lent> {
  const lent = database.roomFor(ending);
  const decode = decoderOf(encoding);
  async function* decoded(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
    let first = true;
    for await (const piece of pieces) {
      const text = decode(piece);
      yield first ? text.replace(/^\ufeff/, "") : text;
      if (text !== "") first = false;
    }
  }
  const target = fs.createWriteStream(lent.path, { flags: "wx", mode: 0o600 });
  try {
    if (compressed)
      await pipeline(fs.createReadStream(file), zlib.createGunzip(), decoded, target, { signal });
    else await pipeline(fs.createReadStream(file), decoded, target, { signal });
    return lent;
  } catch (error) {
    lent.done();
    throw error;
  }
}
