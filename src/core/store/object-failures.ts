import { Failure, systemCode } from "../base/failure.js";
import { said, type Said } from "../base/said.js";

export const objectNotFound = (hash: string): Failure =>
  new Failure("artifact.notFound", said`The object ${hash} is not in this store.`, {
    next: said`Join the store that it was recorded in: \`loam join OTHER\`.`,
  });

export const objectDamaged = (hash: string, why: Said, cause?: unknown): Failure =>
  new Failure("store.damaged", said`The object ${hash} is damaged: ${why}.`, {
    cause,
    data: { object: hash },
    next: said`Run \`loam verify\`, which shows what is affected, then join a store that still has it: \`loam join OTHER\`.`,
  });

/** An object whose bytes the disk or the codec refuses. */
export function objectUnreadable(hash: string, cause: unknown): Failure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isOfCodec = /^(Z|ZSTD|ERR)_/.test(systemCode(cause) ?? "");
  const why = isOfCodec ? said`it cannot be unpacked (${reason})` : said`it cannot be read (${reason})`;
  return objectDamaged(hash, why, cause);
}
