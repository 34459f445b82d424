import assert from "node:assert/strict";
import fc from "fast-check";
import { nodePorts } from "../../../src/core/base/ports.js";
import { moveAlias, removeAlias } from "../../../src/core/registry/aliases.js";
import {
  createModel,
  deleteModel,
  describeModel,
  ensureModel,
  renameModel,
  tagModel,
} from "../../../src/core/registry/models.js";
import type { RegistrySearch } from "../../../src/core/registry/searches.js";
import {
  addVersion,
  deleteVersion,
  setStage,
  tagVersion,
  type NewVersion,
} from "../../../src/core/registry/versions.js";
import { summaryOfModel } from "../../../src/core/registry/summaries.js";
import type { ModelVersionDetail } from "../../../src/core/registry/view.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { emptyFolder, newWorkbench } from "../tracking/bench-folder.js";
import { plainVersion } from "./versions-of.js";

const request = (filter: string, more: Partial<RegistrySearch> = {}): RegistrySearch => ({
  filter,
  dialect: "mlflow",
  orderBy: [],
  most: 100,
  ...more,
});

/** Ports whose clock goes on by a millisecond whenever it is looked at, so that every fact has a time of its own. */
const ticking = () => {
  let at = Date.UTC(2026, 0, 1);
  return { ...nodePorts, clock: { now: () => ++at } };
};

const runA = "a".repeat(32);
const runB = "b".repeat(32);

describe("searches over the registry", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = newWorkbench(emptyFolder(), ticking());
  });
  afterEach(() => {
    bench.dispose();
  });

  const add = (name: string, more: Partial<NewVersion> = {}): ModelVersionDetail =>
    addVersion(bench.registry, ensureModel(bench.registry, name), plainVersion(more));
  const models = async (filter: string, more?: Partial<RegistrySearch>): Promise<string> =>
    (await bench.registrySearches())
      .models(request(filter, more))
      .items.map(({ name }) => name)
      .join(" ");
  const versions = async (filter: string, more?: Partial<RegistrySearch>): Promise<string> =>
    (await bench.registrySearches())
      .versions(request(filter, more))
      .items.map(({ name, number }) => `${name}${number}`)
      .join(" ");

  const some = (): void => {
    add("churn", {
      run: runA,
      source: "runs:/a/model",
      metrics: { f1: 0.9, odd: "NaN" },
      params: { depth: "3" },
    });
    add("churn", { run: runB, source: "s3://bucket/Model", metrics: { f1: 0.7 }, flavor: "onnx" });
    add("Fraud", { run: runA, metrics: { f1: 0.8 } });
    createModel(bench.registry, "empty", { tags: [{ key: "team", value: "Risk" }], description: "none yet" });
    const [second, first] = bench.registry.named("churn").history;
    assert.ok(first && second);
    moveAlias(bench.registry, second, "champion");
    moveAlias(bench.registry, first, "old");
    tagVersion(bench.registry, first, "checked", "yes");
    setStage(bench.registry, second, "Production");
    tagModel(bench.registry, bench.registry.named("churn"), "team", "growth");
  };

  it("finds models by MLflow's rules", async () => {
    some();
    for (const [filter, found] of [
      ["", "Fraud churn empty"],
      ["name = 'churn'", "churn"],
      ["name != 'churn'", "Fraud empty"],
      ["name LIKE 'f%'", ""],
      ["name ILIKE 'f%'", "Fraud"],
      ["name IN ('churn', 'empty')", "churn empty"],
      ["attribute.name NOT IN ('churn')", "Fraud empty"],
      ["tags.team = 'Risk'", "empty"],
      ["tag.team != 'Risk'", "churn"],
      ["tags.team ILIKE '%R%' AND name LIKE '%n'", "churn"],
      ["tag.`mlflow.prompt.is_prompt` != 'true'", "Fraud churn empty"],
      ["tags.`mlflow.prompt.is_prompt` = 'true'", ""],
    ] as const)
      assert.equal(await models(filter), found, filter);
    assert.equal(await models("", { orderBy: ["name DESC"] }), "empty churn Fraud");
    assert.equal(await models("", { orderBy: ["last_updated_timestamp ASC"] }), "Fraud empty churn");
    assert.equal(await models("", { orderBy: ["timestamp DESC", "name"] }), "churn empty Fraud");
  });

  it("takes prompts for models only where they are asked for", async () => {
    some();
    createModel(bench.registry, "hello", { tags: [{ key: "mlflow.prompt.is_prompt", value: "true" }] });
    add("hello", { source: "prompt-template" });
    assert.equal(await models(""), "Fraud churn empty");
    assert.equal(await models("tags.`mlflow.prompt.is_prompt` = 'true'"), "hello");
    assert.equal(await models("tags.`mlflow.prompt.is_prompt` != 'true'"), "Fraud churn empty");
    assert.equal(await versions("name = 'hello'"), "");
  });

  it("finds versions by MLflow's rules, those changed last first", async () => {
    some();
    for (const [filter, found] of [
      ["", "churn2 churn1 Fraud1"],
      ["name = 'churn'", "churn2 churn1"],
      ["name IN ('Fraud')", "Fraud1"],
      [`run_id = '${runA}'`, "churn1 Fraud1"],
      [`run_id IN ('${runB}')`, "churn2"],
      [`run_id NOT IN ('${runB}')`, "churn1 Fraud1"],
      ["source_path LIKE 's3:%'", "churn2"],
      ["source_path ILIKE '%MODEL'", "churn2 churn1"],
      ["version_number > 1", "churn2"],
      ["version_number <= 1 AND name = 'churn'", "churn1"],
      ["tags.checked = 'yes'", "churn1"],
      ["tags.checked != 'no'", "churn1"],
    ] as const)
      assert.equal(await versions(filter), found, filter);
    assert.equal(
      await versions("", { orderBy: ["version_number DESC", "name ASC"] }),
      "churn2 Fraud1 churn1",
    );
    assert.equal(
      await versions("", { orderBy: ["name", "creation_timestamp DESC"] }),
      "Fraud1 churn2 churn1",
    );
  });

  it("finds by everything that is known of a version in Loam's own dialect", async () => {
    some();
    for (const [filter, found] of [
      ["metrics.f1 > 0.75 order by metrics.f1 desc", "churn1 Fraud1"],
      ["metrics.odd = 0", "churn1"],
      ["params.depth = '3' or alias = 'champion' order by version", "churn1 churn2"],
      ["alias is null", "Fraud1"],
      ["not aliases = 'champion' order by name", "Fraud1 churn1"],
      ["stage = 'Production'", "churn2"],
      ["approval = 'none' and flavor = 'onnx'", "churn2"],
      ["author = 'tester' and created > '2020-01-01' order by created limit 2", "churn1 churn2"],
      ["(name = 'Fraud' or number = 2) and size is null order by name", "Fraud1 churn2"],
    ] as const)
      assert.equal(await versions(filter, { dialect: "loam" }), found, filter);
    assert.equal(
      await models("alias = 'old' or description like 'none%'", { dialect: "loam" }),
      "churn empty",
    );
    assert.equal(await models("versions > 0 order by versions desc", { dialect: "loam" }), "churn Fraud");
    const searches = await bench.registrySearches();
    const { rows, total } = searches.findVersions("order by name, version desc", 1, 1);
    assert.deepEqual([rows.map(({ number }) => number), total], [[2], 3]);
    assert.equal(searches.findModels("limit 2", 0, 10).total, 2);
    assert.deepEqual(searches.findModels("name = 'x'", 0, 10), { rows: [], total: 0 });
  });

  it("names a mistake at its place", async () => {
    const searches = await bench.registrySearches();
    for (const filter of [
      "never = 'a'",
      "name > 'a'",
      "name = 3",
      "tags.a IN ('b')",
      "name = 'a' OR name = 'b'",
      "last_updated_timestamp > 3",
      "alias = 'champion'",
      "metrics.f1 > 0",
      "params.a = 'b'",
      "name = 'a';",
    ])
      assert.throws(() => searches.models(request(filter)), { code: "filter.syntax" }, filter);
    for (const filter of [
      "version_number = 'a'",
      "source_path IN ('a')",
      "version_number LIKE '1'",
      "stage = 'None'",
    ])
      assert.throws(() => searches.versions(request(filter)), { code: "filter.syntax" }, filter);
    for (const orderBy of [["never"], ["tags.a"], ["name", "name DESC"], ["alias"]])
      assert.throws(() => searches.models(request("", { orderBy })), { code: "filter.syntax" });
    for (const orderBy of [["run_id"], ["source_path"], ["stage"]])
      assert.throws(() => searches.versions(request("", { orderBy })), { code: "filter.syntax" });
    assert.throws(() => searches.models(request("", { token: "nonsense" })), { code: "page.token" });
  });

  it("goes on page by page", async () => {
    some();
    const searches = await bench.registrySearches();
    const first = searches.versions(request("", { most: 2 }));
    assert.ok(first.next);
    const rest = searches.versions(request("", { most: 2, token: first.next }));
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ name, number }) => name + String(number)),
      ["churn2", "churn1", "Fraud1"],
    );
    assert.equal(rest.next, undefined);
    assert.equal(searches.versions(request("", { most: 3 })).next, undefined);
    assert.throws(() => searches.models(request("", { token: first.next })), { code: "page.token" });
  });

  const names = ["a", "b", "c"];
  const step = fc.record({
    what: fc.constantFrom(
      "add",
      "add",
      "tag",
      "alias",
      "unalias",
      "stage",
      "drop",
      "rename",
      "delete",
      "say",
    ),
    model: fc.nat(2),
    version: fc.nat(3),
    text: fc.constantFrom("x", "y"),
  });
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  function take({ registry }: Workbench, { what, model, version, text }: Step): void {
    const name = names[model] ?? "a";
    const found = registry.byName(name);
    if (!found) {
      createModel(registry, name);
      return;
    }
    const active = found.history.filter((one) => !one.deleted);
    const one = active[version % Math.max(1, active.length)];
    if (what === "add") addVersion(registry, found, plainVersion({ metrics: { m: version } }));
    else if (what === "say") describeModel(registry, found, text);
    else if (what === "rename") {
      if (!registry.byName(text)) renameModel(registry, found, text);
    } else if (what === "delete") deleteModel(registry, found);
    else if (what === "unalias") removeAlias(registry, found, text);
    else if (!one) tagModel(registry, found, "k", text);
    else if (what === "tag") tagVersion(registry, one, "k", text);
    else if (what === "alias") moveAlias(registry, one, text);
    else if (what === "stage") setStage(registry, one, "Staging", text === "x");
    else deleteVersion(registry, one);
  }

  const everythingOf = async (from: Workbench): Promise<unknown> => {
    const searches = await from.registrySearches();
    const ask = { dialect: "loam", most: 1000 } as const;
    return [
      searches.models(request("order by name", ask)).items,
      searches.models(request("tags.k = 'x' or alias = 'y'", ask)).items.map(({ name }) => name),
      searches.versions(request("order by name, version", ask)).items,
      searches.versions(request("tags.k = 'x' or alias = 'y' or stage = 'Staging' order by id", ask)).items,
      searches.versions(request("metrics.m > 0 order by id", ask)).items,
    ];
  };

  it("answers the same whether it followed each change or was opened anew, and as the registry says", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const folder = emptyFolder();
        const writer = newWorkbench(folder, ticking());
        const follower = openWorkbench(folder, nodePorts);
        try {
          for (const [at, one] of steps.entries()) {
            take(writer, one);
            if (at % 5 === 0) (await follower.registrySearches()).refresh();
          }
          const told = await everythingOf(follower);
          const fresh = openWorkbench(folder, nodePorts);
          assert.deepEqual(told, await everythingOf(fresh));
          const { registry } = fresh;
          const standing = registry.all().filter(({ deleted }) => !deleted);
          const all = standing.flatMap(({ history }) => history.filter(({ deleted }) => !deleted));
          const searches = await fresh.registrySearches();
          assert.deepEqual(
            searches.findModels("", 0, 1000).rows,
            standing.map((model) => summaryOfModel(model)),
          );
          assert.deepEqual(
            searches.findVersions("order by id", 0, 1000).rows.map(({ id }) => id),
            all.map(({ id }) => id).sort(),
          );
          fresh.dispose();
        } finally {
          follower.dispose();
          writer.dispose();
        }
      }),
      { numRuns: 12 },
    );
  });

  it("writes only what changed, and opens from its image without making models of their facts", async () => {
    for (let n = 0; n < 60; n++) add(n % 2 === 0 ? "churn" : "fraud");
    const { root } = bench.store.layout;
    const first = await bench.registrySearches();
    first.refresh();
    tagModel(bench.registry, bench.registry.named("churn"), "team", "risk");
    first.refresh();
    bench.dispose(); // so many changes are worth an image
    const again = openWorkbench(emptyFolder(), nodePorts, { root });
    const searches = await again.registrySearches();
    let made = 0;
    const find = again.registry.find.bind(again.registry);
    again.registry.find = (id) => {
      made++;
      return find(id);
    };
    searches.refresh();
    assert.equal(made, 0);
    assert.equal(searches.findModels("tags.team = 'risk'", 0, 10).total, 1);
    assert.equal(searches.findVersions("", 0, 5).total, 60);
    again.dispose();
    bench = newWorkbench();
  });
});
