import * as net from "node:net";

const headEnd = Buffer.from("\r\n\r\n");

/**
 * One kept connection to an HTTP server, with as little of its own as can be: `node:http` as a client takes more of
 * the processor than the server that is to be measured.
 */
export class RawClient {
  readonly #socket: net.Socket;
  readonly #head: string;
  #held: Buffer = Buffer.alloc(0);
  #answer: ((body: Buffer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: net.Socket, head: string) {
    this.#socket = socket;
    this.#head = head;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      this.#held = this.#held.byteLength === 0 ? bytes : Buffer.concat([this.#held, bytes]);
      this.#look();
    });
    const end = (error: Error): void => {
      this.#failed?.(error);
    };
    socket.on("error", end);
    socket.on("close", () => {
      end(new Error("the server closed the connection"));
    });
  }

  /** Headers are those of MLflow's Python client. */
  static async open(url: URL, token: string | null): Promise<RawClient> {
    const socket = net.connect(Number(url.port), url.hostname);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    const lines = [
      `Host: ${url.host}`,
      "User-Agent: mlflow-python-client/3.17.2",
      "Accept-Encoding: identity",
      "Accept: */*",
      "Connection: keep-alive",
      "Content-Type: application/json",
      ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
    ];
    return new RawClient(socket, lines.join("\r\n"));
  }

  /** Sends a request and gives the body of its answer; throws where that is not 200. */
  post(path: string, body: string): Promise<Buffer> {
    const length = Buffer.byteLength(body);
    return this.#ask(`POST ${path} HTTP/1.1\r\n${this.#head}\r\nContent-Length: ${length}\r\n\r\n${body}`);
  }

  get(path: string): Promise<Buffer> {
    return this.#ask(`GET ${path} HTTP/1.1\r\n${this.#head}\r\n\r\n`);
  }

  #ask(request: string): Promise<Buffer> {
    if (this.#socket.destroyed) return Promise.reject(new Error("the server has closed the connection"));
    this.#socket.write(request);
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#failed = reject;
    });
  }

  #look(): void {
    const end = this.#held.indexOf(headEnd);
    if (end < 0) return;
    const head = this.#held.toString("latin1", 0, end);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
    const start = end + headEnd.byteLength;
    if (Number.isNaN(length)) {
      this.#failed?.(new Error(`an answer without its length: ${head.slice(0, 200)}`));
      return;
    }
    if (this.#held.byteLength < start + length) return;
    const body = this.#held.subarray(start, start + length);
    this.#held = Buffer.alloc(0);
    if (/^HTTP\/1\.[01] 200/.test(head)) this.#answer?.(body);
    else this.#failed?.(new Error(`${head.split("\r\n")[0] ?? ""}: ${body.toString("utf8").slice(0, 300)}`));
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }
}

/** JSON of an answer. */
export async function postJson(client: RawClient, path: string, body: object): Promise<unknown> {
  const answer = await client.post(path, JSON.stringify(body));
  return JSON.parse(answer.toString("utf8")) as unknown;
}
