import assert from "node:assert/strict";
import { auditModels } from "../../../src/core/registry/audit.js";
import { ensureModel } from "../../../src/core/registry/models.js";
import { addVersion } from "../../../src/core/registry/versions.js";
import { emptyFolder, newWorkbench } from "../tracking/bench-folder.js";
import { plainVersion } from "./versions-of.js";

const never = new AbortController().signal;

describe("an audit of models", () => {
  it("names a fact that is what was written and yet counts for nothing", async () => {
    const bench = newWorkbench(emptyFolder());
    const model = ensureModel(bench.registry, "churn");
    addVersion(bench.registry, model, plainVersion());
    const stray = bench.store.ledger.append({
      ...plainVersion({ run: "f".repeat(32) }), // an id from behind the end of time
      ...{ kind: "version.registered", model: model.id, number: 2 },
    });
    const { entries, problems } = await auditModels(bench, model.id, never);
    assert.equal(entries.length, 3);
    assert.equal(bench.registry.known(model.id).versions, 1);
    assert.deepEqual(
      problems.map(({ file, what }) => [file.includes(stray.id), what.text]),
      [[true, "it is not what a fact of the kind version.registered is, and counts for nothing"]],
    );
    bench.dispose();
  });

  it("names twenty versions of which something is not here, and counts the rest", async () => {
    const bench = newWorkbench(emptyFolder());
    const model = ensureModel(bench.registry, "churn");
    const lacking = {
      form: "file",
      manifest: "a".repeat(64),
      content: "b".repeat(64),
      files: 1,
      size: 9,
    } as const;
    for (let n = 0; n < 25; n++) addVersion(bench.registry, model, plainVersion({ artifact: lacking }));
    const { unproven } = await auditModels(bench, model.id, never);
    const told = unproven
      .map(({ text }) => text)
      .find((text) => text.startsWith("What the model files were"));
    assert.match(told ?? "", /: churn\/25, churn\/24, .*churn\/6 and 5 more\.$/);
    bench.dispose();
  });
});
