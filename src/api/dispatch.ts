import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Log } from "../core/base/log.js";
import { send } from "./answers.js";
import { readBody } from "./body.js";
import type { Answer, CallEndpoint } from "./call.js";
import { bodyFields, queryFields, withPath, type Fields } from "./codec.js";
import { failureAnswer, statusOf } from "./failures.js";

const empty = Buffer.alloc(0);

/** What all requests share. */
export interface Dispatch {
  /** Largest body of JSON, in bytes. */
  readonly bodyLimit: number;
  /** Answers with a failure, whatever was thrown. */
  fail(request: IncomingMessage, response: ServerResponse, error: unknown): void;
}

export class Dispatcher implements Dispatch {
  readonly bodyLimit: number;
  readonly #log: Log;

  constructor(bodyLimit: number, log: Log) {
    this.bodyLimit = bodyLimit;
    this.#log = log;
  }

  fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const what = `${request.method ?? ""} ${(request.url ?? "").split("?", 1)[0] ?? ""}`;
    if (request.destroyed && !request.complete) return; // the client went away: that is all there is to it
    const status = error instanceof Failure ? statusOf(error) : undefined;
    if (status === undefined) this.#log.write("error", "api", `${what}: ${stackOf(error)}`);
    else if (status >= 500 && status !== 501)
      this.#log.write("warn", "api", `${what}: ${(error as Failure).message}`);
    send(request, response, failureAnswer(error, what));
  }
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Reads a request, has its endpoint answer it, and writes the answer, at once where nothing has to be waited for. */
export function answerCall(
  endpoint: CallEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
  path: Readonly<Record<string, string>> | undefined,
  dispatch: Dispatch,
): void {
  if (endpoint.method === "GET") {
    const url = request.url ?? "";
    const query = url.indexOf("?");
    finish(
      endpoint,
      request,
      response,
      path,
      empty,
      queryFields(query < 0 ? "" : url.slice(query + 1)),
      dispatch,
    );
    return;
  }
  readBody(request, response, dispatch.bodyLimit, (body) => {
    const refusal = body instanceof Failure ? body : wrongType(request, body);
    if (refusal || body instanceof Failure) dispatch.fail(request, response, refusal);
    else finish(endpoint, request, response, path, body, bodyFields(body), dispatch);
  });
}

function finish(
  endpoint: CallEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
  path: Readonly<Record<string, string>> | undefined,
  body: Buffer,
  own: Fields,
  dispatch: Dispatch,
): void {
  const { method = "GET", url = "/", headers } = request;
  const fields = path ? withPath(own, path) : own;
  let answer: Answer | Promise<Answer>;
  try {
    answer = endpoint.answer({ fields, received: { method, url, headers, body } });
  } catch (error) {
    dispatch.fail(request, response, error);
    return;
  }
  if (!(answer instanceof Promise)) {
    send(request, response, answer);
    return;
  }
  answer.then(
    (late) => {
      send(request, response, late);
    },
    (error: unknown) => {
      dispatch.fail(request, response, error);
    },
  );
}

/** A body that does not say that it is JSON. */
function wrongType(request: IncomingMessage, body: Buffer): Failure | undefined {
  if (body.byteLength === 0) return undefined;
  const type = request.headers["content-type"];
  if (type !== undefined && /^application\/json\s*(;|$)/i.test(type)) return undefined;
  return new Failure(
    "value.invalid",
    said`The Content-Type must be application/json, not '${(type ?? "").slice(0, 100)}'.`,
  );
}
