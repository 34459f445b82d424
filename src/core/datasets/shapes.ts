import { isUlid } from "../store/ids.js";
import {
  hash,
  having,
  inside,
  like,
  listOf,
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
import { contentForms, datasetStages, isDatasetId, type DatasetFact } from "./model.js";

const dataset: Check = (value) => typeof value === "string" && isDatasetId(value);
const version: Check = (value) => typeof value === "string" && isUlid(value);
const versionNumber: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const stage = oneOf(datasetStages);

const fields: Fields<DatasetFact> = {
  "dataset.created": { dataset, name: text },
  "dataset.tracked": {
    dataset,
    path: inside,
    form: oneOf(contentForms),
    include: listOf(text),
    ignore: listOf(text),
    auto: truth,
  },
  "dataset.renamed": { dataset, name: text },
  "dataset.described": { dataset, text },
  "dataset.tag": { dataset, key: text, value: nullable(text) },
  "dataset.stage": { dataset, stage },
  "dataset.versioned": {
    dataset,
    number: versionNumber,
    form: oneOf(contentForms),
    manifest: hash,
    content: hash,
    files: number,
    size: number,
    message: text,
    parent: nullable(version),
    origin: oneOf(["hand", "run"]),
    run: optional(like(/^[0-9a-f]{32}$/)),
  },
  "dataset.version.message": { dataset, version, text },
  "dataset.version.tag": { dataset, version, key: text, value: nullable(text) },
  "dataset.version.stage": { dataset, version, stage },
  "dataset.alias": { dataset, alias: text, version: nullable(version) },
  "dataset.checked": {
    dataset,
    version,
    rules: hash,
    results: listOf(
      having({
        rule: text,
        column: nullable(text),
        outcome: oneOf(["passed", "failed", "error"]),
        found: text,
      }),
    ),
  },
};

export const datasetShapes = shapesOf(fields);
