import { toFailure } from "../core/base/failure.js";
import type { Said } from "../core/base/said.js";
import { readFailure, type WireFailure } from "../protocol/failure.js";

/** Whatever was thrown by `what`, as the other side gets it: with the words that it can say in its own language. */
export function wireFailure(error: unknown, what: Said): WireFailure {
  const failure = toFailure(error, what);
  const { code, message, next, data } = failure;
  return readFailure({ code, message, next, told: failure.said.message, toldNext: failure.said.next, data });
}
