import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { get, json, root, v3, type Endpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";

/** What clients ask about the endpoint itself. */
export function systemRoutes(api: Endpoints): Endpoint[] {
  return [
    get("/health", () => ({ kind: "plain", status: 200, text: "OK" }), root),
    get("/version", () => ({ kind: "plain", status: 200, text: api.version }), root),
    get(
      "/server-info",
      () =>
        json({
          store_type: "LoamStore",
          workspaces_enabled: false,
          trace_archival_enabled: false,
          multipart_uploads_enabled: false,
          multipart_downloads_enabled: false,
        }),
      v3,
    ),
    {
      method: "POST",
      path: "/v1/traces",
      bases: root,
      upload: () => {
        // In these words MLflow's clients learn to send spans as the artifact traces.json instead.
        throw new Failure("feature.absent", said`REST OTLP span logging is not supported here.`);
      },
    },
  ];
}
