import assert from "node:assert/strict";
import * as fc from "fast-check";
import initSqlJs from "sql.js";
import { compile } from "../../../src/core/query/compile.js";
import { likeToGlob } from "../../../src/core/query/pattern.js";
import { parseQuery } from "../../../src/core/query/parser.js";
import { likes } from "./naive.js";
import { find, run, runs } from "./runs.js";

const three = [
  run("a", {
    startTime: 1,
    metrics: { f1: 0.5 },
    params: { model: "rf", depth: "3" },
    tags: { team: "Risk" },
  }),
  run("b", { startTime: 2, metrics: { f1: 0.9, "val/loss": 1 }, params: { model: "svm" }, name: "second" }),
  run("c", { startTime: 3, metrics: { f1: -1.5 }, tags: { "mlflow.note.content": "it's 100%" }, endTime: 9 }),
];

/** Sorted ids, as the order is not the point. */
const found = (text: string): string => [...find(three, text)].sort().join("");

const rules: readonly (readonly [text: string, ids: string])[] = [
  ["", "abc"],
  ["   ", "abc"],
  ["metrics.f1 > 0.5", "b"],
  ["metrics.f1 >= 0.5", "ab"],
  ["metrics.f1 < -1", "c"],
  ["metrics.f1 = -1.5", "c"],
  ["metrics.f1 = -15e-1", "c"],
  ["metrics.f1 != .5", "bc"],
  ["metrics.f1 <= 5.0E-1", "ac"],
  ["metric.f1 in (0.5, 0.9)", "ab"],
  ["metrics.f1 not in (0.5, 0.9,)", "c"],
  ["metrics.val/loss > 0", "b"],
  ["metrics.`val/loss` > 0", "b"],
  ['metrics."val/loss" > 0', "b"],
  ["params.model = 'rf'", "a"],
  ['params.model = "rf"', "a"],
  ["param.model = 'rf' and parameter.depth = '3' and parameters.depth = '3'", "a"],
  ["params.depth = 3", "a"],
  ["params.depth = 3.0", ""],
  ["params.model LIKE 'r%'", "a"],
  ["params.model like 'R%'", ""],
  ["params.model iLike 'R_'", "a"],
  ["params.model in ('rf', 'xgb')", "a"],
  ["params.model Not In ('rf', 'xgb')", "b"],
  ["params.model is null", "c"],
  ["params.model IS NOT NULL", "ab"],
  ["metrics.val/loss is null", "ac"],
  ["tags.mlflow.note.content = 'it''s 100%'", "c"],
  ['tag.`mlflow.note.content` = "it\'s 100%"', "c"],
  ["tags.team ilike '%RISK%'", "a"],
  ["status = 'FINISHED'", "abc"],
  ["attributes.status = 'finished'", ""],
  ["attr.status ilike 'finished' and run.status != 'x' and attribute.status like 'F%'", "abc"],
  ["`run name` = 'second'", "b"],
  ["\"run name\" = 'second'", "b"],
  ["attributes.`run name` like 's%'", "b"],
  ["run_name is null", "ac"],
  ["created > 1", "bc"],
  ["end_time is not null", "c"],
  ["run_id in ('a', 'c', 'zz')", "ac"],
  ["run_id not in ('a')", "bc"],
  ["metrics.f1 > 0 and params.model = 'svm'", "b"],
  ["metrics.f1 > 0.8 or tags.team is not null or end_time > 8", "abc"],
  ["metrics.f1 > 0.8 or metrics.f1 > 0 and params.model = 'rf'", "ab"],
  ["(metrics.f1 > 0.8 or metrics.f1 < 0) and params.model is null", "c"],
  ["not metrics.f1 > 0 and status = 'FINISHED'", "c"],
  ["not (metrics.f1 > 0 and status = 'FINISHED')", "c"],
  ["NOT NOT metrics.f1 > 0", "ab"],
];

describe("query: rules", () => {
  for (const [text, ids] of rules)
    it(`${text === "" ? "(nothing)" : text} finds ${ids === "" ? "none" : ids}`, () => {
      assert.equal(found(text), ids);
    });

  it("never finds what lacks the key, != and not in included; only not turns that round", () => {
    for (const clause of [
      "= 'x'",
      "!= 'x'",
      "like '%'",
      "ilike '%'",
      "in ('x')",
      "not in ('x')",
      "is not null",
    ])
      for (const name of ["params.none", "tags.none", "run_name", "dataset.name"]) {
        assert.equal(find([run("a")], `${name} ${clause}`).length, 0, `${name} ${clause}`);
        assert.equal(find([run("a")], `not ${name} ${clause}`).length, 1, `not ${name} ${clause}`);
      }
    for (const comparator of ["=", "!=", ">", ">=", "<", "<="])
      for (const name of ["metrics.none", "end_time"])
        assert.equal(found(`${name} ${comparator} 0`).includes("a"), false);
  });

  it("takes NaN for 0, as MLflow's SQL store does, and infinities for themselves", () => {
    const rows = [
      run("n", { metrics: { x: NaN } }),
      run("p", { metrics: { x: Infinity } }),
      run("m", { metrics: { x: -Infinity } }),
    ];
    const asZero: Record<string, string> = {
      "= 0": "n",
      "!= 0": "mp",
      "> 0": "p",
      ">= 0": "np",
      "< 0": "m",
      "<= 0": "mn",
      "= 1": "",
      "!= 1": "mnp",
      "> -1": "np",
      ">= -1": "np",
      "< 1": "mn",
      "<= 1": "mn",
      "> 1": "p",
      ">= 1": "p",
      "< -1": "m",
      "<= -1": "m",
      "in (0, 1)": "n",
      "in (1, 2)": "",
      "not in (1, 2)": "mnp",
      "not in (0, 1)": "mp",
      "is null": "",
      "is not null": "mnp",
    };
    for (const [clause, ids] of Object.entries(asZero)) {
      assert.equal([...find(rows, `metrics.x ${clause}`)].sort().join(""), ids, clause);
      const driven = `run_id in ('m', 'n', 'p') and metrics.x ${clause}`;
      assert.equal([...find(rows, driven)].sort().join(""), ids, driven);
    }
  });

  it("finds a run when any of its data sets meets the condition", () => {
    const set = (name: string, context: string | null = null) => ({ name, digest: `d-${name}`, context });
    const rows = [
      run("a", { datasets: [set("iris", "training"), set("wine", "eval")] }),
      run("b", { datasets: [set("wine")] }),
      run("c"),
    ];
    const ids = (text: string) => find(rows, text).join("");
    assert.equal(ids("dataset.name = 'iris'"), "a");
    assert.equal(ids("datasets.name = 'wine'"), "ab");
    assert.equal(ids("dataset.name != 'wine'"), "a");
    assert.equal(ids("dataset.digest in ('d-iris', 'd-x')"), "a");
    assert.equal(ids("dataset.context like 'tr%' and dataset.context = 'eval'"), "a");
    assert.equal(ids("dataset.context is null"), "bc");
    assert.equal(ids("dataset.context is not null"), "a");
    assert.equal(ids("order by dataset.name desc"), "abc");
    assert.equal(ids("order by dataset.name"), "abc");
    assert.equal(
      find([rows[1] ?? run("b"), run("z", { datasets: [set("a")] })], "order by dataset.name").join(""),
      "zb",
    );
  });

  it("takes a missing key for its assumed value where the target says so", () => {
    const rows = [
      run("model"),
      run("prompt", { tags: { prompt: "true" } }),
      run("no", { tags: { prompt: "no" } }),
    ];
    const ids = (text: string) => [...find(rows, text)].sort();
    assert.deepEqual(ids("tags.prompt != 'true'"), ["model", "no"]);
    assert.deepEqual(ids("tags.prompt = 'true'"), ["prompt"]);
    assert.deepEqual(ids("tags.prompt = 'false'"), ["model"]);
    assert.deepEqual(ids("tags.prompt not like 'x'".replace("not like", "ilike").replace("'x'", "'FAL%'")), [
      "model",
    ]);
    assert.deepEqual(ids("tags.prompt in ('false', 'no')"), ["model", "no"]);
    assert.deepEqual(ids("tags.prompt is null"), ["model"]);
    assert.deepEqual(ids("tags.prompt != 'true' and run_id != 'no'"), ["model"]);
  });

  it("looks only at the rows that a target admits, and orders by the latest of them", () => {
    const target = {
      ...runs,
      prefixes: runs.prefixes.map((prefix) =>
        prefix.source.kind === "keyed" && prefix.name === "metrics"
          ? {
              ...prefix,
              source: { ...prefix.source, only: { sql: "value < ?", params: [5] }, latest: "value desc" },
            }
          : prefix,
      ),
    };
    const rows = [
      run("a", { metrics: { x: 9 } }),
      run("b", { metrics: { x: 3 } }),
      run("c", { metrics: { x: 4 } }),
    ];
    assert.deepEqual(find(rows, "metrics.x > 1 order by metrics.x desc", { target }), ["c", "b"]);
    assert.deepEqual(find(rows, "order by metrics.x", { target }), ["b", "c", "a"]);
  });

  it("orders by what is asked, then by the ties of the target", () => {
    const rows = [
      run("n", { metrics: { x: NaN }, startTime: 7 }),
      run("0", { startTime: 1 }),
      run("z", { startTime: 2 }),
      run("i", { metrics: { x: -Infinity } }),
      run("one", { metrics: { x: 1 }, params: { p: "b" } }),
      run("two", { metrics: { x: 2 }, params: { p: "B" } }),
      run("uno", { metrics: { x: 1 }, params: { p: "ä" } }),
    ];
    const ids = (text: string) => find(rows, text).join(" ");
    assert.equal(ids("order by metrics.x"), "i one uno two n z 0");
    assert.equal(ids("order by metrics.x asc"), "i one uno two n z 0");
    assert.equal(ids("ORDER BY metrics.x DESC"), "two one uno i n z 0");
    assert.equal(ids("order by metrics.x desc, run_id desc"), "two uno one i n z 0");
    assert.equal(ids("order by params.p"), "two one uno n z 0 i");
    assert.equal(ids("order by params.p desc"), "uno one two n z 0 i");
    assert.equal(ids("order by run_name, start_time"), "i one two uno 0 z n");
    assert.equal(ids(""), "n z 0 i one two uno");
    assert.equal(ids("metrics.x >= 1 order by metrics.x limit 2"), "one uno");
    assert.equal(ids("limit 1"), "n");
  });

  it("matches patterns as LIKE says, with letters of any script", async () => {
    const SQL = await initSqlJs();
    const db = new SQL.Database();
    const statement = db.prepare("select ? glob ?");
    const piece = fc.string({ unit: fc.constantFrom(..."aAäÄжЖσΣ%_*?[]^-!'\\😀\n"), maxLength: 6 });
    let hits = 0;
    fc.assert(
      fc.property(
        piece,
        piece,
        fc.nat(6),
        fc.constantFrom("like", "ilike"),
        (text, tail, cut, comparator) => {
          // half of the pattern is taken from the text, so that many of them match
          const pattern = [...text].slice(0, cut).join("") + (tail.length > 3 ? tail : "%");
          const wanted = likes(text, pattern, comparator === "like" ? "u" : "iu");
          if (wanted) hits += 1;
          const glob = likeToGlob(pattern, comparator === "like" ? "like" : "ilike");
          assert.equal(
            statement.get([text, glob])[0],
            wanted ? 1 : 0,
            JSON.stringify({ text, pattern, glob }),
          );
        },
      ),
      { numRuns: 4000 },
    );
    assert.ok(hits > 500);
    statement.free();
    db.close();
  });

  it("keeps case of letters beyond ASCII apart in like, together in ilike", () => {
    const rows = [run("a", { tags: { t: "Größe ÄÖ ЖУК" } })];
    assert.equal(find(rows, "tags.t ilike 'gRÖßE äö жук'").length, 1);
    assert.equal(find(rows, "tags.t like 'größe%'").length, 0);
    assert.equal(find(rows, "tags.t like 'Gr_ße%'").length, 1);
  });

  it("reads long lists of texts as one parameter", () => {
    const many = Array.from({ length: 3000 }, (_, index) => `'x''${String(index)}'`).join(", ");
    assert.equal(compile(parseQuery(`run_id in (${many})`), runs, 0).params.length, 1);
    assert.deepEqual(find([run("x'7"), run("x7")], `run_id in (${many})`), ["x'7"]);
    assert.deepEqual(find([run("x'7"), run("x7")], `run_id not in (${many})`), ["x7"]);
  });
});
