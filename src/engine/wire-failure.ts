import { said } from "../core/base/said.js";
import type { WireFailure } from "../protocol/failure.js";
import { wireFailure as failureOf } from "../workers/wire-failure.js";

/** Whatever an engine threw, as the other side gets it. */
export const wireFailure = (error: unknown): WireFailure => failureOf(error, said`The engine`);
