import assert from "node:assert/strict";
import { missingModule } from "../../src/protocol/missing-module.js";

describe("a module that Python did not find", () => {
  it("is told with the package that has it", () => {
    const named = (module: string): unknown =>
      missingModule(`ModuleNotFoundError: No module named '${module}'`);
    assert.deepEqual(named("mlflow"), { module: "mlflow", package: "mlflow" });
    assert.deepEqual(named("sklearn.ensemble"), { module: "sklearn", package: "scikit-learn" });
    assert.deepEqual(named("constructor"), { module: "constructor", package: "constructor" });
  });

  it("is none in any other error", () => {
    for (const error of [
      null,
      undefined,
      "",
      "ValueError: No module named 'mlflow'",
      "ModuleNotFoundError: No module named 'x; rm -rf'",
    ])
      assert.equal(missingModule(error), null);
  });
});
