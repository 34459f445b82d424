import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure, toFailure } from "../../src/core/base/failure.js";
import { oneOf, said } from "../../src/core/base/said.js";
import { parseQuery } from "../../src/core/query/parser.js";
import { wireFailure } from "../../src/engine/wire-failure.js";
import { failureWords, readFailure } from "../../src/protocol/failure.js";
import { toldText } from "../../src/protocol/told.js";
import { Words } from "../../src/protocol/words.js";

const thrown = (work: () => unknown): unknown => {
  try {
    return assert.fail(String(work()));
  } catch (error) {
    return error;
  }
};

describe("a failure on its way to a person", () => {
  it("is the same in English, whichever way it came, and keeps what an editor needs to show the place", () => {
    const failure = wireFailure(thrown(() => parseQuery("metrics.f1 > 0.5 metrics.a > 1")));
    assert.equal(failure.message, "Column 18: found 'metrics.a', expected and, or, order by or limit.");
    assert.equal(failureWords(failure, {}).message, failure.message);
    assert.deepEqual(failure.data, { column: 18, length: 9, entry: 0 });
  });

  it("is said in another language, its parts too", () => {
    const contents = {
      "Column {0}: {1}": "Spalte {0}: {1}",
      "{0}, expected {1}": "{0}, erwartet: {1}",
      "found {0}": "{0} gefunden",
      "{0} or {1}": "{0} oder {1}",
      "Free some space.": "Schaffen Sie Platz.",
    };
    const words = new Words({ contents, language: "de" });
    const told = words.failure(wireFailure(thrown(() => parseQuery("metrics.f1 > 0.5 metrics.a > 1"))));
    assert.equal(told.message, "Spalte 18: 'metrics.a' gefunden, erwartet: and, or, order by oder limit.");
    const full = new Failure("store.full", said`The disk is full.`, { next: said`Free some space.` });
    assert.deepEqual(words.failure(wireFailure(full)), {
      message: "The disk is full.",
      next: "Schaffen Sie Platz.",
    });
  });

  it("keeps the system's own text where the system was the cause", () => {
    const cause = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    const failure = wireFailure(toFailure(cause, said`Cannot write ${"runs/a"}`));
    assert.equal(
      failure.message,
      "Cannot write runs/a: the disk is full (ENOSPC: no space left on device, write).",
    );
    const german = {
      "Cannot write {0}": "{0} lässt sich nicht schreiben",
      "{0}: the disk is full ({1}).": "{0}: Der Datenträger ist voll ({1}).",
    };
    assert.equal(
      failureWords(failure, german).message,
      "runs/a lässt sich nicht schreiben: Der Datenträger ist voll (ENOSPC: no space left on device, write).",
    );
  });

  it("comes as it is from a Loam that sends English alone", () => {
    const old = { code: "run.notFound", message: "No run a.", next: "Look at the list." };
    assert.deepEqual(readFailure(old), old);
    assert.deepEqual(failureWords(readFailure(old), { "No run {0}.": "Kein Lauf {0}." }), {
      message: "No run a.",
      next: "Look at the list.",
    });
  });

  it("is never larger than a person reads, and in English where its words would be", () => {
    const huge = new Failure("store.damaged", said`Facts ${"x".repeat(20_000)}`, {
      data: { column: 3, list: [1, 2], long: "y".repeat(5000) },
    });
    const failure = wireFailure(huge);
    assert.equal(failure.message.length, 10_000);
    assert.equal(failure.told, undefined);
    assert.deepEqual(failure.data, { column: 3 });
    let nested = said`at the bottom`;
    for (let depth = 0; depth < 10_000; depth++) nested = said`(${nested})`;
    assert.equal(wireFailure(new Failure("internal", nested)).told, undefined);
    const wide = oneOf(Array.from({ length: 5000 }, (_, at) => at));
    assert.equal(wireFailure(new Failure("internal", wide)).told, undefined);
  });

  it("is taken from whatever arrives without a fault", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (told, toldNext, data) => {
        const failure = readFailure({ code: "x", message: "m", told, toldNext, data });
        assert.equal(readFailure(failure).message, "m");
        assert.deepEqual(readFailure(failure), failure);
        if (failure.told) assert.equal(typeof toldText(failure.told, {}), "string");
      }),
    );
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        assert.equal(typeof readFailure(anything).message, "string");
      }),
    );
  });
});

describe("said", () => {
  it("is English at once, with a template of the same text", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (things) => {
        const one = said`a ${oneOf(things)} b`;
        assert.equal(toldText(one, {}), one.text);
        assert.deepEqual([one.template, one.text.startsWith("a ")], ["a {0} b", true]);
      }),
    );
    assert.equal(oneOf([]).text, "");
    assert.equal(oneOf(["x"]).text, "x");
    assert.equal(oneOf(["x", 2, said`y`]).text, "x, 2 or y");
  });
});
