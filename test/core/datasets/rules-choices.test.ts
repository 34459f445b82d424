import assert from "node:assert/strict";
import { placeIn } from "../../../src/core/code/loam-place.js";
import { rulesChoices, type KnownData } from "../../../src/core/datasets/rules-choices.js";
import { dataKeyAt, ruleKeys, setKeys } from "../../../src/core/datasets/rules-keys.js";
import { dataPart } from "../../../src/core/datasets/rules-form.js";
import { z } from "zod";

const known: KnownData = {
  sets: () => [
    { name: "train", path: "data/train.csv" },
    { name: "my data: $1", path: "data/my.csv" },
  ],
  tables: (name) => Promise.resolve(name === "train" ? ["a.csv", "b.csv"] : []),
  columns: (name, table) =>
    Promise.resolve(
      name === "train" && table !== "none.csv"
        ? [
            { name: "age", type: "integer", top: [] },
            {
              name: "yes",
              type: "text",
              top: [
                { value: "red", count: 3 },
                { value: "blue", count: 2 },
              ],
            },
          ]
        : [],
    ),
};
const nothing: KnownData = {
  sets: () => [],
  tables: () => Promise.resolve([]),
  columns: () => Promise.resolve([]),
};

async function choices(marked: string, of = known) {
  const place = placeIn(marked.replace("|", ""), marked.indexOf("|"));
  assert.ok(place, marked);
  return rulesChoices(place, of);
}
const labels = async (marked: string, of = known): Promise<string[]> =>
  (await choices(marked, of)).map(({ label }) => label);
const inRules = (entry: string): string => `data:\n  train:\n    rules:\n      ${entry}`;

describe("choices in loam.yaml, of data", () => {
  it("are the data sets that have no rules yet, with their names as YAML has them", async () => {
    const found = await choices("data:\n  |");
    assert.deepEqual(
      found.map(({ label, snippet, detail }) => [label, snippet, detail?.text]),
      [
        ["train", "train:\n  rules:\n    - ", "data/train.csv"],
        ["my data: $1", '"my data: \\$1":\n  rules:\n    - ', "data/my.csv"],
      ],
    );
    assert.deepEqual(await labels("data:\n  |\n  train:\n    rules: []"), ["my data: $1"]);
    assert.deepEqual((await choices("data:\n  tr|: {}"))[0]?.snippet, "train");
    assert.deepEqual((await choices("data: {|"))[0]?.snippet, "train: ");
  });

  it("are the keys that are not there yet, each explained", async () => {
    assert.deepEqual(await labels("data:\n  train:\n    |"), ["file", "rules"]);
    assert.deepEqual(await labels("data:\n  train:\n    file: a\n    r|"), ["rules"]);
    assert.equal((await labels(inRules("- |"))).length, ruleKeys.length);
    assert.deepEqual(
      (await labels(inRules("- column: age\n        |"))).filter((label) => label === "column"),
      [],
    );
    for (const { about } of await choices(inRules("- |"))) assert.match(about?.text ?? "", /^[A-Z].*\.$/);
  });

  it("are what the form of the file takes, and nothing else", () => {
    interface Form {
      readonly properties: Readonly<Record<string, { readonly items?: unknown }>>;
    }
    const form = z.toJSONSchema(dataPart, { io: "input" }) as unknown as Form;
    assert.deepEqual(
      setKeys.map(({ name }) => name),
      Object.keys(form.properties),
    );
    const entry = form.properties["rules"]?.items as Form;
    assert.deepEqual(ruleKeys.map(({ name }) => name).sort(), Object.keys(entry.properties).sort());
  });

  it("are columns, tables, types and values of the newest version", async () => {
    assert.deepEqual(
      (await choices(inRules("- column: |"))).map(({ label, snippet, detail }) => [
        label,
        snippet,
        detail?.text,
      ]),
      [
        ["age", "age", "integer"],
        ["yes", "yes", "text"],
      ],
    );
    assert.deepEqual(await labels(inRules("- columns: [age, |]")), ["yes"]);
    assert.equal((await labels(inRules("- column: age\n        type: |")))[0], "integer");
    assert.deepEqual(await labels(inRules("- column: yes\n        values: [red, |]")), ["blue"]);
    assert.deepEqual(await labels("data:\n  train:\n    file: |"), ["a.csv", "b.csv"]);
    assert.deepEqual(await labels("data:\n  train:\n    file: none.csv\n    rules:\n      - column: |"), []);
    assert.deepEqual(await labels(inRules("- range: [|]")), []);
    assert.deepEqual(await labels(inRules("- unique: |")), ["true"]);
  });

  it("are columns that other rules name, where the data is not here; without a store the keys", async () => {
    const more =
      "\n      - columns: [shop, day]\n        unique: true\n      - column: age\n        missing: 0";
    assert.deepEqual(await labels(inRules(`- column: |${more}`), nothing), ["shop", "day", "age"]);
    assert.deepEqual(await labels("data:\n  |", nothing), []);
    assert.deepEqual(await labels("data:\n  x:\n    |", nothing), ["file", "rules"]);
  });

  it("have their explanations by the path of the key", () => {
    assert.match(dataKeyAt(["data"])?.about.text ?? "", /by their names/);
    assert.match(dataKeyAt(["data", "x", "rules", 0, "range"])?.about.text ?? "", /least and the greatest/);
    // a data set that is called as a key is none
    assert.equal(dataKeyAt(["data", "rules"]), undefined);
    assert.equal(dataKeyAt(["data", "x", "column"]), undefined);
  });
});
