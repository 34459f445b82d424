import { Failure } from "../core/base/failure.js";
import { get, json, post, root, v3, type CallEndpoint, type Endpoints } from "./call.js";

/** What clients ask about the endpoint itself. */
export function systemRoutes(api: Endpoints): CallEndpoint[] {
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
    post(
      "/v1/traces",
      () => {
        // In these words MLflow's clients learn to send spans as the artifact traces.json instead.
        throw new Failure("feature.absent", "REST OTLP span logging is not supported here.");
      },
      root,
    ),
  ];
}
