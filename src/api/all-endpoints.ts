import { artifactsRoutes } from "./artifacts-routes.js";
import type { Endpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { experimentsRoutes } from "./experiments-routes.js";
import { loggedModelsRoutes } from "./logged-models-routes.js";
import { metricsRoutes } from "./metrics-routes.js";
import { lazyRoutes } from "./lazy-routes.js";
import { runsRoutes } from "./runs-routes.js";
import { systemRoutes } from "./system-routes.js";
import { tracesRoutes } from "./traces-routes.js";

/** Every endpoint: where to add the routes of a new subject. */
export const allEndpoints = (api: Endpoints): Endpoint[] => [
  ...systemRoutes(api),
  ...experimentsRoutes(api),
  ...runsRoutes(api),
  ...metricsRoutes(api),
  ...artifactsRoutes(api),
  ...loggedModelsRoutes(api),
  ...tracesRoutes(api),
  ...lazyRoutes("/registered-models", async () =>
    (await import("./registered-models-routes.js")).registeredModelsRoutes(api),
  ),
  ...lazyRoutes("/model-versions", async () =>
    (await import("./model-versions-routes.js")).modelVersionsRoutes(api),
  ),
];
