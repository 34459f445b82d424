import assert from "node:assert/strict";
import * as fc from "fast-check";
import { lineageOf, frozenDataOf } from "../../../src/core/registry/lineage.js";
import { newerData, overtakenChampions } from "../../../src/core/registry/newer-data.js";
import { moveAlias } from "../../../src/core/registry/aliases.js";
import type { LineageFocus, LineageGraph } from "../../../src/core/registry/view.js";
import { offeredFiles } from "../../../src/core/tracking/offered-files.js";
import { dataOfRun } from "../../../src/core/tracking/run-data.js";
import { newWorkbench } from "../tracking/bench-folder.js";
import { DataWorld } from "./data-world.js";

const never = new AbortController().signal;

describe("the ties between data, runs and models", function () {
  let world: DataWorld;
  beforeEach(() => {
    world = new DataWorld(newWorkbench());
  });
  afterEach(() => {
    world.bench.dispose();
  });

  const dataOf = (run: string): string[] =>
    dataOfRun(world.bench.tracking, world.bench.tracking.runs.get(run)).map(
      ({ path, dataset, version }) => `${path} ${dataset?.name ?? "-"} ${version?.number ?? "-"}`,
    );
  const runsOf = async (place: string, number: number): Promise<string[]> => {
    const dataset = world.bench.datasets.all().find(({ path }) => path === place);
    const version = dataset?.history.find((one) => one.number === number);
    assert.ok(dataset && version);
    const searches = await world.bench.tracking.searches();
    return (await searches.runsOfVersion(dataset, version)).map(({ run }) => run);
  };
  const found = async (filter: string): Promise<readonly string[]> => {
    const searches = await world.bench.tracking.searches();
    await searches.whenCaughtUp;
    return searches.find({ filter, stage: "active", most: 100 }).ids;
  };
  const graphOf = (focus: LineageFocus, most = 100): Promise<LineageGraph> =>
    lineageOf(world.bench, focus, most, never);
  const shown = ({ nodes, edges }: LineageGraph): string[] => {
    const named = new Map(
      nodes.map((node) => [
        node.key,
        node.kind === "file" ? node.path : node.kind === "run" ? node.run : `${node.name} ${node.number}`,
      ]),
    );
    return edges.map(({ from, to, kind, changed }) => {
      return `${named.get(from)} ${kind}${changed ? " (changed)" : ""} ${named.get(to)}`;
    });
  };

  it("finds the version that a run read though it was tracked later", async () => {
    world.write("train.csv", "a\n1\n");
    const run = world.run(["train.csv"]);
    assert.deepEqual(dataOf(run), ["train.csv - -"]);
    await world.version("train.csv");
    assert.deepEqual(dataOf(run), ["train.csv train.csv 1"]);
    assert.deepEqual(await runsOf("train.csv", 1), [run]);
    assert.deepEqual(await found("data.name = 'train.csv' and data.version = 1"), [run]);
    assert.deepEqual(await found("data.version > 1"), []);
  });

  it("says of a working copy in no version which data set it is of", async () => {
    world.write("train.csv", "a\n1\n");
    await world.version("train.csv");
    world.write("train.csv", "a\n2\n");
    assert.deepEqual(dataOf(world.run(["train.csv"])), ["train.csv train.csv -"]);
  });

  it("takes of versions with one content the newest that the run can have seen", async () => {
    world.write("train.csv", "a\n1\n");
    const early = world.run(["train.csv"], { start: 1 });
    await world.version("train.csv");
    world.write("train.csv", "a\n2\n");
    await world.version("train.csv");
    world.write("train.csv", "a\n1\n");
    const late = world.run(["train.csv"], { start: Date.now() + 60_000 });
    assert.deepEqual([dataOf(early), dataOf(late)], [["train.csv train.csv 1"], ["train.csv train.csv 1"]]);
    const { id } = world.bench.datasets.all()[0] ?? { id: "" };
    const [, first] = world.bench.datasets.get(id).history;
    assert.ok(first);
    const { form, manifest, content, files, size } = first;
    const again = { form, manifest, content, files, size, kind: "dataset.versioned", dataset: id } as const;
    world.bench.datasets.write({ ...again, number: 3, message: "", parent: null, origin: "hand" });
    assert.deepEqual([dataOf(early), dataOf(late)], [["train.csv train.csv 1"], ["train.csv train.csv 3"]]);
    assert.deepEqual(await runsOf("train.csv", 3), [late]);
    assert.deepEqual(await runsOf("train.csv", 1), [early]);
  });

  it("ties a copy to the data set that it is a copy of, and no empty file to anything else", async () => {
    world.write("train.csv", "a\n1\n");
    world.write("empty.csv", "");
    await world.version("train.csv");
    await world.version("empty.csv");
    world.write("fold/copy.csv", "a\n1\n");
    world.write("fold/none.csv", "");
    const run = world.run(["fold/copy.csv", "fold/none.csv"]);
    assert.deepEqual(dataOf(run), ["fold/copy.csv train.csv 1", "fold/none.csv - -"]);
    assert.deepEqual(await runsOf("train.csv", 1), [run]);
  });

  it("knows a folder's versions by the files of it that were read", async () => {
    for (const name of ["a", "b"]) world.write(`data/${name}.csv`, name);
    await world.version("data");
    world.write("data/b.csv", "other");
    await world.version("data");
    world.write("data/c.csv", "new");
    const [old, both, part] = [
      world.run(["data/b.csv"]),
      world.run(["data/a.csv"]),
      world.run(["data/c.csv"]),
    ];
    assert.deepEqual([old, both, part].map(dataOf), [
      ["data/b.csv data 2"],
      ["data/a.csv data 2"],
      ["data/c.csv data -"],
    ]);
    assert.deepEqual(new Set(await runsOf("data", 2)), new Set([old, both]));
    assert.deepEqual(await runsOf("data", 1), []);
  });

  it("holds to what the run itself said, and gives it to the runs of its launch", async () => {
    world.write("train.csv", "a\n1\n");
    const version = await world.version("train.csv");
    const [{ id } = { id: "" }] = world.bench.datasets.all();
    const run = world.run([]);
    const { content } = world.bench.datasets.get(id).history[0] ?? { content: "" };
    world.uses(run, { dataset: id, version, path: "train.csv", content, changed: true });
    const second = world.run([], { launch: run });
    for (const one of [run, second]) assert.deepEqual(dataOf(one), ["train.csv train.csv 1"]);
    assert.deepEqual(new Set(await runsOf("train.csv", 1)), new Set([run, second]));
    assert.deepEqual(new Set(await found("data.version = 1")), new Set([run, second]));
    assert.deepEqual(shown(await graphOf({ kind: "run", run })), [`train.csv 1 read (changed) ${run}`]);
    assert.deepEqual(
      new Set(shown(await graphOf({ kind: "data", version }))),
      new Set([`train.csv 1 read (changed) ${run}`, `train.csv 1 read (changed) ${second}`]),
    );
  });

  it("knows an input that was logged under a data set's name with the number or hash of a version", async () => {
    world.write("train.csv", "a\n1\n");
    await world.version("train.csv");
    const content = world.bench.datasets.all()[0]?.latest?.content ?? "";
    for (const digest of ["v1", "1", content.slice(0, 12)]) {
      const run = world.run([]);
      const input = { name: "train.csv", sourceType: "code", source: "{}", tags: [] };
      world.bench.tracking.runs.owned(run)?.write({ kind: "input.used", digest, ...input });
      assert.deepEqual(dataOf(run), ["train.csv train.csv 1"], digest);
    }
  });

  it("offers what runs read and nobody tracks, the newest first, and nothing that is gone", async () => {
    for (const name of ["a.csv", "b.csv", "c.csv", "gone.csv", "data/x.csv"]) world.write(name, name);
    await world.version("c.csv");
    await world.version("data");
    world.run(["a.csv", "gone.csv", "data/x.csv"], { start: 1000 });
    world.run(["a.csv"], { start: 3000 });
    world.run(["b.csv", "c.csv"], { start: 2000 });
    const { unlinkSync } = await import("node:fs");
    unlinkSync(`${world.bench.folder}/gone.csv`);
    const searches = await world.bench.tracking.searches();
    await searches.whenCaughtUp;
    const offered = offeredFiles(world.bench.tracking, searches, 10);
    assert.deepEqual(
      offered.map(({ path, runs }) => [path, runs]),
      [
        ["a.csv", 2],
        ["b.csv", 1],
      ],
    );
  });

  it("draws from data to runs to models, whatever it starts from", async () => {
    world.write("train.csv", "a\n1\n");
    world.write("notes.csv", "loose");
    const data = await world.version("train.csv");
    const run = world.run(["train.csv", "notes.csv"]);
    const model = world.model("churn", run);
    assert.deepEqual(
      model.data.map(({ name, number }) => [name, number]),
      [["train.csv", 1]],
    );
    const edges = [`train.csv 1 read ${run}`, `notes.csv read ${run}`, `${run} registered churn 1`];
    assert.deepEqual(new Set(shown(await graphOf({ kind: "run", run }))), new Set(edges));
    assert.deepEqual(new Set(shown(await graphOf({ kind: "version", version: model.id }))), new Set(edges));
    assert.deepEqual(shown(await graphOf({ kind: "data", version: data })), [edges[0], edges[2]]);
    const first = (await graphOf({ kind: "version", version: model.id })).nodes[0];
    assert.equal(first?.key, `version:${model.id}`);
    await assert.rejects(graphOf({ kind: "version", version: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }), {
      code: "version.notFound",
    });
  });

  it("is bounded, and tells how much it left out", async () => {
    world.write("train.csv", "a\n1\n");
    const version = await world.version("train.csv");
    for (let n = 0; n < 12; n++) world.run(["train.csv"]);
    const { nodes, leftOut, edges } = await graphOf({ kind: "data", version }, 5);
    assert.deepEqual([nodes.length, leftOut, edges.length], [5, 8, 4]);
    for (let n = 0; n < 9; n++) world.write(`parts/${n}.csv`, String(n));
    const run = world.run([...Array(9).keys()].map((n) => `parts/${n}.csv`));
    const files = (await graphOf({ kind: "run", run })).nodes.filter(({ kind }) => kind === "file");
    assert.deepEqual(files, [
      { kind: "file", key: `files:${run}`, path: "parts", files: 9, size: 9, dataset: null },
    ]);
  });

  it("tells of a model whose run is not here by what the version kept", async () => {
    world.write("train.csv", "a\n1\n");
    await world.version("train.csv");
    const run = world.run(["train.csv"]);
    const model = world.model("churn", run);
    const { rmSync } = await import("node:fs");
    const { store } = world.bench;
    world.bench.tracking.runs.release(run);
    rmSync(store.layout.entity({ room: "runs", id: run }), { recursive: true });
    const graph = await graphOf({ kind: "version", version: model.id });
    assert.deepEqual(
      new Set(shown(graph)),
      new Set([`${run} registered churn 1`, `train.csv 1 read ${run}`]),
    );
    assert.ok(graph.nodes.some((node) => node.kind === "run" && node.state === "elsewhere"));
  });

  it("marks a champion that saw older data than there is, until the data is as it was", async () => {
    world.write("train.csv", "a\n1\n");
    await world.version("train.csv");
    const model = world.model("churn", world.run(["train.csv"]));
    const { datasets, registry } = world.bench;
    assert.deepEqual(newerData(datasets, model), []);
    world.write("train.csv", "a\n2\n");
    await world.version("train.csv");
    assert.deepEqual(
      newerData(datasets, model).map(({ name, seen, newest }) => [name, seen, newest]),
      [["train.csv", 1, 2]],
    );
    assert.deepEqual(overtakenChampions(datasets, registry), []);
    moveAlias(registry, model, "champion");
    assert.deepEqual(
      overtakenChampions(datasets, registry).map(({ modelName, number, newest }) => [
        modelName,
        number,
        newest,
      ]),
      [["churn", 1, 2]],
    );
  });

  it("agrees with itself: a run read a version where that version was read by the run", async () => {
    const place = fc.constantFrom("one.csv", "data/a.csv", "data/b.csv");
    const step = fc.oneof(
      fc.record({ do: fc.constant("write" as const), place, text: fc.constantFrom("x", "y", "z", "") }),
      fc.record({ do: fc.constant("version" as const), place: fc.constantFrom("one.csv", "data") }),
      fc.record({
        do: fc.constant("run" as const),
        files: fc.uniqueArray(place, { minLength: 1 }),
        start: fc.nat(3),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const inner = new DataWorld(newWorkbench());
        try {
          for (const name of ["one.csv", "data/a.csv", "data/b.csv"]) inner.write(name, "x");
          const runs: string[] = [];
          for (const one of steps) {
            if (one.do === "write") inner.write(one.place, one.text);
            else if (one.do === "version") await inner.version(one.place);
            else runs.push(inner.run(one.files, one.start === 0 ? { start: 1 } : {}));
          }
          const { tracking, datasets } = inner.bench;
          const searches = await tracking.searches();
          const of = new Map(
            runs.map((run) => [
              run,
              frozenDataOf(tracking, tracking.runs.get(run)).map(({ version }) => version),
            ]),
          );
          for (const dataset of datasets.all())
            for (const version of dataset.history) {
              const forward = (await searches.runsOfVersion(dataset, version)).map(({ run }) => run);
              const backward = runs.filter((run) => of.get(run)?.includes(version.id) === true);
              assert.deepEqual(new Set(forward), new Set(backward), `${dataset.name} v${version.number}`);
            }
        } finally {
          inner.bench.dispose();
        }
      }),
      { numRuns: 12 },
    );
  });
});
