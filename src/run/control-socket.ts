import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";
import type { Disposable } from "../core/base/lifetime.js";
import type { Ports } from "../core/base/ports.js";
import type { WriterId } from "../core/store/ids.js";
import type { LiveProcess } from "../core/store/live.js";
import { removeQuietly } from "../core/store/whole-file.js";
import { answers, Channel, type Wire } from "../protocol/channel.js";
import { RemoteFailure } from "../protocol/failure.js";
import type { ControlRequests } from "../protocol/control.js";

/** Bytes that the path of a socket may have on every system: macOS allows 104 with the end. */
const longestPath = 100;
const answerMs = 3000;

/**
 * Where a process listens for who may stop it: beside its note, in the system's folder for what is passing where the
 * store's path is too long for a socket, a named pipe on Windows.
 */
export function controlPath(liveFolder: string, writer: WriterId): string {
  if (process.platform === "win32") return `\\\\.\\pipe\\loam-${writer}`;
  const beside = path.join(liveFolder, `${writer}.sock`);
  return Buffer.byteLength(beside) <= longestPath ? beside : path.join(os.tmpdir(), `loam-${writer}.sock`);
}

/** Listens until it is disposed. Rejects where the system gives no socket there, such as on a drive of another machine. */
export async function listenForControl(
  ports: Ports,
  place: string,
  token: string,
  onStop: () => void,
): Promise<Disposable> {
  const server = net.createServer((socket) => {
    const answer = answers<ControlRequests>({
      "process/stop": ({ token: given }) => {
        if (given !== token)
          throw new RemoteFailure({ code: "token.wrong", message: "The token is not this process's." });
        onStop();
        return null;
      },
    });
    const channel = new Channel<Record<never, never>, Record<never, never>, Record<never, never>>(
      wireOf(socket),
      { answer },
    );
    socket.once("close", () => {
      channel.close("The other side left.");
    });
  });
  server.unref(); // it keeps no process alive that has nothing else to do
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(place, resolve);
  });
  return {
    dispose: () => {
      server.close();
      if (process.platform !== "win32") removeQuietly(ports.files, place);
    },
  };
}

/** Asks a live process to stop its work. False where it has no socket or does not answer there. */
export async function askToStop(live: LiveProcess | undefined): Promise<boolean> {
  if (live?.socket === undefined || live.token === undefined) return false;
  const socket = net.connect(live.socket);
  const channel = new Channel<ControlRequests, Record<never, never>, Record<never, never>>(wireOf(socket));
  const close = (): void => {
    channel.close("The process does not answer.");
    socket.destroy();
  };
  socket.once("close", close);
  const patience = setTimeout(close, answerMs);
  try {
    await channel.request("process/stop", { token: live.token });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(patience);
    close();
  }
}

/** Messages as JSON, a line each. */
function wireOf(socket: net.Socket): Wire {
  socket.on("error", () => undefined); // "close" follows
  return {
    send: (message) => {
      socket.write(`${JSON.stringify(message)}\n`);
    },
    receive: (listener) => {
      const lines = readline.createInterface({ input: socket });
      lines.on("error", () => undefined); // it tells those of the socket once more
      lines.on("line", (line) => {
        try {
          listener(JSON.parse(line));
        } catch {
          socket.destroy(); // it speaks something else
        }
      });
    },
  };
}
