import { isRunId, isUlid } from "../store/ids.js";
import {
  hash,
  having,
  like,
  listOf,
  mapOf,
  nullable,
  number,
  oneOf,
  optional,
  shapesOf,
  text,
  truth,
  type Check,
  type Fields,
} from "../store/shape.js";
import { contentForms, isDatasetId } from "../datasets/model.js";
import { flavors, isRegisteredId, modelStages, type RegistryFact } from "./model.js";

const model: Check = (value) => typeof value === "string" && isRegisteredId(value);
const version: Check = (value) => typeof value === "string" && isUlid(value);
const run: Check = (value) => typeof value === "string" && isRunId(value);
const dataset: Check = (value) => typeof value === "string" && isDatasetId(value);
/** One name, which leads nowhere: files are written under it. */
const fileName: Check = (value) =>
  typeof value === "string" && /^[^/\\\u0000]{1,255}$/.test(value) && !/^\.{1,2}$/.test(value);
const versionNumber: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const commit = like(/^[0-9a-f]{40}$/);
const double: Check = (value) => number(value) || oneOf(["NaN", "Infinity", "-Infinity"])(value);

const content = having({
  form: oneOf(contentForms),
  manifest: hash,
  content: hash,
  files: number,
  size: number,
});
const fieldsOfModel = listOf(
  having({
    name: text,
    type: text,
    shape: optional(listOf((one) => one === null || text(one) || number(one))),
    optional: optional(truth),
  }),
);
const signature = having({
  source: oneOf(["onnx", "mlmodel"]),
  inputs: fieldsOfModel,
  outputs: fieldsOfModel,
  params: fieldsOfModel,
});
const gates = listOf(having({ name: text, outcome: oneOf(["passed", "failed", "unknown"]), found: text }));

const fields: Fields<RegistryFact> = {
  "registry.created": { model, name: text },
  "registry.renamed": { model, name: text },
  "registry.described": { model, text },
  "registry.tag": { model, key: text, value: nullable(text) },
  "registry.deleted": { model },
  "card.written": { model, version: nullable(version), text },
  "version.registered": {
    model,
    number: versionNumber,
    source: text,
    artifact: nullable(content),
    file: optional(fileName),
    flavor: oneOf(flavors),
    signature: nullable(signature),
    example: nullable(hash),
    run: nullable(run),
    logged: nullable(text),
    runName: nullable(text),
    experiment: nullable(text),
    code: nullable(having({ commit, head: nullable(text), changed: nullable(number) })),
    data: listOf(having({ dataset, version, name: text, number: versionNumber, content: hash })),
    params: mapOf(text),
    metrics: mapOf(double),
    environment: nullable(
      having({ python: nullable(text), platform: nullable(text), packages: nullable(hash) }),
    ),
    link: optional(text),
  },
  "version.described": { model, version, text },
  "version.tag": { model, version, key: text, value: nullable(text) },
  "version.stage": { model, version, stage: oneOf(modelStages) },
  "version.deleted": { model, version },
  "version.converted": {
    model,
    version,
    artifact: content,
    signature,
    converter: text,
    compared: having({
      rows: number,
      tolerance: number,
      greatest: number,
      labelsDiffer: number,
      equal: truth,
    }),
  },
  "alias.moved": { model, alias: text, version: nullable(version) },
  "approval.asked": {
    model,
    version,
    comment: text,
    policy: having({ approvers: number, requesterCounts: truth }),
    gates,
  },
  "approval.given": {
    model,
    version,
    asked: version,
    verdict: oneOf(["approved", "rejected"]),
    comment: text,
    gates,
  },
};

export const registryShapes = shapesOf(fields);
