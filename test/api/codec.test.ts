import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bodyFields,
  choice,
  count,
  flag,
  int,
  keyValues,
  needDouble,
  needInt,
  needText,
  queryFields,
  rows,
  runId,
  text,
  texts,
} from "../../src/api/codec.js";
import { Failure } from "../../src/core/base/failure.js";

const body = (json: string) => bodyFields(Buffer.from(json));
const refused = (work: () => unknown, code: string, words: RegExp): void => {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });
};

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const space = fc.constantFrom("", " ", "\n  ");

describe("the codec of requests", () => {
  it("reads every int64 exactly, as a number or as text, among texts and fractions that look like one", () => {
    fc.assert(
      fc.property(
        int64,
        fc.boolean(),
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        space,
        (value, quoted, other, fraction, gap) => {
          const written = quoted ? `"${value}"` : String(value);
          const json = `{"other":${JSON.stringify(`${other}: ${value}`)},"value":${JSON.stringify(fraction)},${gap}"step":${gap}${written}${gap}}`;
          const fields = body(json);
          assert.equal(BigInt(needInt(fields, "step")), value);
          assert.equal(text(fields, "other"), `${other}: ${value}`);
          assert.ok(needDouble(fields, "value") === fraction);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("reads every double exactly, as a number or as text", () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.boolean(), (value, quoted) => {
        const written = Object.is(value, -0) ? "-0" : String(value);
        const read = needDouble(body(`{"v": ${quoted ? `"${written}"` : written}}`), "v");
        assert.ok(Object.is(read, value));
      }),
      { numRuns: 500 },
    );
    for (const word of ["NaN", "Infinity", "-Infinity"])
      assert.ok(Object.is(needDouble(body(`{"v": "${word}"}`), "v"), Number(word)));
  });

  it("never throws anything but a failure, whatever is sent", () => {
    const reads = [text, needText, int, needInt, needDouble, rows, texts, keyValues, flag, runId];
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string()),
        fc.constantFrom("a", "run_id", "", "__proto__"),
        (sent, name) => {
          for (const fields of [body(sent), queryFields(sent)]) {
            for (const read of reads) {
              try {
                read(fields, name);
              } catch (error) {
                assert.ok(error instanceof Failure, String(error));
              }
            }
            choice(fields, name, ["A", "B"]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("takes JSON in a JSON text, and no JSON for no fields", () => {
    assert.deepEqual({ ...body(JSON.stringify('{"a":"b"}')) }, { a: "b" });
    for (const none of ["", "not json", "[1]", "3", "null", '"text"', '{"v": NaN}'])
      assert.deepEqual({ ...body(none) }, {});
  });

  it("names what is missing, and counts null and the empty text as missing", () => {
    for (const json of ["{}", '{"key": null}', '{"key": ""}'])
      refused(
        () => needText(body(json), "key"),
        "value.missing",
        /^Missing value for required parameter 'key'/,
      );
    refused(() => needInt(body('{"t": null}'), "t"), "value.missing", /'t'/);
    refused(() => needDouble(body("{}"), "value"), "value.missing", /'value'/);
    assert.equal(text(body('{"key": ""}'), "key"), "");
    assert.equal(int(body('{"t": 0}'), "t"), 0);
  });

  it("names what has the wrong type", () => {
    refused(
      () => text(body('{"key": 31}'), "key"),
      "value.invalid",
      /^Invalid value 31 for parameter 'key' supplied/,
    );
    for (const bad of ["1.5", '"1.5"', '"x"', "true", "[1]", "9223372036854775808", '"-9223372036854775809"'])
      refused(() => int(body(`{"step": ${bad}}`), "step"), "value.invalid", /'step'/);
    for (const bad of ['"x"', "true", "[]", "{}", "1e999", '"nan"', '"0x10"', '" 1"'])
      refused(() => needDouble(body(`{"v": ${bad}}`), "v"), "value.invalid", /'v'/);
    refused(() => texts(body('{"ids": "0"}'), "ids"), "value.invalid", /'ids'/);
    refused(() => texts(body('{"ids": ["0", 1]}'), "ids"), "value.invalid", /'ids\[1\]'/);
    refused(() => rows(body('{"tags": [1]}'), "tags"), "value.invalid", /'tags\[0\]'/);
    refused(
      () => keyValues(body('{"tags": [{"key": "a", "value": 3}]}'), "tags"),
      "value.invalid",
      /'tags\[0\].value'/,
    );
    refused(() => keyValues(body('{"tags": [{"value": "3"}]}'), "tags"), "value.missing", /'tags\[0\].key'/);
    refused(() => flag(body('{"f": "yes"}'), "f"), "value.invalid", /'f'/);
    const bounds = { least: 1, most: 5, otherwise: 2 };
    refused(() => count(body('{"n": 0}'), "n", bounds), "value.invalid", /between 1 and 5/);
    assert.equal(count(body("{}"), "n", bounds), 2);
    assert.equal(int(body('{"t": 5.0}'), "t"), 5);
  });

  it("reads enums by name and number, and ignores what it does not know", () => {
    const read = (json: string) => choice(body(json), "e", ["RUNNING", "SCHEDULED", "FINISHED"]);
    assert.deepEqual(['{"e":"FINISHED"}', '{"e":3}', '{"e":"3"}'].map(read), [
      "FINISHED",
      "FINISHED",
      "FINISHED",
    ]);
    assert.deepEqual(
      ['{"e":"NONSENSE"}', '{"e":0}', '{"e":9}', "{}", '{"e":null}'].map(read),
      Array(5).fill(undefined),
    );
  });

  it("reads a query: repeated parameters as lists, all else by its first value", () => {
    const fields = queryFields("run_ids=a&run_ids=b&key=x%20y+z&n=5&f=true&uml=%C3%BC&key=later");
    assert.deepEqual(texts(fields, "run_ids"), ["a", "b"]);
    assert.deepEqual(texts(fields, "key"), ["x y z", "later"]);
    assert.equal(text(fields, "key"), "x y z");
    assert.equal(int(fields, "n"), 5);
    assert.equal(flag(fields, "f"), true);
    assert.equal(text(fields, "uml"), "ü");
    assert.equal(text(queryFields("__proto__=a&constructor=b"), "toString"), undefined);
  });

  it("takes a run by either of its names", () => {
    assert.equal(runId(body('{"run_uuid":"a"}')), "a");
    assert.equal(runId(body('{"run_id":"","run_uuid":"a"}')), "a");
    assert.equal(runId(body('{"run_id":"b","run_uuid":"a"}')), "b");
    refused(() => runId(body('{"run_uuid":""}')), "value.missing", /'run_id'/);
  });
});
