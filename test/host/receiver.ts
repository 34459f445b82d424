// Somebody's server that is told of models.
import { createHmac } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";

interface Heard {
  readonly event: string;
  readonly body: string;
  /** With the secret, as docs/command-line.md says. */
  readonly isSigned: boolean;
}

/** A server on this machine that keeps what it is told. */
export class Receiver {
  readonly url: string;
  readonly #server: http.Server;
  readonly #told: { readonly headers: http.IncomingHttpHeaders; readonly body: string }[] = [];

  private constructor(server: http.Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    server.on("request", (request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (part: string) => (body += part));
      request.on("end", () => {
        this.#told.push({ headers: request.headers, body });
        response.writeHead(204).end();
      });
    });
  }

  static async open(): Promise<Receiver> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Receiver(server);
  }

  /** The first event of this kind, or of any; undefined where none has come yet. */
  heard(secret: string, event?: string): Heard | undefined {
    const found = this.#told.find(({ headers }) => event === undefined || headers["x-loam-event"] === event);
    if (!found) return undefined;
    const { headers, body } = found;
    const signed = createHmac("sha256", secret).update(`${String(headers["x-loam-timestamp"])}.${body}`);
    return {
      event: String(headers["x-loam-event"]),
      body,
      isSigned: headers["x-loam-signature"] === `sha256=${signed.digest("hex")}`,
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
