import assert from "node:assert/strict";
import { isAlone, movingAverage, nearest, shapeOf, valueAt } from "../../webview/chart/curve-shape.js";
import { config } from "../../webview/l10n.js";
import {
  axisTexts,
  bytesText,
  changeText,
  columnTexts,
  numberText,
  spanText,
  whenText,
} from "../../webview/numbers.js";
import { timeStep } from "../../webview/chart/time-step.js";
import { seriesColor } from "../../src/protocol/series-colors.js";
import { seriesStyles } from "../../webview/series-colors.js";
import { ansiPieces, withoutAnsi } from "../../webview/tracking/ansi.js";
import { ConsoleText, partBytes } from "../../webview/tracking/console-text.js";
import { readTable } from "../../webview/tracking/csv.js";
import { indentedJson } from "../../webview/tracking/json-text.js";
import { systemTitle } from "../../webview/tracking/system-metric.js";
import fc from "fast-check";
import * as fs from "node:fs";

describe("names of the machine's metrics", () => {
  it("are for people, with their unit", () => {
    assert.deepEqual(
      [
        "system/cpu_utilization_percentage",
        "system/disk_available_megabytes",
        "system/gpu_0_power_usage_watts",
        "system/process_count",
      ].map(systemTitle),
      ["CPU utilization (%)", "Disk available (MB)", "GPU 0 power usage (W)", "Process count"],
    );
  });
});

describe("JSON as it is shown", () => {
  it("breaks what stands in one line, and keeps every letter of its numbers and strings", () => {
    const text =
      '{"id":12345678901234567890,"f1":0.950,"rows":[[50,3],[2,88]],"none":{},"all":[],"s":"a, {b}: \\"c\\""}';
    assert.equal(
      indentedJson(text),
      [
        "{",
        '  "id": 12345678901234567890,',
        '  "f1": 0.950,',
        '  "rows": [',
        "    [50, 3],",
        "    [2, 88]",
        "  ],",
        '  "none": {},',
        '  "all": [],',
        '  "s": "a, {b}: \\"c\\""',
        "}",
      ].join("\n"),
    );
  });

  it("leaves what has lines of its own, and what is no JSON", () => {
    for (const text of ['{\n "a": 1.0\n}\n', "{'a': 1}", ""]) assert.equal(indentedJson(text), text);
  });

  it("means the same as the text that was given", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.deepEqual(JSON.parse(indentedJson(text)), JSON.parse(text));
      }),
    );
  });
});

describe("numbers on pages", () => {
  before(() => {
    config({ language: "en" });
  });

  it("tells a number by four digits, and those of a column apart", () => {
    assert.deepEqual(
      [0.9122807017, 1204833, 0, 2.5e-7, "NaN" as const, "-Infinity" as const].map(numberText),
      ["0.9123", "1,204,833", "0", "2.5e-7", "NaN", "−∞"],
    );
    // What was rounded does not look like what is exact.
    assert.deepEqual([0.99999, 99.9999, 1, 0.5].map(numberText), ["1.0000", "100.00", "1", "0.5"]);
    assert.deepEqual(columnTexts([0.95431, 0.95212, 0.9]), ["0.954", "0.952", "0.900"]);
    assert.deepEqual(columnTexts([1, 2, 1000]), ["1", "2", "1,000"]);
    assert.deepEqual(axisTexts([0, 0.25, 0.5]), ["0", "0.25", "0.50"]);
    assert.deepEqual(axisTexts([0.6, 0.8, 1]), ["0.6", "0.8", "1.0"]);
    assert.deepEqual(axisTexts([0, 2e-7]), ["0", "2e-7"]);
    assert.deepEqual([changeText(0.954, 0.975), changeText(2, 1), changeText(1, 1)], ["+0.021", "−1", "±0"]);
  });

  it("follows the person's language", () => {
    config({ language: "de" });
    assert.equal(numberText(1234.5), "1.235");
    assert.equal(numberText(0.5), "0,5");
    config({ language: "en" });
  });

  it("marks an axis of time at plain times", () => {
    assert.deepEqual(
      [3, 7000, 61_000, 7 * 3_600_000, 4 * 86_400_000].map(timeStep),
      [5, 10_000, 120_000, 43_200_000, 345_600_000],
    );
  });

  it("tells sizes and times with their units", () => {
    assert.deepEqual([812, 3_140_000, 999_999].map(bytesText), ["812 B", "3.1 MB", "1 MB"]);
    assert.deepEqual([50, 3200, 125_000, 7_260_000].map(spanText), [
      "50 ms",
      "3.2 s",
      "2 min 5 s",
      "2 h 1 min",
    ]);
    assert.equal(whenText(0, 30_000), "just now");
    assert.equal(whenText(0, 300_000), "5 min. ago");
  });
});

describe("colours of runs", () => {
  it("gives a run the same colour everywhere, and runs of one colour another dash and marker", () => {
    const ids = Array.from({ length: 40 }, (_, at) => `01a2099${at}ec75748f96f8d3a902dd47b8`);
    const styles = seriesStyles(ids);
    const looks = ids.map((id) => {
      const style = styles.get(id);
      assert.ok(style);
      assert.equal(style.color, seriesColor(id));
      assert.ok(style.color >= 1 && style.color <= 8);
      return `${style.color} ${style.dash.join()} ${style.marker}`;
    });
    assert.ok(new Set(looks).size > 30, "few of forty look alike");
  });

  it("stands out from the background by 3:1 in light and dark", () => {
    const css = fs.readFileSync(new URL("../../webview/theme.css", import.meta.url), "utf8");
    const colors = [...css.matchAll(/--loam-series-\d: (#[0-9a-f]{6})/g)].map(([, color = ""]) => color);
    assert.equal(colors.length, 16);
    const grounds = ["#ffffff", "#1f1f1f"];
    for (const [at, color] of colors.entries()) {
      const ratio = contrast(color, grounds[at < 8 ? 0 : 1] ?? "");
      assert.ok(ratio >= 3, `${color}: ${ratio.toFixed(2)}`);
    }
  });
});

const luminance = (color: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

describe("the shape of a curve", () => {
  it("breaks the line where steps are missing and where a value is none", () => {
    const x = [0, 1, 2, 3, 40, 41, 42];
    const { line, odd } = shapeOf({ x, y: [1, 2, Number.NaN, 4, 5, 6, 7] }, 0);
    assert.deepEqual(odd, [2]);
    assert.deepEqual(
      line.filter(({ y }) => Number.isNaN(y)).map((point) => point.x),
      [2, 21.5],
    );
    const powers = Array.from({ length: 12 }, (_, at) => 2 ** at);
    assert.ok(
      shapeOf({ x: powers, y: powers }, 0).line.every(({ y }) => Number.isFinite(y)),
      "steps that grow are no gaps",
    );
    const zoomed = shapeOf({ x: [3, 40, 41, 42], y: [4, 5, 6, 7] }, 0).line;
    assert.deepEqual(
      zoomed.map((_, at) => isAlone(zoomed, at)),
      [true, false, false, false, false],
      "a gap stays one where the zoom begins in it",
    );
  });

  it("smooths within what it smooths, without a lag", () => {
    const y = Array.from({ length: 100 }, (_, at) => at);
    const smooth = movingAverage(y, 0.9);
    assert.ok(Math.abs((smooth[50] ?? 0) - 50) < 1);
    assert.ok(smooth.every((value) => value >= 0 && value <= 99));
  });

  it("finds the nearest point", () => {
    assert.deepEqual(
      [-5, 2.4, 2.6, 99].map((at) => nearest([0, 2, 3], at)),
      [0, 1, 2, 2],
    );
    assert.equal(nearest([], 1), -1);
    assert.equal(valueAt({ x: [0, 1, 2], y: [5, 6, 7] }, 1), 6);
    assert.equal(valueAt({ x: [0, 1, 2], y: [5, 6, 7] }, 9), undefined);
  });
});

describe("a console", () => {
  it("has each line once, whatever parts were read in whatever order", () => {
    const lines = Array.from({ length: 30_000 }, (_, at) => `${at} ${"ä".repeat(at % 40)}`);
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    const text = new ConsoleText();
    text.grow(bytes.length);
    assert.ok(text.partCount > 3);
    for (const part of Array.from({ length: text.partCount }, (_, at) => at).reverse()) {
      const { from, most } = ConsoleText.queryOf(part);
      let begin = from;
      while (((bytes[begin] ?? 0) & 0xc0) === 0x80) begin++; // the engine gives whole characters
      const piece = bytes
        .subarray(begin, from + most)
        .toString("utf8")
        .replace(/\ufffd+$/, "");
      text.put(part, { text: piece, from: begin, to: begin + piece.length, size: bytes.length });
    }
    assert.equal(text.rowCount, lines.length);
    assert.deepEqual(
      lines.map((_, at) => text.row(at)?.text),
      lines,
    );
    text.wrap(20);
    const pieces = lines.flatMap((line) =>
      Array.from({ length: Math.ceil(line.length / 20) }, (_, at) => line.slice(at * 20, at * 20 + 20)),
    );
    assert.equal(text.rowCount, pieces.length);
    assert.deepEqual(
      pieces.map((_, at) => {
        const row = text.row(at);
        return row?.text.slice(row.from, row.to);
      }),
      pieces,
    );
    const last = text.row(pieces.length - 1);
    assert.ok(last);
    assert.equal(text.rowOf({ part: last.part, line: last.line, column: 44 }), pieces.length - 1);
    text.wrap(Infinity);
    text.grow(bytes.length + partBytes);
    assert.equal(text.row(0)?.text, lines[0]);
  });

  it("shows of a progress bar what a terminal would", () => {
    const text = new ConsoleText();
    text.put(0, { text: "10%\r50%\r100%\nend\n", from: 0, to: 17, size: 17 });
    assert.deepEqual([text.row(0)?.text, text.row(1)?.text], ["100%", "end"]);
  });

  it("reads colours and leaves out every other sequence", () => {
    const line = "\u001b[1;31mbad\u001b[0m and \u001b[38;5;196mred\u001b[39m\u001b[2K\u001b]0;title\u0007.";
    assert.equal(withoutAnsi(line), "bad and red.");
    assert.deepEqual(ansiPieces(line), [
      { text: "bad", look: { bold: true, color: "ansiRed" } },
      { text: " and ", look: {} },
      { text: "red", look: { color: [255, 0, 0] } },
      { text: ".", look: {} },
    ]);
  });
});

describe("a table as text", () => {
  it("is read with quotes, line ends and a bound", () => {
    const { rows, cut } = readTable('a,b\r\n"x, ""y""",2\n3,"two\nlines"\n', ",", 10);
    assert.deepEqual(rows, [
      ["a", "b"],
      ['x, "y"', "2"],
      ["3", "two\nlines"],
    ]);
    assert.equal(cut, false);
    assert.equal(readTable("a\n1\n2\n3\n", ",", 2).cut, true);
  });
});
