import assert from "node:assert/strict";
import type { FailureCode } from "../../../src/core/base/failure.js";
import { moveAlias, removeAlias } from "../../../src/core/registry/aliases.js";
import {
  createModel,
  deleteModel,
  describeModel,
  ensureModel,
  renameModel,
  tagModel,
} from "../../../src/core/registry/models.js";
import { stageNamed, versionNumbered } from "../../../src/core/registry/names.js";
import type { ModelVersionDetail } from "../../../src/core/registry/view.js";
import {
  addVersion,
  deleteVersion,
  describeVersion,
  setStage,
  tagVersion,
} from "../../../src/core/registry/versions.js";
import type { Workbench } from "../../../src/core/workbench.js";
import { newWorkbench } from "../tracking/bench-folder.js";
import { plainVersion } from "./versions-of.js";

const failsWith = (code: FailureCode, work: () => unknown): void => {
  assert.throws(work, { name: "Failure", code });
};

describe("the registry", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = newWorkbench();
  });
  afterEach(() => {
    bench.dispose();
  });

  const version = (name = "churn"): ModelVersionDetail =>
    addVersion(bench.registry, ensureModel(bench.registry, name), plainVersion());
  const numbersOf = (name: string): number[] =>
    bench.registry.named(name).history.map(({ number }) => number);

  it("gives a name once, and takes quotes and any script as MLflow does", () => {
    createModel(bench.registry, `it's "churn" 模型`, {
      description: "who leaves",
      tags: [{ key: "team", value: "risk" }],
    });
    const { description, tags } = bench.registry.named(`it's "churn" 模型`);
    assert.deepEqual([description, tags], ["who leaves", { team: "risk" }]);
    failsWith("name.taken", () => createModel(bench.registry, `it's "churn" 模型`));
  });

  it("refuses names that an address could not hold", () => {
    for (const name of ["a/b", "a:b", "/", "models:/a"])
      failsWith("name.invalid", () => createModel(bench.registry, name));
    for (const name of ["", "  "]) failsWith("value.missing", () => createModel(bench.registry, name));
    failsWith("value.invalid", () => createModel(bench.registry, "x".repeat(257)));
    assert.deepEqual(bench.registry.all(), []);
  });

  it("counts versions on, also past deleted ones", () => {
    for (let n = 0; n < 3; n++) version();
    deleteVersion(bench.registry, bench.registry.version(bench.registry.named("churn"), 3));
    version();
    assert.deepEqual(numbersOf("churn"), [4, 3, 2, 1]);
    assert.equal(bench.registry.named("churn").versions, 3);
    failsWith("version.notFound", () => bench.registry.version(bench.registry.named("churn"), 3));
  });

  it("begins anew with a model that was deleted and made again", () => {
    const { model } = version();
    version();
    deleteModel(bench.registry, bench.registry.named("churn"));
    failsWith("model.notFound", () => bench.registry.named("churn"));
    assert.equal(version().number, 1);
    assert.notEqual(bench.registry.named("churn").id, model);
    failsWith("model.notFound", () => bench.registry.existing(model));
  });

  it("keeps versions over a new name, and frees the old one", () => {
    version();
    createModel(bench.registry, "other");
    failsWith("name.taken", () => renameModel(bench.registry, bench.registry.named("churn"), "other"));
    renameModel(bench.registry, bench.registry.named("churn"), "leavers");
    assert.deepEqual(numbersOf("leavers"), [1]);
    assert.notEqual(createModel(bench.registry, "churn").id, bench.registry.named("leavers").id);
  });

  it("has an alias at one version, moves it, and takes it away with the version", () => {
    const [one, two] = [version(), version()];
    moveAlias(bench.registry, one, "champion");
    moveAlias(bench.registry, two, "champion");
    assert.deepEqual(bench.registry.named("churn").aliases, { champion: 2 });
    assert.deepEqual(bench.registry.existingVersion(one.model, one.id).aliases, []);
    deleteVersion(bench.registry, two);
    assert.deepEqual(bench.registry.named("churn").aliases, {});
    moveAlias(bench.registry, one, "champion");
    removeAlias(bench.registry, bench.registry.named("churn"), "champion");
    removeAlias(bench.registry, bench.registry.named("churn"), "champion");
    assert.deepEqual(bench.registry.named("churn").aliases, {});
    failsWith("version.notFound", () => {
      moveAlias(bench.registry, two, "champion");
    });
  });

  it("refuses aliases that mean something else", () => {
    const one = version();
    for (const alias of ["latest", "Latest", "v1", "V22", "a b", "a/b", "", "x".repeat(256)])
      failsWith("name.invalid", () => {
        moveAlias(bench.registry, one, alias);
      });
    for (const alias of ["v1a", "prod-eu_1", "März"]) moveAlias(bench.registry, one, alias);
    assert.deepEqual(bench.registry.version(bench.registry.named("churn"), 1).aliases, [
      "März",
      "prod-eu_1",
      "v1a",
    ]);
  });

  it("archives the other versions of a stage where that is asked for", () => {
    const [one, two] = [version(), version()];
    setStage(bench.registry, one, stageNamed("production"));
    setStage(bench.registry, two, "Production", true);
    const stages = bench.registry.named("churn").history.map(({ stage }) => stage);
    assert.deepEqual(stages, ["Production", "Archived"]);
    failsWith("value.invalid", () => {
      setStage(bench.registry, one, "None", true);
    });
    failsWith("value.invalid", () => stageNamed("live"));
  });

  it("says when a model or a version of it changed", () => {
    const one = version();
    const before = bench.registry.named("churn").updated;
    describeVersion(bench.registry, one, "the first");
    tagVersion(bench.registry, one, "k", "v");
    tagVersion(bench.registry, one, "k", null);
    tagModel(bench.registry, bench.registry.named("churn"), "k", "v");
    describeModel(bench.registry, bench.registry.named("churn"), "all of them");
    const model = bench.registry.named("churn");
    assert.ok(model.updated >= before);
    assert.deepEqual(
      [model.description, model.tags, model.latest?.description],
      ["all of them", { k: "v" }, "the first"],
    );
    assert.deepEqual(model.latest?.tags, {});
  });

  it("tells once which models changed, though somebody asked for them in between", () => {
    bench.registry.refresh();
    const { model } = version();
    bench.registry.named("churn");
    assert.deepEqual([...bench.registry.refresh()], [model]);
    assert.deepEqual([...bench.registry.refresh()], []);
  });

  it("takes numbers of versions as MLflow's clients write them", () => {
    assert.equal(versionNumbered("12"), 12);
    for (const text of ["0", "-1", "1.5", "one", "", "9".repeat(30)])
      failsWith("value.invalid", () => versionNumbered(text));
  });
});
