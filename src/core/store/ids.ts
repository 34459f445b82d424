import type { Clock } from "../base/clock.js";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";

/** 32 lower-case hex digits of a UUIDv7. */
export type RunId = string;
/** `m-` and 32 lower-case hex digits of a UUIDv7. */
export type ModelId = string;
/** 26 characters of a ULID. */
export type Ulid = string;
/** 8 hex digits, drawn by a process when it first writes to a store. */
export type WriterId = string;

export interface IdSource {
  readonly clock: Clock;
  readonly random: (n: number) => Buffer;
}

/** Of the last id that each clock gave: its millisecond, and the counter of the ids within it. */
const lastIds = new WeakMap<Clock, { readonly time: number; readonly count: number }>();
const counts = 0x1000;

/**
 * A UUIDv7 (RFC 9562, with method 1 of its section 6.2) as 32 hex digits: 48 bits of milliseconds, 12 bits that count
 * on within one, random bits. So of two ids that one process makes the later one is the greater.
 */
function newUuid(source: IdSource): string {
  const bytes = source.random(16);
  const now = Math.max(0, Math.floor(source.clock.now()));
  const last = lastIds.get(source.clock);
  let id = { time: now, count: bytes.readUInt16BE(6) % (counts / 2) };
  if (last && (last.time === now || last.time === now + 1)) {
    const count = last.count + 1;
    id = count < counts ? { time: last.time, count } : { time: last.time + 1, count: 0 };
  }
  lastIds.set(source.clock, id);
  bytes.writeUIntBE(id.time, 0, 6);
  bytes.writeUInt16BE(0x7000 | id.count, 6);
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f);
  return bytes.toString("hex");
}

export const newRunId = (source: IdSource): RunId => newUuid(source);
export const newModelId = (source: IdSource): ModelId => `m-${newUuid(source)}`;
export const newWriterId = (source: Pick<IdSource, "random">): WriterId => source.random(4).toString("hex");

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID: 10 characters of milliseconds, 16 random ones. */
export function newUlid(source: IdSource): Ulid {
  let text = "";
  for (let time = Math.floor(source.clock.now()), i = 0; i < 10; i++, time = Math.floor(time / 32)) {
    text = crockford.charAt(time % 32) + text;
  }
  for (const byte of source.random(16)) text += crockford.charAt(byte & 31);
  return text;
}

/** The first 12 digits of a UUIDv7 of the year 10000: from there on an id has no month. */
const endOfTime = "e677d21fdc00";

export const isRunId = (text: string): text is RunId => /^[0-9a-f]{32}$/.test(text) && text < endOfTime;
export const isModelId = (text: string): text is ModelId =>
  /^m-[0-9a-f]{32}$/.test(text) && text.slice(2) < endOfTime;
export const isWriterId = (text: string): text is WriterId => /^[0-9a-f]{8}$/.test(text);
export const isUlid = (text: string): text is Ulid => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
export const isTraceId = (text: string): boolean => /^[A-Za-z0-9][\w-]{0,127}$/.test(text);

/** `yyyy-mm` (UTC) of an id that starts with 12 hex digits of milliseconds. */
export function monthOfUuid(uuid: string): string {
  const time = new Date(Number.parseInt(uuid.slice(0, 12), 16));
  const year = time.getUTCFullYear();
  if (!(year >= 1970 && year <= 9999))
    throw new Failure("value.invalid", said`The id ${uuid} holds no time.`);
  return `${String(year).padStart(4, "0")}-${String(time.getUTCMonth() + 1).padStart(2, "0")}`;
}
