import assert from "node:assert/strict";
import fc from "fast-check";
import { comparePoints, PointColumns } from "../../../src/core/tracking/point-columns.js";

interface Row {
  readonly step: bigint;
  readonly time: number;
  readonly value: number;
}

const rows = fc.array(
  fc.record({
    step: fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(2n ** 60n + 1n, 2n ** 60n + 2n)),
    time: fc.constantFrom(0, 1, 2, 3, Number.NaN),
    value: fc.constantFrom(0, -1, 1, Number.NaN, Infinity),
  }),
  { maxLength: 60 },
);

function columnsOf(list: readonly Row[]): PointColumns {
  const columns = new PointColumns();
  for (const [origin, { step, time, value }] of list.entries())
    columns.add(Number(step & 0xffff_ffffn), Number((step >> 32n) & 0xffff_ffffn), time, value, origin);
  return columns;
}

const shown = (columns: PointColumns, at: number): string =>
  [columns.time(at), columns.step(at), columns.value(at), columns.origin(at)].join();

describe("columns of points", () => {
  it("come into the order of time, step and value, equal ones once and the first of them", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const before = columnsOf(list);
        const order = Array.from(list.keys()).sort((a, b) => comparePoints(before, a, before, b) || a - b);
        const expected = order.filter(
          (at, n) => n === 0 || comparePoints(before, at, before, order[n - 1] ?? 0) !== 0,
        );
        const after = columnsOf(list);
        after.settle();
        assert.deepEqual(
          Array.from({ length: after.length }, (_, at) => shown(after, at)),
          expected.map((at) => shown(before, at)),
        );
      }),
    );
  });
});
