import assert from "node:assert/strict";
import { compareSignatures } from "../../../src/core/registry/compare-signatures.js";
import type { Field, Signature } from "../../../src/core/registry/view.js";

const of = (
  inputs: readonly Field[],
  outputs: readonly Field[] = [],
  source: Signature["source"] = "onnx",
  params: Signature["params"] = [],
): Signature => ({ source, inputs, outputs, params });
const x = (type: string, ...shape: readonly (number | string | null)[]): Field => ({
  name: "x",
  type,
  shape,
});

/** Each change in short, with ! where it breaks. */
const told = (before: Signature, after: Signature): string[] =>
  compareSignatures(before, after).map(
    ({ where, name, change, breaks }) => `${where} ${name} ${change}${breaks ? "!" : ""}`,
  );

describe("what callers notice between two signatures", () => {
  it("is nothing where they are the same, also if open sizes are called otherwise", () => {
    assert.deepEqual(told(of([x("float32", null, 4)]), of([x("float32", "N", 4)])), []);
  });

  it("is an input that is needed now, but not one that may be left out", () => {
    const before = of([{ name: "a", type: "double" }]);
    const more = (field: Field): Signature => of([{ name: "a", type: "double" }, field]);
    assert.deepEqual(told(before, more({ name: "b", type: "double" })), ["input b added!"]);
    assert.deepEqual(told(before, more({ name: "b", type: "double", optional: true })), ["input b added"]);
  });

  it("is an input that ONNX does not know any more; MLflow leaves such columns out", () => {
    assert.deepEqual(told(of([x("float32")]), of([])), ["input x removed!"]);
    assert.deepEqual(told(of([x("float32")], [], "mlmodel"), of([], [], "mlmodel")), ["input x removed"]);
  });

  it("is an input whose type holds less, an output whose type holds more", () => {
    const input = (from: string, to: string): string[] => told(of([x(from)]), of([x(to)]));
    const output = (from: string, to: string): string[] => told(of([], [x(from)]), of([], [x(to)]));
    assert.deepEqual(input("float32", "float64"), ["input x retyped"]);
    assert.deepEqual(input("float64", "float32"), ["input x retyped!"]);
    assert.deepEqual(input("integer", "double"), ["input x retyped"]);
    assert.deepEqual(input("long", "double"), ["input x retyped!"]); // not to the last digit
    assert.deepEqual(input("uint8", "int8"), ["input x retyped!"]);
    assert.deepEqual(input("uint8", "int16"), ["input x retyped"]);
    assert.deepEqual(input("int8", "uint64"), ["input x retyped!"]);
    assert.deepEqual(input("string", "float32"), ["input x retyped!"]);
    assert.deepEqual(output("float32", "float64"), ["output x retyped!"]);
    assert.deepEqual(output("float64", "float32"), ["output x retyped"]);
  });

  it("is a size that is fixed now in an input, open now in an output, or another one", () => {
    const input = (from: Field, to: Field): string[] => told(of([from]), of([to]));
    const output = (from: Field, to: Field): string[] => told(of([], [from]), of([], [to]));
    assert.deepEqual(input(x("f", null, 4), x("f", 1, 4)), ["input x reshaped!"]);
    assert.deepEqual(input(x("f", 1, 4), x("f", null, 4)), ["input x reshaped"]);
    assert.deepEqual(input(x("f", null, 4), x("f", null, 5)), ["input x reshaped!"]);
    assert.deepEqual(input(x("f", null, 4), x("f", null)), ["input x reshaped!"]);
    assert.deepEqual(output(x("f", 1, 4), x("f", null, 4)), ["output x reshaped!"]);
    assert.deepEqual(output(x("f", null, 4), x("f", 1, 4)), ["output x reshaped"]);
    assert.deepEqual(input({ name: "x", type: "f" }, x("f", 3)), ["input x reshaped!"]);
  });

  it("is what may no longer be left out", () => {
    const a: Field = { name: "a", type: "double" };
    assert.deepEqual(told(of([{ ...a, optional: true }]), of([a])), ["input a optional!"]);
    assert.deepEqual(told(of([a]), of([{ ...a, optional: true }])), ["input a optional"]);
    assert.deepEqual(told(of([], [a]), of([], [{ ...a, optional: true }])), ["output a optional!"]);
  });

  it("is an output that is gone, or one that stands elsewhere; inputs may stand anywhere", () => {
    const [a, b, c]: readonly Field[] = ["a", "b", "c"].map((name) => ({ name, type: "float32" }));
    assert.ok(a && b && c);
    assert.deepEqual(told(of([], [a, b]), of([], [b])), ["output a removed!"]);
    assert.deepEqual(told(of([], [a, b, c]), of([], [b, c, a])), ["output a moved!"]);
    assert.deepEqual(told(of([a, b, c]), of([b, c, a])), ["input a moved"]);
    assert.deepEqual(told(of([], [a]), of([], [a, b])), ["output b added"]);
    const [moved] = compareSignatures(of([], [a, b, c]), of([], [b, c, a]));
    assert.deepEqual([moved?.before, moved?.after], ["1", "3"]);
  });

  it("is a parameter that has no effect any more; a new one has a value of its own", () => {
    const t = { name: "t", type: "double", default: 1 };
    assert.deepEqual(told(of([], [], "mlmodel", [t]), of([], [], "mlmodel")), ["param t removed!"]);
    assert.deepEqual(told(of([], [], "mlmodel"), of([], [], "mlmodel", [t])), ["param t added"]);
  });

  it("goes by place where fields have no names, and says both sides in words", () => {
    const before = of([{ name: "", type: "float64", shape: [null, 4] }]);
    const after = of([{ name: "", type: "float64", shape: [null, 5] }]);
    assert.deepEqual(compareSignatures(before, after), [
      {
        where: "input",
        name: "#0",
        change: "reshaped",
        before: "float64 [?, 4]",
        after: "float64 [?, 5]",
        breaks: true,
      },
    ]);
  });
});
