import { v2, type Answer, type CallEndpoint, type Endpoint, type Method } from "./call.js";

const message =
  "This endpoint keeps no model registry: registered models and their versions are not there yet. " +
  "Runs, logged models (models:/m-…) and artifacts work; leave registered_model_name out.\n";

const answer = (): Answer => ({ kind: "plain", status: 404, text: message });

/**
 * The registry's routes, until there is one. No JSON, so that clients take them for unknown; the text is what they
 * show to their user.
 */
export function registryAbsentRoutes(): Endpoint[] {
  const methods: readonly Method[] = ["GET", "POST", "PATCH", "DELETE"];
  return methods.flatMap((method): CallEndpoint[] =>
    ["/registered-models/*", "/model-versions/*"].map((path) => ({
      method,
      path,
      bases: [...v2, ""],
      answer,
    })),
  );
}
