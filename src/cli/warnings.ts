import type { Clock } from "../core/base/clock.js";
import type { Log } from "../core/base/log.js";
import { printable } from "./text-width.js";

const apartMs = 60_000;
const mostRemembered = 200;

/** Warnings and errors for a person, each once a minute: what a full disk fails at may come a thousand times a second. */
export function warningLog(show: (line: string) => void, clock: Clock): Log {
  const told = new Map<string, number>();
  return {
    write: (level, area, message) => {
      if (level !== "error" && level !== "warn") return;
      const line = `loam: ${area}: ${message.split("\n").map(printable).join("\n")}\n`;
      const now = clock.now();
      if (Math.abs(now - (told.get(line) ?? Number.NEGATIVE_INFINITY)) < apartMs) return;
      if (told.size >= mostRemembered) told.clear();
      told.set(line, now);
      show(line);
    },
  };
}
