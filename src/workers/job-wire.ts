import type { FailureCode } from "../core/base/failure.js";
import { Failure } from "../core/base/failure.js";
import { said, type Piece, type Said } from "../core/base/said.js";
import { RemoteFailure } from "../protocol/failure.js";
import { filled, toldText, type Told } from "../protocol/told.js";

/** What a pool sends of a job. */
export interface JobCall {
  /** By which its progress is told. */
  readonly call: number;
  readonly input: unknown;
}

export interface JobEvents {
  readonly told: { readonly call: number; readonly told: unknown };
}

const pieceOf = (piece: Told["pieces"][number]): Piece => (typeof piece === "object" ? saidOf(piece) : piece);

const saidOf = (told: Told): Said => ({
  text: toldText(told, {}),
  template: told.template,
  pieces: told.pieces.map(pieceOf),
});

const words = (text: string, told: Told | undefined): Said =>
  told ? saidOf(told) : said`${filled(text, [])}`;

/** What a thread failed with, as if it had failed here. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof RemoteFailure)) return error;
  const { code, message, next, told, toldNext, data } = error.wire;
  if (code === "cancelled" && told === undefined) return new Failure(code, said`Cancelled.`); // no name of a job
  if (code === "closed") return new Failure("cancelled", words(message, told));
  return new Failure(code as FailureCode, words(message, told), {
    ...(next === undefined ? {} : { next: words(next, toldNext) }),
    ...(data === undefined ? {} : { data }),
  });
}
