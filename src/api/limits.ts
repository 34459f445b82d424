import type { IncomingMessage } from "node:http";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";

export interface ApiLimits {
  /** A body of JSON: a dataset's profile has up to 16 MiB, escaped. Artifacts have no limit. */
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly urlBytes: number;
  readonly connections: number;
  /** For all headers of a request. */
  readonly headersMs: number;
  /** Without a byte, while a body is coming or an answer is going out. */
  readonly idleMs: number;
  /** Between requests of one connection: clients keep theirs through an epoch of a training. */
  readonly keepAliveMs: number;
  /** For requests that are under way when the server ends. */
  readonly drainMs: number;
}

export const defaultLimits: ApiLimits = {
  bodyBytes: 32 * 1024 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 64 * 1024,
  connections: 512,
  headersMs: 20_000,
  idleMs: 60_000,
  keepAliveMs: 600_000,
  drainMs: 10_000,
};

/** Why the head of a request is refused, or undefined. */
export function refusedByLimits(request: IncomingMessage, limits: ApiLimits): Failure | undefined {
  const { url = "", rawHeaders } = request;
  if (url.length > limits.urlBytes) {
    return new Failure("request.tooLarge", said`The URL is longer than ${limits.urlBytes} bytes.`, {
      next: said`Ask for fewer things at once.`,
    });
  }
  let size = 0;
  for (const part of rawHeaders) size += part.length + 2;
  if (size > limits.headerBytes)
    return new Failure("request.tooLarge", said`The headers are larger than ${limits.headerBytes} bytes.`);
  if (!url.startsWith("/"))
    return new Failure("path.invalid", said`Invalid path: '${url.slice(0, 200)}' does not begin with '/'.`);
  return undefined;
}
