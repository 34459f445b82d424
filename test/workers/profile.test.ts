import assert from "node:assert/strict";
import fc from "fast-check";
import type { ColumnProfile } from "../../src/core/datasets/view.js";
import { binEdges } from "../../src/workers/tabular/histogram.js";
import { never, tableFile, tabular } from "./tabular-here.js";

describe("the profile of a table", function () {
  const column = async (name: string, values: readonly (number | string)[]): Promise<ColumnProfile> => {
    const profile = await tabular.profile(tableFile("t.csv", `${name}\n${values.join("\n")}\n`), never);
    const [only] = profile.columns;
    assert.ok(only);
    return only;
  };

  it("has the statistics of numbers", async () => {
    const { numbers, distinct, distinctIsExact, top } = await column("x", [1, 2, 2, 3, 100, 0]);
    assert.deepEqual(
      [distinct, distinctIsExact, numbers?.min, numbers?.max, numbers?.mean],
      [5, true, 0, 100, 18],
    );
    assert.deepEqual([numbers?.quantiles[3], numbers?.zeros], [2, 1]);
    assert.ok(Math.abs((numbers?.deviation ?? 0) - 40.18) < 0.01);
    assert.equal(
      numbers?.histogram.counts.reduce((sum, count) => sum + count),
      6,
    );
    assert.deepEqual(top[0], { value: 2, count: 2 });
  });

  it("has lengths and the most frequent of texts, missing values, and rows that repeat", async () => {
    const profile = await tabular.profile(tableFile("t.csv", "a,b\nx,1\nlong,\nx,1\n"), never);
    const [a, b] = profile.columns;
    assert.deepEqual(
      [a?.lengths, a?.top[0]],
      [
        { min: 1, max: 4, mean: 2 },
        { value: "x", count: 2 },
      ],
    );
    assert.deepEqual([b?.missing, b?.count, profile.duplicates], [1, 2, 1]);
  });

  it("has a bin for each of few whole numbers, and times as times", async () => {
    const { numbers } = await column("x", [1, 1, 3]);
    assert.deepEqual(numbers?.histogram, { edges: [0.5, 1.5, 2.5, 3.5], counts: [2, 0, 1] });
    const day = await column("d", ["2026-01-01", "2026-01-03"]);
    assert.equal(day.numbers?.min, Date.UTC(2026, 0, 1));
  });

  it("is the same of a column whether it stands among few or many", async () => {
    const kinds: ((row: number) => string)[] = [
      (row) => `${row}`,
      (row) => `${(row * 7919) % 13}`,
      (row) => `${Math.sin(row) * 100}`,
      (row) => (row % 5 === 0 ? "" : `${row / 4}`),
      (row) => (row % 9 === 0 ? "nan" : `${row}.5`),
      (row) => ["red", "green", "blue", ""][row % 4] ?? "",
      (row) => `text ${row}, "quoted"`,
      (row) => `2026-01-${String((row % 28) + 1).padStart(2, "0")}`,
      (row) => `2026-01-01 10:00:${String(row % 60).padStart(2, "0")}`,
      (row) => (row % 3 === 0 ? "true" : "false"),
      () => "7",
      () => "",
      (row) => `90071992547409${row + 10}`,
    ];
    const csv = (width: number, rows: number): string =>
      [
        Array.from({ length: width }, (_, at) => `c${at}`),
        ...Array.from({ length: rows }, (_, row) =>
          Array.from(
            { length: width },
            (_, at) => `"${(kinds[at % kinds.length]?.(row) ?? "").replaceAll('"', '""')}"`,
          ),
        ),
      ]
        .map((cells) => cells.join(","))
        .join("\n");
    /** Sums of another order differ in their last digits. */
    const rounded = (columns: readonly ColumnProfile[]): unknown =>
      JSON.parse(
        JSON.stringify(columns, (_, value: unknown) =>
          typeof value === "number" ? Number(value.toPrecision(12)) : value,
        ),
      );
    for (const rows of [0, 1, 60]) {
      const few = await tabular.profile(tableFile("few.csv", csv(kinds.length, rows)), never);
      const many = await tabular.profile(tableFile("many.csv", csv(4 * kinds.length, rows)), never);
      assert.equal(many.columns.length, 4 * kinds.length);
      for (let at = 0; at < 4; at++) {
        const part = many.columns.slice(at * kinds.length, (at + 1) * kinds.length);
        assert.deepEqual(
          rounded(part.map((one, n) => ({ ...one, name: `c${n}` }))),
          rounded(few.columns),
          `${rows} rows, part ${at}`,
        );
      }
    }
  });

  it("puts every number between edges that rise", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), fc.boolean(), (x, y, isWhole) => {
        const [min, max] = [Math.min(x, y), Math.max(x, y)];
        const edges = binEdges(min, max, isWhole && Number.isInteger(min) && Number.isInteger(max));
        if (!Number.isFinite(min) || !Number.isFinite(max)) assert.deepEqual(edges, []);
        else {
          assert.ok(
            (edges[0] ?? Infinity) <= min && (edges.at(-1) ?? -Infinity) >= max,
            `${min} ${max} ${edges.join()}`,
          );
          assert.ok(edges.length >= 2 && edges.length <= 60);
          assert.ok(min === max || edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? 0)));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
