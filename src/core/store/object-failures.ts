import { Failure } from "../base/failure.js";
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
