import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";

/** Clients that sent `Expect: 100-continue` and have not been told to go on. */
const waiting = new WeakSet<IncomingMessage>();

export const expectsContinue = (request: IncomingMessage): void => {
  waiting.add(request);
};

export const awaitsContinue = (request: IncomingMessage): boolean => waiting.has(request);

/** Tells a client that waits for it to send its body. */
export function proceed(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue();
}

/** Bytes that the client says it sends: 0 for none, undefined for a body of unknown length. */
export function declaredLength(request: IncomingMessage): number | undefined {
  if (request.headers["transfer-encoding"] !== undefined) return undefined;
  return Number(request.headers["content-length"] ?? 0);
}

const tooLarge = (limit: number): Failure =>
  new Failure("request.tooLarge", said`The body of the request is larger than ${limit} bytes.`, {
    next: said`Send less at once; files go up as artifacts, which have no limit.`,
  });

/**
 * Reads a whole body of at most `limit` bytes and hands it on, or a failure: `request.tooLarge`, or `cancelled`
 * where the client went away.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
  then: (body: Buffer | Failure) => void,
): void {
  if ((declaredLength(request) ?? 0) > limit) {
    then(tooLarge(limit));
    return;
  }
  proceed(request, response);
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (result: Buffer | Failure): void => {
    request.off("data", onData).off("end", onEnd).off("error", onGone).off("close", onGone);
    then(result);
  };
  const onData = (chunk: Buffer): void => {
    size += chunk.byteLength;
    if (size > limit) end(tooLarge(limit));
    else chunks.push(chunk);
  };
  const onEnd = (): void => {
    const [first] = chunks;
    end(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
  };
  const onGone = (): void => {
    request.on("error", () => undefined); // a second one would have nobody to hear it
    end(new Failure("cancelled", said`The client went away before its request was complete.`));
  };
  request.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
}
