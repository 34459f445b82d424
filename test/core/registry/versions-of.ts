import type { NewVersion } from "../../../src/core/registry/versions.js";

/** A version that came from nowhere in particular. */
export const plainVersion = (more: Partial<NewVersion> = {}): NewVersion => ({
  source: "model.onnx",
  artifact: null,
  flavor: "other",
  signature: null,
  example: null,
  run: null,
  logged: null,
  runName: null,
  experiment: null,
  code: null,
  data: [],
  params: {},
  metrics: {},
  environment: null,
  ...more,
});
