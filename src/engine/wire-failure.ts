import { toFailure } from "../core/base/failure.js";
import type { WireFailure } from "../protocol/channel.js";

/** Whatever was thrown, as the other side gets it. */
export function wireFailure(error: unknown): WireFailure {
  const { code, message, next } = toFailure(error, "The engine");
  return { code, message, ...(next === undefined ? {} : { next }) };
}
