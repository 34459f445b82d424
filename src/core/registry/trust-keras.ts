import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { ByteSource } from "./byte-source.js";
import type { ModelFile } from "./model-files.js";
import { dangerOf } from "./pickle-names.js";
import type { TrustFindings } from "./trust-findings.js";
import { eachObject } from "./trust-json.js";

const sliceBytes = 1024 * 1024;
const lambda = said`lambda layer: a function that stands in the file`;

/** Looks through the description of a Keras model for layers that bring code. */
export async function lookAtKeras(source: ByteSource, path: string, findings: TrustFindings): Promise<void> {
  await eachObject(source, findings, (one) => {
    lookAtObject(one, path, findings);
  });
}

/** `{"module": …, "class_name": …, "config": …}`: Keras imports what it names. */
function lookAtObject(one: Readonly<Record<string, unknown>>, path: string, findings: TrustFindings): void {
  const { class_name: name, module, config, registered_name: registered } = one;
  if (typeof name !== "string") return;
  if (name === "Lambda" || name === "__lambda__") findings.add(path, lambda, "dangerous");
  const named = typeof config === "string" && name === "function" ? config : name;
  if (typeof module === "string" && !/^(keras|tf_keras|tensorflow)([.]|$)/.test(module)) {
    if (module !== "builtins" || name === "function")
      findings.add(
        path,
        `${module}.${named}`,
        module === "builtins" ? "dangerous" : dangerOf(module, named, true),
      );
  } else if (typeof registered === "string" && registered.includes(">"))
    findings.add(
      path,
      said`${registered.replace(">", ".")}, which the program that loads it must have`,
      "unusual",
    );
}

/** An HDF5 file is not read, only searched: what is found is there, what is not found may be. */
export async function lookAtHdf5(file: ModelFile, findings: TrustFindings): Promise<void> {
  const overlap = 256;
  for (let from = 0; from < file.size; from += sliceBytes) {
    await findings.pace.turn();
    const text = file.read(from, from + sliceBytes + overlap).toString("latin1");
    if (/"class_name"\s*:\s*"(Lambda|__lambda__)"/.test(text)) {
      findings.add(file.path, lambda, "dangerous");
      return;
    }
  }
  throw new Failure(
    "feature.absent",
    said`No lambda layer was found in ${file.path}, but an HDF5 file is only searched for text here.`,
  );
}
