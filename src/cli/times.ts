import { agoOf, spanParts } from "../protocol/times.js";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const two = (part: number): string => String(part).padStart(2, "0");

/** A moment of this machine's calendar: `2026-11-23 14:05`. */
export function dateText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "unknown";
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

const agoUnits = { second: "s", minute: "min", hour: "h" } as const;

/** How long ago, within a week; before that, and for what lies ahead (clocks differ), the date. */
export function whenText(at: number, now: number): string {
  const ago = agoOf(at, now);
  if (!ago) return dateText(at);
  const { count, unit } = ago;
  if (unit === "day") return count === 1 ? "1 day ago" : `${count} days ago`;
  return unit === "second" && count < 5 ? "just now" : `${count} ${agoUnits[unit]} ago`;
}

/** A span of time for a table: one unit. */
export function spanText(ms: number): string {
  if (ms < 0) return "";
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 9.95 * second) return `${(ms / second).toFixed(1)} s`;
  if (ms < 99.5 * second) return `${Math.round(ms / second)} s`;
  if (ms < 99.5 * minute) return `${Math.round(ms / minute)} min`;
  if (ms < 48 * hour) return `${(ms / hour).toFixed(1)} h`;
  return `${(ms / day).toFixed(1)} d`;
}

/** A span of time for a sentence: two units, `2 min 5 s`. */
export function longSpanText(ms: number): string {
  if (ms < 9.95 * second) return spanText(ms);
  return spanParts(ms)
    .map(({ count, unit }) => `${count} ${unit}`)
    .join(" ");
}
