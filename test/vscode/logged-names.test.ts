import assert from "node:assert/strict";
import { loggedNames } from "../../src/vscode/tracking/logged-names.js";

/** The names with what stands right before their columns. */
const found = (line: string): [string, string][] =>
  loggedNames(line).map(({ name, column }) => [name, line.slice(0, column).slice(-3)]);

describe("metrics that a line logs", () => {
  it("are found in calls and in dicts, each with the place behind its name", () => {
    assert.deepEqual(found('mlflow.log_metric("loss", loss, step=1)'), [["loss", 'ss"']]);
    assert.deepEqual(found("client.log_metric(key='f1', value=1)"), [["f1", "f1'"]]);
    assert.deepEqual(found("mlflow.log_metrics({\"loss\": a, 'f1': b})"), [
      ["loss", 'ss"'],
      ["f1", "f1'"],
    ]);
  });

  it("are none where the name is not written there", () => {
    for (const line of [
      "mlflow.log_metric(name, 1)",
      "mlflow.log_metrics(metrics)",
      "log_metric",
      "my_log_metrics_x({})",
      "",
    ])
      assert.deepEqual(found(line), [], line);
  });
});
