import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { LoamFile } from "../../../src/core/code/loam-file.js";
import { suggestedRules } from "../../../src/core/datasets/propose-rules.js";
import { mistakesInData, rulesFor, setRules } from "../../../src/core/datasets/quality-rules.js";
import { dataPart } from "../../../src/core/datasets/rules-form.js";
import { keptRule, ruleSaid, ruleWords } from "../../../src/core/datasets/rule-words.js";
import type { QualityRule } from "../../../src/core/datasets/view.js";
import { foundText } from "../../../src/protocol/found-words.js";
import { german } from "../../vscode/german-words.js";
import { never, tableFile, tabular } from "../../workers/tabular-here.js";
import { emptyFolder, newWorkbench } from "../tracking/bench-folder.js";

interface Schema {
  readonly properties: Readonly<
    Record<string, { readonly items?: unknown; readonly additionalProperties?: unknown }>
  >;
}

const all: readonly QualityRule[] = [
  { kind: "rows", min: 10, max: null },
  { kind: "type", column: "age", type: "integer" },
  { kind: "missing", column: "age", most: 0.05 },
  { kind: "range", column: "age", min: 0, max: 120 },
  { kind: "unique", columns: ["id"] },
  { kind: "unique", columns: ["shop", "day"] },
  { kind: "values", column: "colour", allowed: ["red", "blue", 7, true] },
  { kind: "regex", column: "mail", pattern: ".+@.+" },
  { kind: "freshness", column: "day", within: "7d" },
];

const mistakes = (text: string): string[] =>
  mistakesInData(LoamFile.of("loam.yaml", text)).map(
    ({ line, field, message }) => `${line} ${field} ${message}`,
  );

describe("quality rules", function () {
  it("are written to loam.yaml as a person would, beside what stands there, and read again", () => {
    const folder = emptyFolder();
    const bench = newWorkbench(folder);
    fs.writeFileSync(path.join(folder, "loam.yaml"), "# mine\nmodels: {}\n");
    setRules(bench.store, "a/b", all);
    assert.deepEqual(rulesFor(bench.store, "a/b").rules, all);
    const text = fs.readFileSync(path.join(folder, "loam.yaml"), "utf8");
    assert.match(text, /^# mine\nmodels: \{\}\ndata:\n  a\/b:\n    rules:\n      - rows: \[ ?10, null ?\]/);
    assert.match(
      text,
      /- column: age\n        type: integer\n        missing: 0.05\n        range: \[ ?0, 120 ?\]/,
    );
    assert.equal(rulesFor(bench.store, "a/b").line, 6);
    assert.deepEqual(rulesFor(bench.store, "other").rules, []);
    setRules(bench.store, "a/b", []);
    assert.deepEqual(rulesFor(bench.store, "a/b"), {
      rules: [],
      table: undefined,
      file: path.join(folder, "loam.yaml"),
      line: null,
    });
    bench.dispose();
  });

  it("take short forms, and say at the line what is no rule", () => {
    const folder = emptyFolder();
    const bench = newWorkbench(folder);
    const write = (text: string): void => {
      fs.writeFileSync(path.join(folder, "loam.yaml"), text);
    };
    write("data:\n  t:\n    file: x.csv\n    rules:\n      - {column: a, missing: 5%, min: 1}\n");
    assert.deepEqual(rulesFor(bench.store, "t").rules, [
      { kind: "missing", column: "a", most: 0.05 },
      { kind: "range", column: "a", min: 1, max: null },
    ]);
    const rules = (entry: string): string[] => mistakes(`data:\n  t:\n    rules:\n      - ${entry}\n`);
    assert.deepEqual(rules("{column: a, range: [5, 1]}"), [
      "4 data.t.rules[0].range The first is the smaller one.",
    ]);
    assert.match(
      rules("{column: a, missing: 2}").join(),
      /^4 data.t.rules\[0\].missing Say a part of the rows/,
    );
    assert.match(rules("{range: [0, 1]}").join(), /Say which column/);
    assert.match(rules("{column: a}").join(), /Say a rule/);
    assert.match(rules("{columns: [a, b], missing: 0}").join(), /only unique/);
    assert.match(rules("{column: a, regex: '('}").join(), /no regular expression/);
    assert.match(rules("{column: a, freshness: soon}").join(), /span of time/);
    assert.match(rules("{column: a, colour: red}").join(), /colour/);
    write("data:\n  t:\n    rules: 5\n");
    assert.throws(() => rulesFor(bench.store, "t"), {
      code: "value.invalid",
      message: /^loam.yaml:3: data.t.rules: /,
    });
    bench.dispose();
  });

  it("have in the schema of loam.yaml what they may say", () => {
    const read = z.toJSONSchema(dataPart, { io: "input" }) as Schema;
    const file = path.join(import.meta.dirname, "../../../media/loam.schema.json");
    const schema = JSON.parse(fs.readFileSync(file, "utf8")) as Schema & { definitions: { rule: Schema } };
    const shown = schema.properties["data"]?.additionalProperties as Schema;
    assert.deepEqual(Object.keys(shown.properties), Object.keys(read.properties));
    const entry = read.properties["rules"]?.items as Schema;
    assert.deepEqual(Object.keys(schema.definitions.rule.properties), Object.keys(entry.properties));
  });

  it("are asked about a table, with what was found", async () => {
    const table = tableFile(
      "t.csv",
      "id,age,colour,mail,day,shop\n1,30,red,a@b,2026-01-01,s\n2,130,green,a,2026-01-02,s\n2,,7,c@d,2026-01-02,s\n",
    );
    const now = Date.UTC(2026, 0, 5);
    const findings = await tabular.check(table, all, now, never);
    assert.deepEqual(
      findings.map(
        ({ outcome, found }, at) =>
          `${ruleWords(all[at] ?? { kind: "rows", min: 0, max: 0 })}: ${outcome} ${found}`,
      ),
      [
        "rows at least 10: failed 3 rows",
        "age is integer: passed ",
        "age missing in at most 5 %: failed 1 of 3 rows (33.3 %)",
        "age between 0 and 120: failed 1 of 3 rows, such as 130",
        "id unique: failed 2 of 3 rows share 1 value, such as 2",
        "shop and day unique: failed 2 of 3 rows share 1 value, such as s · 2026-01-02",
        "colour one of red, blue, 7, true: failed 1 of 3 rows, such as green",
        "mail matches .+@.+: failed 1 of 3 rows, such as a",
        "day not older than 7d: passed the newest is 2026-01-02",
      ],
    );
    const mails = tableFile("m.jsonl", '{"mail":""}\n{"mail":"a@b"}\n');
    const mail = all.filter(({ kind }) => kind === "regex");
    assert.equal((await tabular.check(mails, mail, now, never))[0]?.found, '1 of 2 rows, such as ""');
    const inGerman = (text: string) => foundText(german, text);
    assert.deepEqual(
      findings.map(({ found }) => inGerman(found)).filter((text) => text !== ""),
      [
        "3 Zeilen",
        "1 von 3 Zeilen (33,3 %)",
        "1 von 3 Zeilen, etwa 130",
        "2 von 3 Zeilen teilen sich 1 Wert, etwa 2",
        "2 von 3 Zeilen teilen sich 1 Wert, etwa s · 2026-01-02",
        "1 von 3 Zeilen, etwa green",
        "1 von 3 Zeilen, etwa a",
        "die neueste ist 2026-01-02",
      ],
    );
    assert.equal(inGerman("1,200 of 20,000 rows (6 %)"), "1.200 von 20.000 Zeilen (6 %)");
    assert.equal(
      inGerman("the newest is 2062-01-04, which is yet to come"),
      "die neueste ist 2062-01-04 und liegt in der Zukunft",
    );
    assert.equal(inGerman("what a later Loam finds"), "what a later Loam finds");
    const late = await tabular.check(table, all.slice(-1), now + 30 * 86_400_000, never);
    assert.equal(late[0]?.outcome, "failed");
    const odd = await tabular.check(
      table,
      [
        { kind: "missing", column: "gone", most: 0 },
        { kind: "range", column: "colour", min: 0, max: 1 },
        { kind: "freshness", column: "age", within: "7d" },
        { kind: "regex", column: "mail", pattern: "(?=a).*" }, // JavaScript has these, and DuckDB has not
        { kind: "regex", column: "mail", pattern: "(a{1000}){1000}" },
        { kind: "regex", column: "mail", pattern: "(a*)*@?." },
      ],
      now,
      never,
    );
    assert.deepEqual(
      odd.map(({ outcome }) => outcome),
      ["error", "error", "error", "error", "error", "failed"],
    );
    for (const { found } of odd) assert.notEqual(inGerman(found), found);
    assert.match(odd[4]?.found ?? "", /^the pattern cannot be read: invalid repetition/);
  });

  it("tell whole numbers apart that have more digits than a decimal, as loam.yaml says them", async () => {
    const bench = newWorkbench(emptyFolder());
    const file = path.join(bench.folder, "loam.yaml");
    const [low, high] = ["9007199254740992", "9007199254740993"];
    const entries = [
      `range: [${low}, ${low}]`,
      `values: [${low}, 7]`,
      `range: [${high}, ${high}]`,
      `values: [${high}]`,
      "range: [0.5, 1e300]",
    ];
    const lines = entries.map((entry) => `      - {column: id, ${entry}}\n`);
    fs.writeFileSync(file, `data:\n  t:\n    rules:\n${lines.join("")}`);
    const { rules } = rulesFor(bench.store, "t");
    const asked = async (value: string): Promise<string[]> => {
      const table = tableFile("t.csv", `id,x\n${value},1\n`);
      return (await tabular.check(table, rules, 0, never)).map(({ outcome }) => outcome);
    };
    assert.deepEqual(await asked(low), ["passed", "passed", "failed", "failed", "passed"]);
    assert.deepEqual(await asked(high), ["failed", "failed", "passed", "passed", "passed"]);
    assert.equal(ruleWords(rules[2] ?? { kind: "rows", min: 0, max: 0 }), `id between ${high} and ${high}`);
    setRules(bench.store, "u", rules);
    assert.deepEqual(rulesFor(bench.store, "u").rules, rules);
    assert.match(fs.readFileSync(file, "utf8"), new RegExp(`  u:[^]*range: \\[ ?${high}, ${high} ?\\]`));
    bench.dispose();
  });

  it("fail where the newest is yet to come by more than a day, as nothing is known to be fresh then", async () => {
    const now = Date.UTC(2026, 0, 5, 12);
    const asked = async (day: string): Promise<string> => {
      const table = tableFile("t.csv", `day,x\n2025-01-01,1\n${day},2\n`);
      const [found] = await tabular.check(
        table,
        [{ kind: "freshness", column: "day", within: "7d" }],
        now,
        never,
      );
      return `${found?.outcome ?? ""}: ${found?.found ?? ""}`;
    };
    assert.equal(await asked("2026-01-06"), "passed: the newest is 2026-01-06");
    assert.equal(await asked("2062-01-04"), "failed: the newest is 2062-01-04, which is yet to come");
  });

  it("are said in German, and so are those that a fact keeps in English", () => {
    const rules: readonly QualityRule[] = [
      ...all,
      { kind: "missing", column: "age", most: 0 },
      { kind: "range", column: "a between b", min: null, max: 1.5 },
      { kind: "rows", min: 1, max: 2 },
      { kind: "rows", min: null, max: 2 },
    ];
    for (const rule of rules) {
      const words = ruleSaid(rule);
      assert.notEqual(german.told(words), words.text);
      assert.equal(german.told(keptRule(words.text)), german.told(words));
    }
    assert.equal(german.told(keptRule("age between 0 and 120")), "age zwischen 0 und 120");
    assert.equal(keptRule("a rule of a later Loam").text, "a rule of a later Loam");
    assert.equal(german.told(keptRule("a rule of a later Loam")), "a rule of a later Loam");
  });

  it("are suggested by a table, and hold in it", async () => {
    const rows = Array.from(
      { length: 40 },
      (_, n) => `${n},${n % 2 === 0 ? "a" : "b"},${n / 8},${n % 4 === 0 ? "" : n}`,
    );
    const table = tableFile("t.csv", `id,kind,x,y\n${rows.join("\n")}\n`);
    const rules = suggestedRules(await tabular.profile(table, never));
    assert.deepEqual(rules.map(ruleWords), [
      "rows at least 20",
      "id is integer",
      "id never missing",
      "id unique",
      "kind never missing",
      "kind one of a, b",
      "x is number",
      "x never missing",
      "x between 0 and 6",
      "y is integer",
      "y missing in at most 38 %",
      "y between 0 and 50",
    ]);
    const findings = await tabular.check(table, rules, 0, never);
    assert.ok(findings.every(({ outcome }) => outcome === "passed"));
  });
});
