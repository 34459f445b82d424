import { Readable } from "node:stream";
import type { FilePort } from "../core/base/ports.js";
import type { Answer } from "./call.js";

const sliceBytes = 256 * 1024;

const types: Readonly<Record<string, string>> = {
  csv: "text/csv",
  css: "text/css",
  gif: "image/gif",
  htm: "text/html",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  log: "text/plain",
  md: "text/markdown",
  mlmodel: "text/plain",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  py: "text/x-python",
  svg: "image/svg+xml",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  wav: "audio/wav",
  webp: "image/webp",
  xml: "application/xml",
  yaml: "text/yaml",
  yml: "text/yaml",
  zip: "application/zip",
};

function typeOf(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  return types[base.slice(base.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

/** Bytes that can be had in parts; each `open` ends with what it opened. */
interface Source {
  readonly size: number;
  readonly open: (from: number, to: number) => Readable;
}

/** The bytes of a file, or the one range of them that is asked for. `name` is how it is called for the client. */
export function download(files: FilePort, file: string, name: string, range: string | undefined): Answer {
  const fd = files.openRead(file);
  return downloadOf({ size: files.size(fd), open: (from, to) => slices(files, fd, from, to) }, name, range);
}

/** The same of bytes that stand somewhere else. */
export function downloadOf({ size, open }: Source, name: string, range: string | undefined): Answer {
  const part = rangeOf(range, size);
  const headers = {
    "Content-Type": typeOf(name),
    "Accept-Ranges": "bytes",
    // A page that a run logged must never act as a page of this endpoint.
    "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name.slice(name.lastIndexOf("/") + 1))}`,
    "Content-Security-Policy": "sandbox",
    "X-Content-Type-Options": "nosniff",
  };
  if (part === "unsatisfiable") {
    open(0, 0).destroy();
    const content = Buffer.alloc(0);
    return {
      kind: "bytes",
      status: 416,
      headers: { ...headers, "Content-Range": `bytes */${size}`, "Content-Length": "0" },
      content,
    };
  }
  const { from, to } = part ?? { from: 0, to: size };
  return {
    kind: "bytes",
    status: part ? 206 : 200,
    headers: {
      ...headers,
      "Content-Length": String(to - from),
      ...(part ? { "Content-Range": `bytes ${from}-${to - 1}/${size}` } : {}),
    },
    content: open(from, to),
  };
}

/** One range of bytes, its end not included; undefined for the whole file, also where the header makes no sense. */
function rangeOf(
  header: string | undefined,
  size: number,
): { readonly from: number; readonly to: number } | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return from >= to ? "unsatisfiable" : { from, to };
}

/** Reads the file only as fast as the client takes it, and closes it in any case. */
function slices(files: FilePort, fd: number, from: number, to: number): Readable {
  let at = from;
  return new Readable({
    highWaterMark: sliceBytes,
    read() {
      const slice = Buffer.allocUnsafe(Math.min(sliceBytes, to - at));
      const count = slice.byteLength === 0 ? 0 : files.read(fd, slice, at);
      at += count;
      this.push(count === 0 ? null : slice.subarray(0, count));
    },
    destroy(error, callback) {
      files.close(fd);
      callback(error);
    },
  });
}
