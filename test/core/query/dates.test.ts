import assert from "node:assert/strict";
import { readMoment } from "../../../src/core/query/dates.js";
import { find, run } from "./runs.js";

const now = new Date(2026, 10, 15, 12, 30, 10, 500).getTime();
const hour = 3_600_000;

const moments: readonly (readonly [text: string, ms: number, exact: boolean])[] = [
  ["2026-11-01", new Date(2026, 10, 1).getTime(), false],
  ["2026-11-01T10:00", new Date(2026, 10, 1, 10).getTime(), false],
  ["2026-11-01 10:00", new Date(2026, 10, 1, 10).getTime(), false],
  ["2026-11-01T10:00:30", new Date(2026, 10, 1, 10, 0, 30).getTime(), true],
  ["2026-11-01T10:00:30.25", new Date(2026, 10, 1, 10, 0, 30, 250).getTime(), true],
  ["2026-11-01T10:00:30.123456789Z", Date.UTC(2026, 10, 1, 10, 0, 30, 123), true],
  ["2026-11-01T10:00Z", Date.UTC(2026, 10, 1, 10), false],
  ["2026-11-01T10:00+02:00", Date.UTC(2026, 10, 1, 8), false],
  ["2026-11-01T10:00-0330", Date.UTC(2026, 10, 1, 13, 30), false],
  ["2026-11-01T10:00+02", Date.UTC(2026, 10, 1, 8), false],
  ["2024-02-29T00:00Z", Date.UTC(2024, 1, 29), false],
  ["0099-01-01T00:00Z", Date.parse("0099-01-01T00:00Z"), false],
  ["now", now, false],
  ["-7d", now - 7 * 24 * hour, false],
  ["-12h", now - 12 * hour, false],
  ["-90m", now - 1.5 * hour, false],
  ["-30s", now - 30_000, false],
  ["-2w", now - 14 * 24 * hour, false],
  ["+1d", now + 24 * hour, false],
  ["today", new Date(2026, 10, 15).getTime(), false],
  ["Yesterday", new Date(2026, 10, 14).getTime(), false],
  ["tomorrow", new Date(2026, 10, 16).getTime(), false],
];

describe("query: dates", () => {
  for (const [text, ms, exact] of moments)
    it(`reads ${text}`, () => {
      assert.deepEqual(readMoment(text, now), { ms, exact });
    });

  it("refuses what is no date", () => {
    for (const text of [
      "",
      "soon",
      "7d",
      "-7x",
      "-d",
      "2026",
      "2026-11",
      "2026-13-01",
      "2026-02-30",
      "2025-02-29",
      "2026-11-01T24:00",
      "2026-11-01T10:60",
      "2026-11-01T",
      "2026-11-01Z",
      "toString",
      "constructor",
      "-7d ago",
      "01.11.2026",
    ])
      assert.equal(readMoment(text, now), undefined, text);
  });

  it("compares times with dates, and counts from the moment that it is given", () => {
    const rows = [
      run("old", { startTime: now - 8 * 24 * hour }),
      run("week", { startTime: now - 6 * 24 * hour }),
      run("new", { startTime: now - hour }),
    ];
    const ids = (text: string) => find(rows, text, { now }).join(" ");
    assert.equal(ids("start_time > '-7d'"), "new week");
    assert.equal(ids("start_time >= 'today'"), "new");
    assert.equal(ids("start_time < 'today' and start_time >= '2026-11-08'"), "week");
    assert.equal(ids(`start_time < ${String(now - 7 * 24 * hour)}`), "old");
    assert.equal(ids(`start_time = '${new Date(now - hour).toISOString()}'`), "new");
  });
});
