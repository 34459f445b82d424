import type * as http from "node:http";
import type { Socket } from "node:net";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { send } from "./answers.js";
import { failureAnswer } from "./failures.js";
import type { ApiLimits } from "./limits.js";

/** Watches a server's connections: how many, how slow, and how they end. */
export class Connections {
  readonly #server: http.Server;
  readonly #limits: ApiLimits;
  readonly #open = new Set<Socket>();
  readonly #excess = new WeakSet<Socket>();
  /** The answer that a connection waits for, or had last. */
  readonly #answering = new WeakMap<Socket, http.ServerResponse>();
  #closing = false;

  constructor(server: http.Server, limits: ApiLimits) {
    this.#server = server;
    this.#limits = limits;
    server.timeout = limits.idleMs;
    server.maxConnections = limits.connections * 2;
    server.on("connection", (socket: Socket) => {
      this.#admit(socket);
    });
    server.on("timeout", (socket: Socket) => {
      this.#idle(socket);
    });
    server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
      refuseRaw(error, socket, limits);
    });
  }

  #admit(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    if (this.#open.size <= this.#limits.connections) return;
    this.#excess.add(socket);
    this.#server.closeIdleConnections(); // clients open them again when they have something to ask
  }

  /** To be called for each request as it comes. */
  begin(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.#answering.set(request.socket, response);
    if (this.#closing) response.shouldKeepAlive = false;
  }

  /** Refuses the requests of connections beyond the limit: a client that waits a moment finds room. */
  refuses(request: http.IncomingMessage, response: http.ServerResponse): Failure | undefined {
    if (!this.#excess.has(request.socket)) return undefined;
    if (this.#open.size <= this.#limits.connections) {
      this.#excess.delete(request.socket); // room was made meanwhile
      return undefined;
    }
    response.shouldKeepAlive = false;
    return new Failure("request.tooMany", said`More than ${this.#limits.connections} connections are open.`, {
      next: said`Use fewer connections at once, or try again in a moment.`,
    });
  }

  /** A connection on which nothing moved for `idleMs`, or for `keepAliveMs` between requests. */
  #idle(socket: Socket): void {
    const response = this.#answering.get(socket);
    if (!response || response.writableFinished || response.headersSent) socket.destroy();
    else if (!response.req.complete) {
      const slow = new Failure(
        "request.slow",
        said`Nothing of the request's body came for ${this.#limits.idleMs / 1000} s.`,
      );
      send(response.req, response, failureAnswer(slow, "reading a request"));
      socket.destroySoon();
    }
    // Else the request waits for us, and not we for the client.
  }

  /** Takes no more connections, and resolves when those that are open have had their answers. */
  async drain(): Promise<void> {
    this.#closing = true;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const socket of this.#open) {
      const response = this.#answering.get(socket);
      if (!response || response.writableFinished) socket.end();
      else if (!response.headersSent) response.shouldKeepAlive = false;
    }
    const late = setTimeout(() => {
      this.#server.closeAllConnections();
    }, this.#limits.drainMs);
    await closed;
    clearTimeout(late);
  }
}

/** Answers what is no HTTP, or stopped before it was a request. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket, limits: ApiLimits): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const failure =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? new Failure(
          "request.slow",
          said`The headers of the request took more than ${limits.headersMs / 1000} s.`,
        )
      : error.code === "HPE_HEADER_OVERFLOW"
        ? new Failure("request.tooLarge", said`The headers are larger than ${limits.headerBytes} bytes.`)
        : new Failure("usage.wrong", said`This is not an HTTP/1.1 request.`);
  const answer = failureAnswer(failure, "reading a request");
  const text = answer.kind === "bytes" ? "" : answer.text;
  const words =
    { 400: "Bad Request", 408: "Request Timeout", 413: "Content Too Large" }[answer.status] ?? "Error";
  socket.end(
    `HTTP/1.1 ${answer.status} ${words}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
  socket.resume();
  setTimeout(() => {
    socket.destroy();
  }, 1000).unref();
}
