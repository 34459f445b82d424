import assert from "node:assert/strict";
import { M, openEndpoint, queryOf, type Client, type Endpoint } from "./endpoint.js";

/** Status and error code of what is wrong with a request, and of what is not there. */
export const INVALID = [400, "INVALID_PARAMETER_VALUE"];
export const MISSING = [404, "RESOURCE_DOES_NOT_EXIST"];

export interface VersionJson {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly version: string;
  readonly current_stage: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly aliases: readonly string[];
}
export interface ModelJson {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly last_updated_timestamp: number;
  readonly latest_versions: readonly VersionJson[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly aliases: readonly { readonly alias: string; readonly version: string }[];
}

/** What the tests of the registry ask again and again. */
export class RegistryClient {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(name: string, more: object = {}): Promise<ModelJson> {
    const told = await this.#client.post<{ registered_model: ModelJson }>("/registered-models/create", {
      name,
      ...more,
    });
    return told.registered_model;
  }

  async read(name: string): Promise<ModelJson> {
    return (await this.#client.get<{ registered_model: ModelJson }>("/registered-models/get", { name }))
      .registered_model;
  }

  async version(name: string, more: object = {}): Promise<VersionJson> {
    const told = await this.#client.post<{ model_version: VersionJson }>("/model-versions/create", {
      name,
      source: "s3://bucket/model",
      ...more,
    });
    return told.model_version;
  }

  async readVersion(name: string, version: string | number): Promise<VersionJson> {
    return (await this.#client.get<{ model_version: VersionJson }>("/model-versions/get", { name, version }))
      .model_version;
  }

  change<T = unknown>(method: string, path: string, body: object): Promise<T> {
    return this.#client.ok<T>(method, M + path, body);
  }

  /** Status and error code of a request that must fail. */
  async refused(method: string, path: string, body: object = {}): Promise<[number, string]> {
    const [status, code] =
      method === "GET"
        ? await this.#client.refused(method, `${M}${path}${queryOf(body)}`)
        : await this.#client.refused(method, M + path, body);
    return [status, code];
  }
}

/** For an endpoint whose answers do not depend on the disk, while each fact would wait for it. */
const unsynced = { sync: () => undefined, syncFolder: () => undefined };

/** An endpoint of its own for each test of a `describe`, which must not have complained at the end. */
export function registryHere(): {
  readonly endpoint: Endpoint;
  readonly client: Client;
  readonly registry: RegistryClient;
} {
  let endpoint: Endpoint;
  let registry: RegistryClient;
  beforeEach(async () => {
    endpoint = await openEndpoint({ files: (real) => ({ ...real, ...unsynced }) });
    registry = new RegistryClient(endpoint.client);
  });
  afterEach(async () => {
    assert.deepEqual(endpoint.complaints, []);
    await endpoint.close();
  });
  return {
    get endpoint() {
      return endpoint;
    },
    get client() {
      return endpoint.client;
    },
    get registry() {
      return registry;
    },
  };
}
