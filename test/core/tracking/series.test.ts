import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { PointColumns } from "../../../src/core/tracking/point-columns.js";
import type { RunRecorder } from "../../../src/core/tracking/recorder.js";
import { downsample, sampled } from "../../../src/core/tracking/sampling.js";
import { pageOf, SeriesReader, type Series } from "../../../src/core/tracking/series.js";
import type { Workbench } from "../../../src/core/workbench.js";
import { newWorkbench } from "./bench-folder.js";

type Triple = readonly [time: number, step: number | bigint, value: number];

const triples = ({ points }: Series): Triple[] =>
  Array.from({ length: points.length }, (_, at) => [points.time(at), points.step(at), points.value(at)]);

/** A series of points that are in order already. */
function seriesOf(values: readonly (readonly [step: number, value: number])[]): Series {
  const points = new PointColumns();
  for (const [step, value] of values)
    points.add(step >>> 0, Math.floor(step / 2 ** 32), 1000 + step, value, 0);
  return { points, origins: [] };
}

const anyStep = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((step) => (step >= -(2n ** 53n) && step <= 2n ** 53n ? Number(step) : step)),
);
const anyPoint = fc.record({
  time: fc.integer({ min: 0, max: 5 }),
  step: anyStep,
  value: fc.oneof(fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY), fc.double()),
  model: fc.constantFrom(undefined, "m-1"),
});

describe("series", () => {
  let bench: Workbench;
  let reader: SeriesReader;
  let run: RunRecorder;
  beforeEach(() => {
    bench = newWorkbench();
    reader = new SeriesReader(bench.store);
    run = bench.tracking.runs.create({ experiment: "0" });
  });
  afterEach(() => {
    bench.dispose();
  });

  const log = (
    key: string,
    points: readonly { time: number; step: number | bigint; value: number; model?: string | undefined }[],
  ): void => {
    run.log({ metrics: points.map((point) => ({ key, ...point })) });
  };

  it("gives each point once, in the order of time, step and value, whatever came in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyPoint, { maxLength: 12 }), { maxLength: 4 }), async (batches) => {
        run = bench.tracking.runs.create({ experiment: "0" });
        for (const batch of batches) {
          log("v", batch);
          log("other", [{ time: 1, step: 1, value: 7 }]);
        }
        const ranked = (value: number): number => (Number.isNaN(value) ? 0 : value);
        const compare = <T extends number | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
        const expected = batches
          .flat()
          .map((one): Triple => [one.time, one.step, one.value])
          .toSorted(
            (a, b) =>
              compare(a[0], b[0]) ||
              compare(a[1], b[1]) ||
              compare(ranked(a[2]), ranked(b[2])) ||
              Number(Number.isNaN(a[2])) - Number(Number.isNaN(b[2])),
          )
          .filter((one, n, all) => {
            const before = all[n - 1];
            return (
              !before ||
              one[0] !== before[0] ||
              one[1] !== before[1] ||
              !(one[2] === before[2] || (Number.isNaN(one[2]) && Number.isNaN(before[2])))
            );
          });
        const found = triples(await reader.read(run.id, "v"));
        assert.equal(found.length, expected.length);
        for (const [n, point] of found.entries()) {
          const wanted = expected[n];
          assert.ok(wanted && point[0] === wanted[0] && point[1] === wanted[1], `${n}`);
          assert.ok(point[2] === wanted[2] || (Number.isNaN(point[2]) && Number.isNaN(wanted[2])));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("gives all pages in turn, of any size, as the whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyPoint, { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        async (points, most) => {
          run = bench.tracking.runs.create({ experiment: "0" });
          log("v", points);
          const series = await reader.read(run.id, "v");
          const seen: number[] = [];
          let token: string | undefined;
          for (let page = pageOf(series, most); ; page = pageOf(series, most, token)) {
            for (let at = page.from; at < page.to; at++) seen.push(at);
            token = page.next;
            if (token === undefined) break;
            assert.equal(page.to - page.from, most);
          }
          assert.deepEqual(
            seen,
            Array.from({ length: series.points.length }, (_, at) => at),
          );
        },
      ),
      { numRuns: 100 },
    );
    assert.throws(() => pageOf(seriesOf([[1, 1]]), 1, "nonsense"), { code: "page.token" });
  });

  it("sees what is appended, by other processes too, and forgets nothing that it kept", async () => {
    log("v", [{ time: 1, step: 1, value: 1 }]);
    assert.equal((await reader.read(run.id, "v")).points.length, 1);
    log("v", [{ time: 2, step: 2, value: 2 }]);
    const own = bench.store.layout.points({ room: "runs", id: run.id }, bench.store.self.writer);
    fs.copyFileSync(own, path.join(path.dirname(own), "points-0badcafe.bin"));
    assert.deepEqual(triples(await reader.read(run.id, "v")), [
      [1, 1, 1],
      [2, 2, 2],
    ]);
    fs.appendFileSync(own, Buffer.alloc(20)); // torn: its writer may be alive
    assert.deepEqual(triples(await reader.read(run.id, "v")), [
      [1, 1, 1],
      [2, 2, 2],
    ]);
  });

  it("tells what each point is about", async () => {
    log("v", [
      { time: 1, step: 1, value: 1, model: "m-1" },
      { time: 2, step: 2, value: 2 },
      { time: 3, step: 3, value: 3, model: "m-2" },
    ]);
    const { points, origins } = await reader.read(run.id, "v");
    assert.deepEqual(
      [0, 1, 2].map((at) => origins[points.origin(at)]?.model),
      ["m-1", null, "m-2"],
    );
  });

  it("reads nothing for who has gone already", async () => {
    log("v", [{ time: 1, step: 1, value: 1 }]);
    await assert.rejects(reader.read(run.id, "v", AbortSignal.abort()), { name: "AbortError" });
    assert.equal((await reader.read(run.id, "v")).points.length, 1);
  });
});

describe("curves for charts", () => {
  const wave = (length: number) => Array.from({ length }, (_, n) => [n, Math.sin(n / 50)] as const);

  it("keep short series as they are", () => {
    const { x, y } = downsample(
      seriesOf([
        [0, 1],
        [5, Number.NaN],
        [9, 3],
      ]),
      2,
    );
    assert.deepEqual(
      [[...x], [...y]],
      [
        [0, 5, 9],
        [1, Number.NaN, 3],
      ],
    );
  });

  it("have at most two points a pixel, in order, and each pixel's extremes", () => {
    const value = fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: true }) }, fc.constant(Number.NaN));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), value), { maxLength: 400 }),
        fc.integer({ min: 1, max: 40 }),
        (given, pixels) => {
          const all = given.toSorted(([a], [b]) => a - b);
          const { x, y } = downsample(seriesOf(all), pixels);
          assert.ok(x.length === y.length && x.length <= Math.max(2 * pixels, 0));
          assert.ok(x.every((one, at) => at === 0 || (x[at - 1] ?? 0) <= one));
          const [first, last] = [all[0]?.[0] ?? 0, all.at(-1)?.[0] ?? 0];
          const pixel = (step: number) =>
            Math.min(pixels - 1, Math.floor((step - first) * (pixels / (last - first || 1)))); // rounded as theirs
          const extremes = (points: Iterable<readonly [number, number]>) => {
            const found = new Map<number, [number, number]>();
            for (const [step, one] of points) {
              if (Number.isNaN(one)) continue;
              const [low, high] = found.get(pixel(step)) ?? [one, one];
              found.set(pixel(step), [Math.min(low, one), Math.max(high, one)]);
            }
            return [...found].map(([at, [low, high]]) => [at, low + 0, high + 0]);
          };
          const kept = Array.from(x, (step, at) => [step, y[at] ?? 0] as const);
          assert.deepEqual(extremes(kept), extremes(all));
          const gaps = new Set(all.map(([step]) => pixel(step)));
          assert.deepEqual(new Set(kept.map(([step]) => pixel(step))), gaps);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keep a spike of one point among a million, and break where values are missing", () => {
    const points = wave(1_000_000).map(
      ([n, one]) => [n, n === 654_321 ? 99 : n > 200_000 && n < 400_000 ? Number.NaN : one] as const,
    );
    const { x, y } = downsample(seriesOf(points), 1000);
    assert.equal(x[y.indexOf(99)], 654_321);
    assert.ok(y.length <= 2000);
    assert.ok(y.some((one, at) => Number.isNaN(one) && (x[at] ?? 0) > 200_000 && (x[at] ?? 0) < 400_000));
  });

  it("are in the order of their axis, though the series is in that of time", () => {
    const points = new PointColumns();
    for (const [step, time] of [
      [3, 1],
      [1, 2],
      [2, 3],
    ] as const)
      points.add(step, 0, time, step * 10, 0);
    const series = { points, origins: [] };
    assert.deepEqual([...downsample(series, 10).x], [1, 2, 3]);
    assert.deepEqual([...downsample(series, 10).y], [10, 20, 30]);
    assert.deepEqual([...downsample(series, 10, "time").x], [1, 2, 3]);
    assert.deepEqual([...downsample(series, 10, "time").y], [30, 10, 20]);
  });
});

describe("samples of several runs", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = newWorkbench();
  });
  afterEach(() => {
    bench.dispose();
  });

  async function stepsOf(
    logged: readonly (readonly number[])[],
    most: number,
    range?: { from: number; to: number },
  ): Promise<number[][]> {
    const runs = logged.map((steps) => {
      const recorder = bench.tracking.runs.create({ experiment: "0" });
      recorder.log({ metrics: steps.map((step, n) => ({ key: "v", value: n, time: n, step })) });
      return recorder.id;
    });
    const samples = await sampled(new SeriesReader(bench.store), runs, "v", most, range);
    assert.deepEqual(
      samples.map(({ run }) => run),
      runs,
    );
    return samples.map(({ series, places }) => places.map((at) => series.points.stepNumber(at)));
  }
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  it("are spread evenly, with first and last step", async () => {
    assert.deepEqual(await stepsOf([upTo(10)], 5), [[0, 2, 4, 6, 8, 9]]);
    assert.deepEqual(await stepsOf([upTo(10)], 10), [upTo(10)]);
    assert.deepEqual(await stepsOf([upTo(10)], 1), [[0, 9]]);
    assert.deepEqual(await stepsOf([[-5, 7, 3, -5]], 100), [[-5, -5, 3, 7]]);
  });

  it("hold the same steps for all runs, and each run's own ends", async () => {
    const found = await stepsOf([upTo(100), upTo(40).map((n) => n * 2 + 1), []], 10);
    assert.deepEqual(found[0], [0, 1, 10, 20, 30, 40, 50, 60, 70, 79, 80, 90, 99]);
    assert.deepEqual(found[1], [1, 79]);
    assert.deepEqual(found[2], []);
  });

  it("stay within a range of steps", async () => {
    assert.deepEqual(await stepsOf([upTo(10)], 100, { from: 2, to: 4 }), [[2, 3, 4]]);
    assert.deepEqual(await stepsOf([upTo(10)], 100, { from: 20, to: 30 }), [[]]);
  });

  it("are bounded where all points have one step", async () => {
    const [found] = await stepsOf([upTo(10_000).map(() => 0)], 100);
    assert.ok(found && found.length >= 100 && found.length <= 101);
  });
});
