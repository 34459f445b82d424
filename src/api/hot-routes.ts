import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallEndpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { answerCall, type Dispatch } from "./dispatch.js";
import { metricsRoutes } from "./metrics-routes.js";
import { runsRoutes } from "./runs-routes.js";

/** What a training calls over and over; a router's work would be a good part of their time. */
const hot: ReadonlySet<string> = new Set([
  "/runs/log-metric",
  "/runs/log-batch",
  "/runs/log-parameter",
  "/runs/set-tag",
  "/runs/get",
  "/runs/create",
  "/runs/update",
]);

/** The endpoints that are answered without a router, by method and path. */
export class HotRoutes {
  readonly #endpoints = new Map<string, CallEndpoint>();
  readonly #dispatch: Dispatch;

  constructor(api: Endpoints, dispatch: Dispatch) {
    this.#dispatch = dispatch;
    for (const endpoint of [...metricsRoutes(api), ...runsRoutes(api)]) {
      if (!hot.has(endpoint.path)) continue;
      for (const base of endpoint.bases) this.#endpoints.set(base + endpoint.path, endpoint);
    }
  }

  /** Answers a request that is for one of them; false for any other. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? "";
    const query = url.indexOf("?");
    const endpoint = this.#endpoints.get(query < 0 ? url : url.slice(0, query));
    if (!endpoint || endpoint.method !== request.method) return false;
    answerCall(endpoint, request, response, undefined, this.#dispatch);
    return true;
  }
}
