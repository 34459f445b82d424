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

/** How long ago, within a week; before that, and for what lies ahead (clocks differ), the date. */
export function whenText(at: number, now: number): string {
  const ago = now - at;
  if (ago >= 7 * day || ago <= -minute) return dateText(at);
  if (ago < 5 * second) return "just now";
  if (ago < minute) return `${Math.floor(ago / second)} s ago`;
  if (ago < hour) return `${Math.floor(ago / minute)} min ago`;
  if (ago < day) return `${Math.floor(ago / hour)} h ago`;
  const days = Math.floor(ago / day);
  return days === 1 ? "1 day ago" : `${days} days ago`;
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
  const units: readonly (readonly [number, string])[] = [
    [day, "d"],
    [hour, "h"],
    [minute, "min"],
    [second, "s"],
  ];
  const rounded = ms < day ? Math.round(ms / second) * second : Math.round(ms / minute) * minute;
  const at = Math.max(
    0,
    units.findIndex(([size]) => rounded >= size),
  );
  const parts = units.slice(at, at + 2).map(([size, unit], part) => {
    const before = part === 0 ? rounded : rounded % (units[at]?.[0] ?? day);
    return [Math.floor(before / size), unit] as const;
  });
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
