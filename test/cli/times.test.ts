import assert from "node:assert/strict";
import { dateText, longSpanText, spanText, whenText } from "../../src/cli/times.js";

const now = new Date(2026, 10, 23, 14, 5).getTime();
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

describe("times", () => {
  it("are relative within a week, else a date", () => {
    const shown = [
      [0, "just now"],
      [30 * second, "30 s ago"],
      [59.9 * second, "59 s ago"],
      [minute, "1 min ago"],
      [59 * minute, "59 min ago"],
      [hour, "1 h ago"],
      [23.9 * hour, "23 h ago"],
      [day, "1 day ago"],
      [6.9 * day, "6 days ago"],
      [7 * day, "2026-11-16 14:05"],
      [-30 * second, "just now"],
      [-hour, "2026-11-23 15:05"],
    ] as const;
    for (const [ago, text] of shown) assert.equal(whenText(now - ago, now), text);
    assert.equal(dateText(NaN), "unknown");
  });

  it("are spans of one unit in a table", () => {
    const shown = [
      [0, "0 ms"],
      [99, "99 ms"],
      [400, "0.4 s"],
      [9960, "10 s"],
      [99 * second, "99 s"],
      [125 * second, "2 min"],
      [99 * minute, "99 min"],
      [100 * minute, "1.7 h"],
      [50 * hour, "2.1 d"],
      [-5, ""],
    ] as const;
    for (const [ms, text] of shown) assert.equal(spanText(ms), text);
  });

  it("are spans of two units in a sentence", () => {
    const shown = [
      [400, "0.4 s"],
      [59.6 * second, "1 min"],
      [125 * second, "2 min 5 s"],
      [3 * hour + 2 * minute + 1 * second, "3 h 2 min"],
      [day - 100, "1 d"],
      [3 * day + hour, "3 d 1 h"],
    ] as const;
    for (const [ms, text] of shown) assert.equal(longSpanText(ms), text);
  });
});
