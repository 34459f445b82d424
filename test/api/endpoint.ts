import * as http from "node:http";
import type { Log } from "../../src/core/base/log.js";
import type { FilePort } from "../../src/core/base/ports.js";
import type { Workbench } from "../../src/core/workbench.js";
import type { Api, ApiOptions } from "../../src/api/server.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";

export const M = "/api/2.0/mlflow";

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

interface More {
  /** An empty list leaves a header out. */
  readonly headers?: http.OutgoingHttpHeaders;
  /** Sent as it is, in place of JSON. */
  readonly raw?: string | Buffer;
}

/** Asks an endpoint over HTTP as a client does, on one connection that is kept. */
export class Client {
  readonly port: number;
  readonly #token: string | undefined;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

  constructor(port: number, token?: string) {
    this.port = port;
    this.#token = token;
  }

  ask(method: string, path: string, body?: object, more: More = {}): Promise<Reply> {
    const content = more.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const headers = {
      ...(content === undefined ? {} : { "Content-Type": "application/json" }),
      ...(content === undefined ? {} : { "Content-Length": Buffer.byteLength(content) }),
      ...(this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` }),
      ...more.headers,
    };
    for (const [name, value] of Object.entries(headers))
      if (Array.isArray(value)) Reflect.deleteProperty(headers, name);
    return new Promise((resolve, reject) => {
      const request = http.request(
        { host: "127.0.0.1", port: this.port, agent: this.#agent, method, path, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const bytes = Buffer.concat(chunks);
            const { statusCode: status = 0, headers: sent } = response;
            resolve({ status, headers: sent, bytes, text: bytes.toString("utf8") });
          });
        },
      );
      request.on("error", reject);
      request.end(content);
    });
  }

  /** The JSON answer to a request that must succeed. */
  async ok<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: object,
    more?: More,
  ): Promise<T> {
    const reply = await this.ask(method, path, body, more);
    if (reply.status !== 200) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return JSON.parse(reply.text) as T;
  }

  post<T = Record<string, unknown>>(path: string, body: object): Promise<T> {
    return this.ok<T>("POST", M + path, body);
  }

  get<T = Record<string, unknown>>(path: string, query: object = {}): Promise<T> {
    return this.ok<T>("GET", `${M}${path}${queryOf(query)}`);
  }

  /** Status, error code and message of a request that must fail with MLflow's error object. */
  async refused(method: string, path: string, body?: object, more?: More): Promise<[number, string, string]> {
    const reply = await this.ask(method, path, body, more);
    if (reply.status === 200) throw new Error(`${method} ${path}: accepted`);
    const { error_code, message } = JSON.parse(reply.text) as { error_code: string; message: string };
    return [reply.status, error_code, message];
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** `?a=1&b=2&b=3` */
export function queryOf(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      parameters.append(name, String(one));
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}

export interface Endpoint {
  readonly bench: Workbench;
  readonly api: Api;
  readonly client: Client;
  /** What was logged as a warning or an error. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** A store with an endpoint over it, and a client of that. */
export async function openEndpoint(
  options: Partial<Omit<ApiOptions, "bench">> & {
    readonly folder?: string;
    /** Put in place of the real access to the disk. */
    readonly files?: (real: FilePort) => FilePort;
  } = {},
): Promise<Endpoint> {
  const complaints: string[] = [];
  const log: Log = {
    write: (level, area, message) => {
      if (level === "error" || level === "warn") complaints.push(`${area}: ${message}`);
    },
  };
  const { folder = emptyFolder(), token = null, files = (real) => real, ...others } = options;
  // Loaded as the endpoint loads its own parts later, so that both have one class of failures whatever loads the tests.
  const [{ nodePorts }, { openWorkbench }, { startApi }] = await Promise.all([
    import("../../src/core/base/ports.js"),
    import("../../src/core/workbench.js"),
    import("../../src/api/server.js"),
  ]);
  const bench = openWorkbench(
    folder,
    { ...nodePorts, files: files(nodePorts.files), log },
    { create: true, author: "tester" },
  );
  const api = await startApi({ bench, token, ...others });
  bench.store.live.announce({ role: "server", url: api.url, ...(token === null ? {} : { token }) });
  const client = new Client(api.port, token ?? undefined);
  return {
    bench,
    api,
    client,
    complaints,
    close: async () => {
      client.close();
      await api.close();
      bench.dispose();
    },
  };
}

export interface RunJson {
  readonly info: Readonly<Record<string, string | number>> & {
    readonly run_id: string;
    readonly experiment_id: string;
  };
  readonly data: {
    readonly metrics: readonly {
      readonly key: string;
      readonly value: number | string;
      readonly step: number;
    }[];
    readonly params: readonly { readonly key: string; readonly value: string }[];
    readonly tags: readonly { readonly key: string; readonly value: string }[];
  };
  readonly inputs: {
    readonly dataset_inputs: readonly { readonly dataset: Record<string, string>; readonly tags: unknown }[];
    readonly model_inputs: unknown;
  };
  readonly outputs: { readonly model_outputs: unknown };
}

export async function newRun(client: Client, fields: object = {}): Promise<RunJson> {
  return (await client.post<{ run: RunJson }>("/runs/create", { experiment_id: "0", ...fields })).run;
}

export async function readRun(client: Client, id: string): Promise<RunJson> {
  return (await client.get<{ run: RunJson }>("/runs/get", { run_id: id })).run;
}

/** Pairs of keys and values as an object. */
export const pairs = (
  all: readonly { readonly key: string; readonly value: unknown }[],
): Record<string, unknown> => Object.fromEntries(all.map(({ key, value }) => [key, value]));
