import type { IncomingMessage, ServerResponse } from "node:http";
import { fastify, type FastifyRequest } from "fastify";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { answerCall, type Dispatch } from "./dispatch.js";
import { send } from "./answers.js";
import { declaredLength, proceed } from "./body.js";
import type { Endpoint, Method, UploadEndpoint } from "./call.js";
import { queryFields, withPath, type Fields } from "./codec.js";
import { unknownRoute } from "./failures.js";

const methods: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * All endpoints behind fastify's router. Loaded when the first request needs it: a supervisor must listen at once.
 * Only the routing is fastify's; bodies are read and answers are written as for the hot routes.
 */
export async function openRouter(
  endpoints: readonly Endpoint[],
  dispatch: Dispatch,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const app = fastify({
    logger: false,
    routerOptions: { maxParamLength: 4096, querystringParser: () => ({}) },
    frameworkErrors: (_error, request, reply) => {
      reply.hijack();
      dispatch.fail(
        request.raw,
        reply.raw,
        new Failure("path.invalid", said`Invalid path: it is not percent-encoded UTF-8.`),
      );
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => {
    done(null);
  });
  app.setNotFoundHandler((request, reply) => {
    reply.hijack();
    dispatch.fail(request.raw, reply.raw, unknownRoute(request.method, request.url));
  });
  for (const [url, ways] of byUrl(endpoints)) {
    for (const [method, endpoint] of ways) {
      app.route({
        method,
        url,
        handler: (request, reply) => {
          reply.hijack();
          serve(endpoint, url, request, reply.raw, dispatch);
        },
      });
    }
    const others = methods.filter((method) => !ways.has(method));
    app.route({
      method: ways.has("GET") ? others : [...others, "HEAD"],
      url,
      handler: (request, reply) => {
        reply.hijack();
        const allowed = [...ways.keys()].join(", ");
        dispatch.fail(
          request.raw,
          reply.raw,
          new Failure(
            "method.wrong",
            said`Method not allowed: ${url} takes ${allowed}, not ${request.method}.`,
          ),
        );
      },
    });
  }
  await app.ready();
  return (request, response) => {
    const type = request.headers["content-type"];
    types.set(request, type);
    // fastify must not judge what it does not read.
    if (type !== undefined) request.headers["content-type"] = "application/octet-stream";
    app.routing(request, response);
  };
}

/** The content types of requests as they came. */
const types = new WeakMap<IncomingMessage, string | undefined>();

function byUrl(endpoints: readonly Endpoint[]): Map<string, Map<Method, Endpoint>> {
  const urls = new Map<string, Map<Method, Endpoint>>();
  for (const endpoint of endpoints) {
    for (const base of endpoint.bases) {
      const url = base + endpoint.path;
      const ways = urls.get(url) ?? new Map<Method, Endpoint>();
      urls.set(url, ways.set(endpoint.method, endpoint));
    }
  }
  return urls;
}

function serve(
  endpoint: Endpoint,
  pattern: string,
  request: FastifyRequest,
  response: ServerResponse,
  dispatch: Dispatch,
): void {
  const { raw } = request;
  const type = types.get(raw);
  if (type !== undefined) raw.headers["content-type"] = type;
  let path: Record<string, string>;
  try {
    path = pathFields(pattern, request);
  } catch (error) {
    dispatch.fail(raw, response, error);
    return;
  }
  if ("upload" in endpoint) void upload(endpoint, raw, response, path, dispatch);
  else answerCall(endpoint, raw, response, path, dispatch);
}

/** The parts of the path, decoded once. The rest at the end (`*`) is taken as it was sent. */
function pathFields(pattern: string, request: FastifyRequest): Record<string, string> {
  const fields = { ...(request.params as Record<string, string>) };
  if (!pattern.endsWith("*")) return fields;
  const raw = request.url.split("?", 1)[0] ?? "";
  try {
    fields["*"] = decodeURIComponent(raw.slice(pattern.length - 1));
  } catch {
    throw new Failure("path.invalid", said`Invalid path: it is not percent-encoded UTF-8.`);
  }
  return fields;
}

async function upload(
  endpoint: UploadEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
  path: Record<string, string>,
  dispatch: Dispatch,
): Promise<void> {
  try {
    const query = request.url?.split("?")[1] ?? "";
    const fields: Fields = withPath(queryFields(query), path);
    const size = declaredLength(request);
    send(request, response, await endpoint.upload({ fields, size }, content(request, response)));
  } catch (error) {
    dispatch.fail(request, response, error);
  }
}

/** The body as it comes; the client is told to send it when it is first asked for. */
async function* content(request: IncomingMessage, response: ServerResponse): AsyncGenerator<Uint8Array> {
  proceed(request, response);
  // Left open where the reader stops early: what is refused must still be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
}
