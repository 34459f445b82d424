import assert from "node:assert/strict";
import fc from "fast-check";
import { MetricGuesser, type GuessedPoint } from "../../src/run/guess.js";
import { consoles } from "./guess-consoles.js";
import { never } from "./guess-negatives.js";
import { trackingName } from "../../src/run/tracking-name.js";

type Shown = [name: string, step: number, value: number];

/** Feeds a console, a line each 10 ms; a line that ends with `\r` is drawn over. */
const guess = (lines: readonly string[], apartMs = 10): Shown[] => {
  const points: GuessedPoint[] = [];
  const guesser = new MetricGuesser((more) => points.push(...more));
  lines.forEach((line, i) => {
    const over = line.endsWith("\r");
    guesser.feed(over ? line.slice(0, -1) : line, over ? "return" : "newline", 1000 + i * apartMs);
  });
  return points.map(({ name, step, value }) => [name, step, value]);
};

describe("metrics from a console", () => {
  for (const [tool, lines, points] of consoles)
    it(`are found in the output of ${tool}`, () => {
      const found = guess(lines).map(([name, step, value]) => `${name} ${step} ${value}`);
      assert.deepEqual(found.sort(), points.toSorted());
    });
  for (const [what, lines] of never)
    it(`are not found in ${what}`, () => {
      assert.deepEqual(guess([...lines, ...lines]), []);
    });

  it("need two lines that show them", () => {
    assert.deepEqual(guess(["loss=0.5 acc=0.9"]), []);
    assert.deepEqual(guess(["loss=0.5 loss=0.4"]), []);
    assert.equal(guess(["loss=0.5 loss=0.4", "loss=0.3"]).length, 2);
  });

  it("come from progress bars without a flood, the last state of each bar among them", () => {
    const draw = (epoch: number, n: number, end: string): string =>
      `Epoch ${epoch}: ${String(n).padStart(3)}%|####      | ${n}/100 [00:01<00:10, 9.1it/s, loss=${(epoch - n / 200).toFixed(3)}, v_num=0]${end}`;
    const lines = [1, 2].flatMap((epoch) =>
      Array.from({ length: 100 }, (_, i) => draw(epoch, i + 1, i === 99 ? "" : "\r")),
    );
    const points = guess(lines);
    assert.ok(points.length >= 10 && points.length <= 15, `${points.length} points`);
    assert.deepEqual([...new Set(points.map(([name]) => name))], ["loss"]);
    assert.deepEqual(points[0], ["loss", 1, 0.995]);
    assert.ok(points.some(([, step, value]) => step === 100 && value === 0.5));
    assert.deepEqual(points.at(-1), ["loss", 200, 1.5]);
    const steps = points.map(([, step]) => step);
    assert.deepEqual(
      steps,
      steps.toSorted((a, b) => a - b),
    );
  });

  it("go on counting where a bar begins anew and names no epoch", () => {
    const lines = [1, 2, 3].flatMap(() =>
      [50, 100].map((n) => `${n}%|##| ${n}/100 [00:01<00:10, 9.1it/s, loss=0.3]`),
    );
    assert.deepEqual(
      guess(lines).map(([, step]) => step),
      [50, 100, 150, 200, 250, 300],
    );
    const open = [10, 20, 5].map((n) => `${n}it [00:01, 9.1it/s, loss=0.3]`);
    assert.deepEqual(
      guess(open).map(([, step]) => step),
      [10, 20, 25],
    );
  });

  it("come from a bar's description", () => {
    const lines = [1, 2].map((n) => `loss: 0.${n}: ${n}%|          | ${n}/100 [00:01<00:10, 9.1it/s]`);
    assert.deepEqual(guess(lines), [
      ["loss", 1, 0.1],
      ["loss", 2, 0.2],
    ]);
  });

  it("leave out a line that is too long to be one, and what it is cut into", () => {
    const points: GuessedPoint[] = [];
    const guesser = new MetricGuesser((more) => points.push(...more));
    for (const end of ["cut", "cut", "newline"] as const) guesser.feed("loss=0.5", end, 0);
    assert.deepEqual(points, []);
    guesser.feed("loss=0.5", "newline", 0);
    guesser.feed("loss=0.5", "end", 0);
    assert.equal(points.length, 2);
  });

  it("are thinned out once a name has very many points, and of a bounded number of names", () => {
    const flood = guess(
      Array.from({ length: 60_000 }, (_, i) => `loss=${i}.5`),
      1,
    );
    assert.ok(flood.length >= 50_000 && flood.length < 50_100, `${flood.length}`);
    const names = Array.from(
      { length: 5000 },
      (_, i) => `name_${String.fromCharCode(97 + (i % 26))}x${i}=0.5`,
    );
    assert.ok(
      new Set(
        guess([
          ...names.slice(0, 300),
          ...names.slice(0, 300),
          ...names.slice(4800),
          ...names.slice(4800),
        ]).map(([name]) => name),
      ).size <= 200,
    );
  });

  it("have names that every client accepts, whatever is printed", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "loss",
        "=",
        ": ",
        "0.5",
        "epoch",
        " 3/4",
        "[",
        "]",
        "\u001b[1m",
        "'",
        "{",
        "}",
        "|",
        "%",
        "é",
        "/",
        "..",
        "nan",
        "(",
        ")",
        ",",
      ),
      fc.string({ maxLength: 5 }),
    );
    const line = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        for (const [name, step] of guess([...lines, ...lines])) {
          assert.equal(trackingName(name), name);
          assert.ok(Number.isSafeInteger(step) && step >= 0, `${name} ${step}`);
        }
      }),
    );
  });

  it("are looked for in time that grows with the line, not faster", () => {
    for (const unit of [
      "a",
      "a ",
      "a=",
      "a: ",
      "1",
      "1,000",
      "((",
      "a(",
      "\u001b[",
      "[1/",
      "|",
      "loss ",
      "'",
      "-",
      "train ",
    ])
      guess(Array(50).fill(unit.repeat(4000 / unit.length)));
  });
});
