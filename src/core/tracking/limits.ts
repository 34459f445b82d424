import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";

/** MLflow's limits, in characters or entries. */
export const limits = {
  key: 250,
  paramValue: 6000,
  tagValue: 8000,
  experimentName: 500,
  experimentTagKey: 250,
  experimentTagValue: 20_000,
  batchMetrics: 1000,
  batchParams: 100,
  batchTags: 100,
  batchAll: 1000,
  datasetName: 500,
  datasetDigest: 36,
  datasetSchema: 1_048_575,
  datasetSource: 65_535,
  datasetProfile: 16_777_215,
  inputTagKey: 255,
  inputTagValue: 500,
  page: 50_000,
} as const;

const shown = (value: string): string => (value.length > 60 ? `${value.slice(0, 60)}…` : value);

/** MLflow's words for a bad value, which its clients' tests match. */
export const invalidValue = (parameter: string, value: unknown, why: Said): Failure =>
  new Failure(
    "value.invalid",
    said`Invalid value ${typeof value === "string" ? `'${shown(value)}'` : String(JSON.stringify(value))} for parameter '${parameter}' supplied: ${why}`,
  );

const allowedKey = /^[/\w.\- :\p{L}\p{N}\p{M}]*$/u;

/** Checks the key of a metric, param or tag: MLflow's characters, no path that leads anywhere. */
export function checkKey(key: string, parameter: string): void {
  if (key === "")
    throw new Failure("value.missing", said`Missing value for required parameter '${parameter}'.`);
  if (key.length > limits.key) {
    throw new Failure(
      "value.invalid",
      said`${parameter} '${shown(key)}' had length ${key.length}, which exceeded length limit of ${limits.key}`,
    );
  }
  if (!allowedKey.test(key)) {
    throw invalidValue(
      parameter,
      key,
      said`Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).`,
    );
  }
  const parts = key.split("/");
  if (key.startsWith("/") || parts.includes("..") || parts.includes(".") || parts.slice(0, -1).includes("")) {
    throw invalidValue(
      parameter,
      key,
      said`Names may be treated as files in certain cases, and must not resolve to other names when treated as such.`,
    );
  }
}

/** Cuts a value that is longer than MLflow keeps, as its server does by default. */
export function cut(value: string, most: number): string {
  return value.length > most ? value.slice(0, most) : value;
}

/** Checks a text field's length. */
export function checkLength(text: string, most: number, parameter: string): void {
  if (text.length > most) {
    throw new Failure(
      "value.invalid",
      said`${parameter} exceeds the maximum length of ${most} characters (it has ${text.length}).`,
    );
  }
}
