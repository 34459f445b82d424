import type { IndexSection } from "../store/projection.js";
import { experimentSchema } from "./experiment-tables.js";
import { dataVersionsSchema } from "./run-data-tables.js";
import { modelProjection, runProjection, traceProjection } from "./tables.js";

/** What runs, experiments, logged models and traces have in the index. */
export const trackingSection: IndexSection = {
  projections: [runProjection, modelProjection, traceProjection],
  schema: `${experimentSchema};\n${dataVersionsSchema}`,
};
