import * as crypto from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";

const localHost = /^(localhost|127\.0\.0\.1)(:\d{1,5})?$/i;

/**
 * Who may ask. A page of a foreign site that a browser on this machine shows must not: neither by its own name
 * (`Origin`), nor by a name of its own that resolves to this machine (`Host`).
 */
export class Guard {
  readonly #token: Buffer | undefined;
  readonly #bearer: Buffer | undefined;
  readonly #origins: ReadonlySet<string>;
  #knownHost = "";

  constructor(token: string | null, port: number, allowedOrigins: readonly string[]) {
    this.#token = token === null ? undefined : Buffer.from(token);
    this.#bearer = token === null ? undefined : Buffer.from(`Bearer ${token}`);
    const own = ["localhost", "127.0.0.1"].map((host) => `http://${host}:${port}`);
    this.#origins = new Set([...own, ...allowedOrigins]);
  }

  /** Why a request is refused, or undefined. Only whether the endpoint is alive may be asked without a token. */
  refuses(request: IncomingMessage): Failure | undefined {
    const refusal = this.#refusesOrigin(request);
    if (refusal || request.url === "/health" || isPreflight(request)) return refusal;
    return this.#refusesToken(request);
  }

  /**
   * Lets a page of an allowed origin read the answer; true where the request was only a browser's question whether
   * that is so, which is answered.
   */
  admitPage(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    if (origin === undefined) return false;
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Vary", "Origin");
    if (!isPreflight(request)) return false;
    response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
    response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Range");
    response.setHeader("Access-Control-Max-Age", "600");
    response.writeHead(204).end();
    return true;
  }

  #refusesOrigin(request: IncomingMessage): Failure | undefined {
    const { host, origin } = request.headers;
    if (host === undefined || host !== this.#knownHost) {
      if (host === undefined || !localHost.test(host)) {
        return new Failure("auth.origin", said`Requests for the host '${shown(host)}' are refused.`, {
          next: said`Address this endpoint as http://127.0.0.1 or http://localhost.`,
        });
      }
      this.#knownHost = host;
    }
    if (origin === undefined || this.#origins.has(origin)) return undefined;
    return new Failure("auth.origin", said`Requests from pages of '${shown(origin)}' are refused.`, {
      next: said`Only pages of this endpoint itself may ask, and origins that were allowed when it was started.`,
    });
  }

  #refusesToken(request: IncomingMessage): Failure | undefined {
    if (this.#token === undefined || this.#bearer === undefined) return undefined;
    const given = request.headers.authorization;
    if (given === undefined) {
      return new Failure("auth.token", said`This endpoint wants a token, and the request has none.`, {
        next: said`Set MLFLOW_TRACKING_TOKEN to the token that was printed when it was started.`,
      });
    }
    if (equal(Buffer.from(given), this.#bearer)) return undefined;
    // MLflow's clients send MLFLOW_TRACKING_USERNAME and _PASSWORD so: any name, with the token as password.
    const basic = /^Basic ([\w+/=-]+)$/i.exec(given)?.[1];
    const pair = basic === undefined ? "" : Buffer.from(basic, "base64").toString("utf8");
    const colon = pair.indexOf(":");
    if (colon >= 0 && equal(Buffer.from(pair.slice(colon + 1)), this.#token)) return undefined;
    if (equal(Buffer.from(given.replace(/^bearer /i, "Bearer ")), this.#bearer)) return undefined;
    return new Failure("auth.token", said`The token of the request is not the one of this endpoint.`, {
      next: said`Set MLFLOW_TRACKING_TOKEN to the token that was printed when it was started; a new start may have a new one.`,
    });
  }
}

const isPreflight = (request: IncomingMessage): boolean =>
  request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;

const equal = (given: Buffer, expected: Buffer): boolean =>
  given.byteLength === expected.byteLength && crypto.timingSafeEqual(given, expected);

const shown = (text: string | undefined): string => (text ?? "").slice(0, 100);
