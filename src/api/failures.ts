import { Failure, toFailure, type FailureCode } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Answer } from "./call.js";

interface Translation {
  /** A name of MLflow's list of error codes. */
  readonly name: string;
  readonly status: number;
}

const invalid = { name: "INVALID_PARAMETER_VALUE", status: 400 };
const missing = { name: "RESOURCE_DOES_NOT_EXIST", status: 404 };
const bad = { name: "BAD_REQUEST", status: 400 };
const internal = { name: "INTERNAL_ERROR", status: 500 };

/**
 * MLflow's clients try 408, 429, 500, 502, 503 and 504 again for minutes: only what may pass by itself has one of
 * them.
 */
const translations = {
  "approval.missing": { name: "INVALID_STATE", status: 400 },
  "artifact.notFound": missing,
  "auth.origin": { name: "PERMISSION_DENIED", status: 403 },
  "auth.token": { name: "UNAUTHENTICATED", status: 401 },
  cancelled: { name: "CANCELLED", status: 400 },
  "code.notFound": missing,
  "command.failed": bad,
  "command.notFound": bad,
  "content.changed": { name: "RESOURCE_CONFLICT", status: 409 },
  "dataset.notFound": missing,
  "experiment.deleted": invalid,
  "experiment.notFound": missing,
  "feature.absent": { name: "NOT_IMPLEMENTED", status: 501 },
  "filter.syntax": invalid,
  internal,
  "join.differs": bad,
  "method.wrong": { name: "BAD_REQUEST", status: 405 },
  "model.notFound": missing,
  "name.invalid": invalid,
  "name.taken": { name: "RESOURCE_ALREADY_EXISTS", status: 400 },
  "owner.gone": { name: "RESOURCE_CONFLICT", status: 409 },
  "page.token": invalid,
  "param.changed": invalid,
  "path.invalid": invalid,
  "port.taken": { name: "RESOURCE_CONFLICT", status: 409 },
  "request.slow": { name: "DEADLINE_EXCEEDED", status: 408 },
  "request.tooLarge": { name: "BAD_REQUEST", status: 413 },
  // May pass by itself, so clients shall try again.
  "request.tooMany": { name: "REQUEST_LIMIT_EXCEEDED", status: 429 },
  "route.unknown": { name: "ENDPOINT_NOT_FOUND", status: 404 },
  "run.deleted": invalid,
  "run.notFound": missing,
  "state.wrong": { name: "INVALID_STATE", status: 400 },
  "store.damaged": internal,
  "store.full": { name: "INTERNAL_ERROR", status: 507 },
  "store.io": internal,
  "store.needs": internal,
  "store.none": internal,
  "store.readOnly": { name: "PERMISSION_DENIED", status: 403 },
  "table.unreadable": bad,
  "tag.notFound": missing,
  "trace.notFound": missing,
  "usage.wrong": bad,
  "value.invalid": invalid,
  "value.missing": invalid,
  "value.tooLarge": invalid,
  "version.notFound": missing,
} satisfies Record<FailureCode, Translation>;

/** The HTTP status of a failure. */
export const statusOf = (failure: Failure): number => translations[failure.code].status;

/** Whatever was thrown while doing `what`, as the answer that a client gets: MLflow's error object. */
export function failureAnswer(error: unknown, what: string): Answer {
  const failure = toFailure(error, said`${what}`);
  const { name, status } = translations[failure.code];
  const message =
    failure.next === undefined ? failure.message : `${sentence(failure.message)} ${failure.next}`;
  // A JSON body would tell clients that the route is there.
  if (failure.code === "route.unknown") return { kind: "plain", status, text: `${message}\n` };
  return { kind: "json", status, text: JSON.stringify({ error_code: name, message }) };
}

const sentence = (text: string): string => (/[.!?:]$/.test(text) ? text : `${text}.`);

/** The answer to a route that is not there: no JSON, so that clients fall back to what they did without it. */
export const unknownRoute = (method: string, url: string): Failure =>
  new Failure("route.unknown", said`Not found: ${method} ${url.slice(0, 200)}`);
