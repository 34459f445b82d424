import * as crypto from "node:crypto";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";

/** One page of a search. `now` is that of the first page, so that dates such as `-7d` mean the same on all. */
export interface Page {
  readonly offset: number;
  readonly size: number;
  readonly now: number;
  readonly of: string;
}

/** A short digest of all that decides about a search's rows: texts, target, scope; not the size of a page. */
export function searchDigest(...parts: readonly unknown[]): string {
  return crypto.createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 16);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function readToken(token: string): { offset: number; now: number; of: string } | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (typeof read !== "object" || read === null) return undefined;
    const { offset, now, of } = read as Partial<Record<string, unknown>>;
    return isCount(offset) && isCount(now) && typeof of === "string" ? { offset, now, of } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The page that a token asks for; "" or undefined asks for the first. `of` is the search's digest, `now` in ms since
 * the epoch. Throws `page.token` where the token cannot be read or was given out for another search.
 */
export function openPage(token: string | undefined, of: string, size: number, now: number): Page {
  if (token === undefined || token === "") return { offset: 0, size, now: Math.floor(now), of };
  const read = readToken(token);
  const next = said`Start again without a page token.`;
  if (!read) throw new Failure("page.token", said`The page token cannot be read.`, { next });
  if (read.of !== of)
    throw new Failure("page.token", said`The page token belongs to another search.`, { next });
  return { ...read, size };
}

/** What to give SQL as `limit` and `offset`: one row more than the page shows, none beyond the query's own limit. */
export function rowsOf(
  page: Page,
  limit: number | undefined,
): { readonly limit: number; readonly offset: number } {
  const left = limit === undefined ? Infinity : Math.max(0, limit - page.offset);
  return { limit: Math.min(page.size + 1, left), offset: page.offset };
}

/** Cuts the fetched rows to the page; `next` is the token of the following one, undefined on the last. */
export function closePage<T>(
  page: Page,
  rows: readonly T[],
): { readonly rows: readonly T[]; readonly next: string | undefined } {
  if (rows.length <= page.size) return { rows, next: undefined };
  const { size, now, of } = page;
  const token = JSON.stringify({ offset: page.offset + size, now, of });
  return { rows: rows.slice(0, size), next: Buffer.from(token).toString("base64url") };
}
