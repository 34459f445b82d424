import type * as Http from "node:http";
import type { LiveProcess } from "../core/store/live.js";
import type { Answer, Received } from "./call.js";
import { http } from "./node-http.js";
import { forwardedHeader, misdirected, tokenHeader } from "./owner-call.js";

const patienceMs = 30_000;
/** No answer to a write comes near it. */
const largestAnswer = 32 * 1024 * 1024;

/** Sends requests on to other processes of this machine. */
export class Forwarder {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  /** The other process's answer; undefined where it does not answer, or is not the owner (any more). */
  send(to: LiveProcess, received: Received): Promise<Answer | undefined> {
    const { url, token } = to;
    if (url === undefined) return Promise.resolve(undefined);
    const type = received.headers["content-type"];
    const headers: Http.OutgoingHttpHeaders = {
      [forwardedHeader]: "1",
      "content-length": received.body.byteLength,
      ...(type === undefined ? {} : { "content-type": type }),
      ...tokenHeader(token),
    };
    return new Promise((resolve) => {
      const nothing = (): void => {
        resolve(undefined);
      };
      const request = http.request(
        url + received.url,
        { method: received.method, headers, agent: this.#agent, timeout: patienceMs },
        (response) => {
          collect(response, resolve);
        },
      );
      request.on("timeout", () => request.destroy()).on("error", nothing);
      request.end(received.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function collect(response: Http.IncomingMessage, resolve: (answer: Answer | undefined) => void): void {
  const status = response.statusCode ?? 500;
  const chunks: Buffer[] = [];
  let size = 0;
  response
    .on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > largestAnswer) response.destroy();
    })
    .on("end", () => {
      const content = Buffer.concat(chunks);
      const type = response.headers["content-type"] ?? "application/json";
      const headers = { "Content-Type": type, "Content-Length": String(content.byteLength) };
      resolve(status === misdirected ? undefined : { kind: "bytes", status, headers, content });
    })
    .on("error", () => {
      resolve(undefined);
    });
}
