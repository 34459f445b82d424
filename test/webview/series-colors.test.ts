import assert from "node:assert/strict";
import fc from "fast-check";
import * as fs from "node:fs";
import * as path from "node:path";
import { seriesColor, seriesColors, seriesHues } from "../../src/protocol/series-colors.js";
import { seriesStyles } from "../../webview/series-colors.js";

const ids = fc.stringMatching(/^[0-9a-f]{32}$/);

describe("colours of runs", () => {
  it("are one of the eight for every id", () => {
    fc.assert(
      fc.property(ids, (id) => {
        const color = seriesColor(id);
        assert.ok(Number.isInteger(color) && color >= 1 && color <= seriesColors, `${id}: ${color}`);
      }),
    );
  });

  it("are the same on pages and in the side bar", () => {
    const sheet = path.join(import.meta.dirname, "..", "..", "webview", "theme.css");
    const css = fs.readFileSync(sheet, "utf8");
    const values = [...css.matchAll(/--loam-series-\d: (#[0-9a-f]{6});/g)].map(([, value]) => value);
    assert.deepEqual(values, [...seriesHues.light, ...seriesHues.dark]);
  });

  it("are spread over runs that were made one after the other", () => {
    const counts = new Map<number, number>();
    for (let n = 0; n < 800; n++) {
      const color = seriesColor(`01a2098a652e${n.toString(16).padStart(4, "0")}8982e20f6b189434`);
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    assert.equal(counts.size, seriesColors);
    assert.ok(Math.max(...counts.values()) < 200, JSON.stringify([...counts]));
  });

  it("tell runs of one colour apart by dash and marker", () => {
    fc.assert(
      fc.property(fc.uniqueArray(ids, { minLength: 1, maxLength: 24 }), (list) => {
        const styles = [...seriesStyles(list).values()].map(
          ({ color, dash, marker }) => `${color} ${dash.join()} ${marker}`,
        );
        assert.equal(new Set(styles).size, list.length);
      }),
    );
  });
});
