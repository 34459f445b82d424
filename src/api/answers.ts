import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { Answer } from "./call.js";
import { awaitsContinue, declaredLength } from "./body.js";

/** A body that is still coming is read and dropped up to this size to keep the connection. */
const smallBody = 1024 * 1024;
/** How long a larger one is read and dropped, so that the client comes to read why it was refused. */
const lingerMs = 2000;

function headOf(answer: Answer): Record<string, string | number> {
  if (answer.kind === "bytes") return { ...answer.headers };
  const type = answer.kind === "json" ? "application/json" : "text/plain; charset=utf-8";
  return { "Content-Type": type, "Content-Length": Buffer.byteLength(answer.text), ...answer.headers };
}

/** Writes an answer; nothing where one was written already, or nobody is there to read it. */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) {
    if (answer.kind === "bytes" && !Buffer.isBuffer(answer.content)) answer.content.destroy();
    return;
  }
  const head = headOf(answer);
  if (awaitsContinue(request))
    response.shouldKeepAlive = false; // whether the body follows cannot be known
  else if (!request.complete && (declaredLength(request) ?? Number.POSITIVE_INFINITY) > smallBody) {
    sendEarly(request, response, answer, head);
    return;
  }
  response.writeHead(answer.status, head);
  if (answer.kind !== "bytes") response.end(answer.text);
  else if (Buffer.isBuffer(answer.content)) response.end(answer.content);
  else if (request.method === "HEAD") {
    answer.content.destroy();
    response.end();
  } else pipeline(answer.content, response, () => undefined); // a broken pipe destroys both ends, which is all there is to do
}

/** Answers while the body is still coming: closing at once would reset the connection before the answer is read. */
function sendEarly(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  head: Record<string, string | number>,
): void {
  response.shouldKeepAlive = false;
  response.writeHead(answer.status, head);
  if (answer.kind !== "bytes") response.write(answer.text);
  else if (Buffer.isBuffer(answer.content)) response.write(answer.content);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs).unref();
  request
    .on("error", () => undefined)
    .once("end", end)
    .once("close", end);
  request.resume();
}
