import { said, type Said } from "./said.js";

/**
 * What can go wrong, as a closed list. Each edge (command line, HTTP, editor, page) translates every code in one
 * `satisfies Record<FailureCode, …>` table, so a new code without a translation does not compile.
 */
export type FailureCode =
  | "artifact.notFound"
  | "auth.origin"
  | "auth.token"
  | "cancelled"
  | "code.notFound"
  | "command.failed"
  | "command.notFound"
  | "approval.missing"
  | "content.changed"
  | "dataset.notFound"
  | "experiment.deleted"
  | "experiment.notFound"
  | "feature.absent"
  | "filter.syntax"
  | "internal"
  | "join.differs"
  | "method.wrong"
  | "model.notFound"
  | "name.invalid"
  | "name.taken"
  | "owner.gone"
  | "page.token"
  | "param.changed"
  | "path.invalid"
  | "port.taken"
  | "request.slow"
  | "request.tooLarge"
  | "request.tooMany"
  | "route.unknown"
  | "run.deleted"
  | "run.notFound"
  | "state.wrong"
  | "store.damaged"
  | "store.full"
  | "store.io"
  | "store.needs"
  | "store.none"
  | "store.readOnly"
  | "tag.notFound"
  | "trace.notFound"
  | "usage.wrong"
  | "table.unreadable"
  | "value.invalid"
  | "value.missing"
  | "value.tooLarge"
  | "version.notFound";

/**
 * An expected failure: `message` is one sentence for a person (what, where), `next` what to do about it; both in
 * English, for logs, programs and terminals.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly next: string | undefined;
  /** The two as they can be said in other languages. */
  readonly said: { readonly message: Said; readonly next: Said | undefined };
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: FailureCode,
    message: Said,
    more: { next?: Said; data?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message.text, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "Failure";
    this.code = code;
    this.next = more.next?.text;
    this.said = { message, next: more.next };
    this.data = more.data ?? {};
  }
}

const systemCodes: Readonly<Record<string, FailureCode>> = {
  ENOSPC: "store.full",
  EDQUOT: "store.full",
  EROFS: "store.readOnly",
  EACCES: "store.readOnly",
  EPERM: "store.readOnly",
};

/** The system's code of an error of `node:fs` or `node:net` (`ENOENT`, …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Turns whatever was thrown while doing `what` (for example said`Cannot write ${file}`) into a Failure. */
export function toFailure(error: unknown, what: Said): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Error && error.name === "AbortError")
    return new Failure("cancelled", said`Cancelled: ${what}.`);
  const system = systemCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  const code = system === undefined ? "internal" : (systemCodes[system] ?? "store.io");
  if (code === "store.full")
    return new Failure(code, said`${what}: the disk is full (${reason}).`, {
      next: said`Free some space and try again; nothing that was acknowledged is lost.`,
      cause: error,
    });
  if (code === "store.readOnly")
    return new Failure(code, said`${what}: ${reason}`, {
      next: said`Check the rights of the folder.`,
      cause: error,
    });
  return new Failure(code, said`${what}: ${reason}`, { cause: error });
}
