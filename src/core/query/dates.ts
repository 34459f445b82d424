/** A moment in ms since the epoch. `exact` is false where the text names a day or less than a second by its start. */
export interface Moment {
  readonly ms: number;
  readonly exact: boolean;
}

const relative = /^([+-]\d{1,9})(s|m|h|d|w)$/;
const unit: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3, w: 604_800e3 };
const dayBack: Readonly<Record<string, number>> = { today: 0, yesterday: 1, tomorrow: -1 };
const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", ""));
  return zone.startsWith("-") ? -minutes : minutes;
}

function fromIso(parts: RegExpExecArray): Moment | undefined {
  const field = (index: number) => Number(parts[index] ?? 0);
  const [year, month, day, hour, minute, second] = [
    field(1),
    field(2) - 1,
    field(3),
    field(4),
    field(5),
    field(6),
  ];
  const ms = Number(`${parts[7] ?? ""}000`.slice(0, 3));
  const utc = new Date(0);
  utc.setUTCFullYear(year, month, day);
  utc.setUTCHours(hour, minute, second, ms);
  const real = utc.getUTCMonth() === month && hour < 24 && minute < 60 && second < 60;
  if (!real) return undefined;
  const exact = parts[6] !== undefined;
  if (parts[8] !== undefined) return { ms: utc.getTime() - zoneMinutes(parts[8]) * 60_000, exact };
  const local = new Date(0);
  local.setFullYear(year, month, day);
  local.setHours(hour, minute, second, ms);
  return { ms: local.getTime(), exact };
}

/**
 * Reads `2026-11-01`, `2026-11-01T10:00` (local time unless a zone follows), `-7d` (also s, m, h, w), `now`, `today`,
 * `yesterday` and `tomorrow` (local midnight). `now` is in ms since the epoch. undefined for anything else.
 */
export function readMoment(text: string, now: number): Moment | undefined {
  const word = text.trim().toLowerCase();
  if (word === "now") return { ms: now, exact: false };
  const back = Object.hasOwn(dayBack, word) ? dayBack[word] : undefined;
  if (back !== undefined) {
    const midnight = new Date(now);
    midnight.setHours(0, 0, 0, 0);
    midnight.setDate(midnight.getDate() - back);
    return { ms: midnight.getTime(), exact: false };
  }
  const span = relative.exec(word);
  if (span) return { ms: now + Number(span[1]) * (unit[span[2] ?? ""] ?? 0), exact: false };
  const parts = iso.exec(word);
  return parts ? fromIso(parts) : undefined;
}
