import * as path from "node:path";
import { Failure } from "../../core/base/failure.js";
import { said } from "../../core/base/said.js";
import { zeroInputs, type Inference } from "../../core/registry/inference.js";
import { keepMeasured, runnable } from "../../core/registry/measured.js";
import { readOnnx } from "../../core/registry/onnx.js";
import { onnxOf } from "../../core/registry/signature.js";
import { artifactName, placeModel } from "../../core/registry/version-files.js";
import type { Measured, ModelVersionDetail } from "../../core/registry/view.js";
import type { Workbench } from "../../core/workbench.js";

/**
 * Loads a version on this machine and measures it, by one row of zeros; kept for this machine alone. Throws
 * `state.wrong` where there is no ONNX of it, `value.invalid` where that cannot be loaded, `cancelled`.
 */
export async function measureModel(
  bench: Workbench,
  version: ModelVersionDetail,
  inference: Inference,
  signal: AbortSignal,
): Promise<Measured> {
  const content = runnable(version);
  const name = version.converted && version.flavor !== "onnx" ? "model.onnx" : artifactName(version);
  const placed =
    content && (await placeModel(bench.store.ports, bench.datasets.contents, content, name, signal));
  const onnx = placed && onnxOf(placed.files);
  if (!content || !onnx)
    throw new Failure(
      "state.wrong",
      said`${version.name}/${version.number} has no ONNX that could be run here.`,
      {
        next: said`Convert it first: loam models convert ${version.name}/${version.number}`,
      },
    );
  const inputs = zeroInputs(readOnnx(onnx).inputs);
  const at = content.form === "file" ? placed.at : path.join(placed.at, onnx.path);
  const measured = { at: bench.store.ports.clock.now(), ...(await inference.measure(at, inputs, signal)) };
  keepMeasured(bench.store, content.content, measured);
  return measured;
}
