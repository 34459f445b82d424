import * as net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A connection on which a test sends bytes as it likes. */
export class Wire {
  readonly socket: net.Socket;
  received = "";
  /** True once the other side has closed, or reset. */
  closed = false;

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (this.received += text));
    socket.on("error", () => undefined);
    socket.on("end", () => (this.closed = true));
    socket.on("close", () => (this.closed = true));
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: "127.0.0.1", noDelay: true }, () => {
        resolve(new Wire(socket));
      });
      socket.once("error", reject);
    });
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Waits until what came matches, or the other side has closed. */
  async until(words: RegExp | "closed"): Promise<string> {
    for (let n = 0; n < 1000; n++) {
      if (words === "closed" ? this.closed : words.test(this.received)) return this.received;
      if (this.closed && words !== "closed") break;
      await sleep(10);
    }
    throw new Error(
      `waited for ${String(words)}, ${this.closed ? "closed" : "open"}, got: ${this.received.slice(0, 500)}`,
    );
  }

  end(): void {
    this.socket.destroy();
  }
}

/** The head of a request. */
export const head = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>> = {},
): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
