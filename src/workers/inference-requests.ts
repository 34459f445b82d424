import type { Tensor } from "../core/registry/inference.js";
import type { Measured } from "../core/registry/view.js";

/** What the inference process answers. Files are absolute. */
export interface InferenceRequests {
  measure: {
    params: { readonly file: string; readonly inputs: readonly Tensor[] };
    result: Omit<Measured, "at">;
  };
  answer: {
    params: { readonly file: string; readonly inputs: readonly Tensor[] };
    result: readonly Tensor[];
  };
}
