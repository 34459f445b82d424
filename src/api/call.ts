import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Fields } from "./codec.js";

/** A request as it came: what another process needs to answer it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Call {
  /** The fields of the JSON body, or of the query of a GET; those of the path among them. */
  readonly fields: Fields;
  readonly received: Received;
}

export type Headers = Readonly<Record<string, string>>;

export type Answer =
  | {
      readonly kind: "json" | "plain";
      readonly status: number;
      readonly text: string;
      readonly headers?: Headers;
    }
  | {
      readonly kind: "bytes";
      readonly status: number;
      readonly headers: Headers;
      readonly content: Buffer | Readable;
    };

/** `{}`: the whole answer to most writes. */
export const done: Answer = { kind: "json", status: 200, text: "{}" };

export const json = (value: object): Answer => ({ kind: "json", status: 200, text: JSON.stringify(value) });

/** JSON that is text already. */
export const jsonText = (text: string): Answer => ({ kind: "json", status: 200, text });

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Place {
  readonly method: Method;
  /** Below each of the bases; `:name` takes one part of the path, `*` at the end the rest. */
  readonly path: string;
  readonly bases: readonly string[];
}

/** An endpoint that takes a body of JSON, or none. */
export interface CallEndpoint extends Place {
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

/** An endpoint that takes a body of any kind and length, as it comes. */
export interface UploadEndpoint extends Place {
  readonly upload: (
    call: Omit<Call, "received"> & { readonly size: number | undefined },
    content: AsyncIterable<Uint8Array>,
  ) => Promise<Answer>;
}

export type Endpoint = CallEndpoint | UploadEndpoint;

export const v2 = ["/api/2.0/mlflow", "/ajax-api/2.0/mlflow"];
export const v3 = ["/api/3.0/mlflow", "/ajax-api/3.0/mlflow"];
export const proxy = ["/api/2.0/mlflow-artifacts", "/ajax-api/2.0/mlflow-artifacts"];
export const root = [""];

type Answering = CallEndpoint["answer"];
export const get = (path: string, answer: Answering, bases = v2): CallEndpoint => ({
  method: "GET",
  path,
  answer,
  bases,
});
export const post = (path: string, answer: Answering, bases = v2): CallEndpoint => ({
  method: "POST",
  path,
  answer,
  bases,
});
