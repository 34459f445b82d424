import assert from "node:assert/strict";
import fc from "fast-check";
import { bytesText, changeText, columnTexts, counted, numberText } from "../../src/cli/numbers.js";

/** What a text says, for comparing: `inf` and blanks have no digits to lose. */
const read = (text: string): number => Number(text.replace("inf", "Infinity"));

describe("numbers of a column", () => {
  const columns: readonly (readonly [readonly number[], readonly string[]])[] = [
    [
      [0.9538461, 0.975, 0.912],
      ["0.954", "0.975", "0.912"],
    ],
    [[0.9538461], ["0.9538"]],
    [
      [0.5, 0.5],
      ["0.5", "0.5"],
    ],
    [
      [1, 2, 30],
      ["1", "2", "30"],
    ],
    [
      [0.0001, 0.1],
      ["0.0001", "0.100"],
    ],
    [
      [1e-9, 1e12],
      ["1e-9", "1000000000000"],
    ],
    [
      [1.234e-9, 1.256e-9],
      ["1.234e-9", "1.256e-9"],
    ],
    [
      [123456.789, 123999],
      ["123457", "123999"],
    ],
    [
      [NaN, Infinity, -Infinity, 0.25, -0],
      ["NaN", "inf", "-inf", "0.25", "0.00"],
    ],
    [
      [-0, 0],
      ["0", "0"],
    ],
    [
      [0.0917, 0.52],
      ["0.092", "0.520"],
    ],
    [
      [0.1 + 0.2, 0.3],
      ["0.3", "0.3"],
    ],
    [
      [5e-324, 1.7e308],
      ["4.941e-324", "1.7e308"],
    ],
    [
      [-1.7e308, 1.7e308],
      ["-1.7e308", "1.7e308"],
    ],
    [
      [1e20, 2e20],
      ["1e20", "2e20"],
    ],
    [
      [0.95384, 0.95391, 0.85],
      ["0.9538", "0.9539", "0.8500"],
    ],
    [[], []],
  ];
  for (const [values, texts] of columns) {
    it(`shows ${JSON.stringify(values.map(String))} as ${texts.join(", ")}`, () => {
      assert.deepEqual(columnTexts(values), texts);
    });
  }

  it("never turns the order of two numbers round", () => {
    const number = fc.oneof(
      fc.double({ noDefaultInfinity: false, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: -1000, max: 1000 }).map((n) => n / 1000),
    );
    fc.assert(
      fc.property(fc.array(number, { minLength: 2, maxLength: 12 }), (values) => {
        const texts = columnTexts(values);
        for (const [a, textA] of values.map((value, at) => [value, texts[at] ?? ""] as const))
          for (const [b, textB] of values.map((value, at) => [value, texts[at] ?? ""] as const))
            if (a < b) assert.ok(read(textA) <= read(textB), `${a} < ${b}, but ${textA} and ${textB}`);
      }),
      { numRuns: 2000 },
    );
  });

  it("tells numbers apart that differ by a hundredth of their spread", () => {
    const values = fc
      .tuple(
        fc.integer({ min: -300, max: 290 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 2 }),
      )
      .map(([exponent, steps]) => steps.map((step) => Number(`${step}e${exponent}`)));
    fc.assert(
      fc.property(values, (distinct) => {
        assert.equal(new Set(columnTexts(distinct)).size, distinct.length, columnTexts(distinct).join(" "));
      }),
    );
  });

  it("takes columns of any length", () => {
    const many = Array.from({ length: 300_000 }, (_, n) => n / 1000);
    assert.equal(columnTexts(many)[299_999], "300.00");
  });

  it("keeps within a thousandth of the spread, or of the number itself", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 10 }),
        (values) => {
          const spread = Math.max(...values) - Math.min(...values);
          columnTexts(values).forEach((text, at) => {
            const value = values[at] ?? 0;
            const off = Math.abs(read(text) - value);
            assert.ok(off <= Math.max(spread / 10, Math.abs(value) * 6e-3), `${value} shown as ${text}`);
          });
        },
      ),
    );
  });
});

describe("single numbers", () => {
  const alone: readonly (readonly [number, string])[] = [
    [0.9538461, "0.9538"],
    [0.5, "0.5"],
    [-0, "0"],
    [12, "12"],
    [1234567, "1234567"],
    [1234.5678, "1235"],
    [0.99999, "1.0000"],
    [1e-9, "1e-9"],
    [1e15, "1e15"],
    [NaN, "NaN"],
    [-Infinity, "-inf"],
  ];
  for (const [value, text] of alone)
    it(`shows ${value} as ${text}`, () => assert.equal(numberText(value), text));

  it("shows a change with its sign, in the digits of the two numbers", () => {
    assert.equal(changeText(0.954, 0.975), "+0.021");
    assert.equal(changeText(0.95385, 0.97501), "+0.021");
    assert.equal(changeText(3, 1), "-2");
    assert.equal(changeText(0.5, 0.5), "±0");
    assert.equal(changeText(NaN, 1), "");
    assert.equal(changeText(0, Infinity), "+inf");
  });

  it("counts with the noun, and tells sizes in units", () => {
    assert.equal(counted(1, "file"), "1 file");
    assert.equal(counted(12345, "file"), "12,345 files");
    assert.equal(counted(2, "thing of it", "things of it"), "2 things of it");
    assert.deepEqual([0, 999, 1000, 999_499, 999_600, 12_345_678, 3.2e15].map(bytesText), [
      "0 B",
      "999 B",
      "1 kB",
      "999 kB",
      "1 MB",
      "12 MB",
      "3.2 PB",
    ]);
  });
});
