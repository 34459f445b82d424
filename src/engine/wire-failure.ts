import { toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { readFailure, type WireFailure } from "../protocol/failure.js";

/** Whatever was thrown, as the other side gets it: with the words that it can say in its own language. */
export function wireFailure(error: unknown): WireFailure {
  const failure = toFailure(error, said`The engine`);
  const { code, message, next, data } = failure;
  return readFailure({ code, message, next, told: failure.said.message, toldNext: failure.said.next, data });
}
