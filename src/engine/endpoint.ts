import { startApi, type Api } from "../api/server.js";
import { Failure } from "../core/base/failure.js";
import type { Disposable } from "../core/base/lifetime.js";
import { createFile, readJson, replaceFile } from "../core/store/whole-file.js";
import type { Store } from "../core/store/store.js";
import type { OpenFolder } from "./open-folder.js";

interface Place {
  readonly port: number;
  readonly token: string;
}

/**
 * The MLflow endpoint of a window for its terminals. Port and token are drawn once and kept in the store's `local`,
 * so that what was set in a terminal goes on working after a reload; another port only where that one is taken.
 */
export class Endpoint implements Disposable {
  readonly #folder: OpenFolder;
  #opening: Promise<{ url: string; token: string }> | undefined;
  #api: Api | undefined;

  constructor(folder: OpenFolder) {
    this.#folder = folder;
  }

  /** Its address; it listens from the first call on. */
  open(): Promise<{ readonly url: string; readonly token: string }> {
    this.#opening ??= this.#start().catch((error: unknown) => {
      this.#opening = undefined; // a failure is told once, not remembered
      throw error;
    });
    return this.#opening;
  }

  async #start(): Promise<{ url: string; token: string }> {
    const { bench } = this.#folder;
    const { store } = bench;
    const kept = keptPlace(store);
    const token = kept?.token ?? store.ports.random(24).toString("base64url");
    const ports = kept === undefined ? drawnPorts(store) : [kept.port, ...drawnPorts(store)];
    this.#api = await firstFree(ports, (port) => startApi({ bench, token, port }));
    const { url, port } = this.#api;
    if (port !== kept?.port) keep(store, { port, token });
    store.live.announce({ role: "engine", url, token });
    return { url, token };
  }

  dispose(): void {
    void this.#api?.close();
  }
}

/**
 * Where endpoints of windows listen. The manifest tells VS Code not to forward these ports: that can be told of a
 * range, not of a port that is drawn while the window runs. Below those that systems give to clients.
 */
export const endpointPorts = { first: 28_500, last: 28_627 } as const;
const mostTried = 8;

/** Ports to try in turn; the last, 0, is whichever is free. */
function drawnPorts(store: Store): readonly number[] {
  const { first, last } = endpointPorts;
  const drawn = [...store.ports.random(mostTried)].map((byte) => first + (byte % (last - first + 1)));
  return [...drawn, 0];
}

async function firstFree(ports: readonly number[], listen: (port: number) => Promise<Api>): Promise<Api> {
  const [port = 0, ...others] = ports;
  try {
    return await listen(port);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "port.taken" || others.length === 0) throw error;
    return firstFree(others, listen);
  }
}

const placeFile = (store: Store): string => store.layout.at("local", "endpoint.json");

function keptPlace(store: Store): Place | undefined {
  const value = readJson(store.ports.files, placeFile(store)) as Partial<Place> | null | undefined;
  const { port, token } = value ?? {};
  const isPort = typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536;
  return isPort && typeof token === "string" && token.length >= 16 ? { port, token } : undefined;
}

function keep(store: Store, place: Place): void {
  const bytes = Buffer.from(`${JSON.stringify(place)}\n`);
  const file = placeFile(store);
  try {
    if (!createFile(store.ports, file, bytes, { mode: 0o600 }))
      replaceFile(store.ports, file, bytes, { mode: 0o600 });
  } catch (error) {
    store.ports.log.write("info", "store", `The endpoint's port is not kept: ${String(error)}`);
  }
}
