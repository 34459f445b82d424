import {
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Int32,
  List,
  makeTable,
  RecordBatchFileWriter,
  Struct,
  Table,
  tableToIPC,
  TimestampMillisecond,
  Uint8,
  Utf8,
  Utf8View,
  vectorFromArray,
  type Vector,
} from "apache-arrow";
import assert from "node:assert/strict";
import { Failure } from "../../src/core/base/failure.js";
import type { TableProfile } from "../../src/core/datasets/view.js";
import { never, tableFile, tabular } from "./tabular-here.js";

const read = (name: string, content: Uint8Array): Promise<TableProfile> =>
  tabular.profile(tableFile(name, content), never);
const columnsOf = ({ columns }: TableProfile): string[] =>
  columns.map(({ name, nativeType }) => `${name} ${nativeType}`);

async function refused(content: Uint8Array, name = "a.arrow"): Promise<string> {
  const error: unknown = await read(name, content).catch((reason: unknown) => reason);
  assert.ok(error instanceof Failure, "it was read");
  return `${error.code}: ${error.message}`;
}

const long = "a text that does not stand in its own place";
const texts = ["a", null, "grün 🌱", "", long];
const columns: Record<string, Vector> = {
  whole: vectorFromArray([1, -2, null, 4, 5], new Int32()),
  small: vectorFromArray([1, 2, null, 4, 255], new Uint8()),
  large: vectorFromArray([1n, null, 9007199254740993n, -4n, 5n]),
  half: vectorFromArray([1, 0.5, -2.25, null, 65504], new Float16()),
  number: vectorFromArray([1.5, null, Number.NaN, Infinity, -0.25]),
  truth: vectorFromArray([true, null, false, true, true]),
  text: vectorFromArray(texts, new Utf8()),
  view: vectorFromArray(texts, new Utf8View()),
  category: vectorFromArray(["x", long, null, "x", long], new Dictionary(new Utf8(), new Int32())),
  moment: vectorFromArray(
    [new Date(0), null, new Date(1000), new Date(-1), new Date(1e12)],
    new TimestampMillisecond(),
  ),
  list: vectorFromArray(
    [["a", long], null, [], [null], ["b"]],
    new List(new Field("item", new Utf8(), true)),
  ),
  pair: vectorFromArray(
    [[1, 2], null, [3, null], [4, 5], [6, 7]],
    new FixedSizeList(2, new Field("item", new Int32(), true)),
  ),
  record: vectorFromArray(
    [{ a: 1 }, null, { a: null }, { a: 3 }, { a: 4 }],
    new Struct([new Field("a", new Int32(), true)]),
  ),
};
const table = (): Table => new Table(columns);

describe("reading Arrow", function () {
  it("has each type as the one of DuckDB that is meant, from files and streams", async () => {
    for (const [name, form] of [
      ["a.feather", "file"],
      ["a.arrows", "stream"],
    ] as const) {
      const found = await read(name, tableToIPC(table(), form));
      assert.deepEqual([found.rows, found.format, found.notes], [5, "arrow", []]);
      assert.deepEqual(columnsOf(found), [
        "whole INTEGER",
        "small UTINYINT",
        "large BIGINT",
        "half FLOAT",
        "number DOUBLE",
        "truth BOOLEAN",
        "text VARCHAR",
        "view VARCHAR",
        "category VARCHAR",
        "moment TIMESTAMP",
        "list VARCHAR[]",
        "pair INTEGER[]",
        "record STRUCT(a INTEGER)",
      ]);
      assert.deepEqual(found.sample, [
        [1, 1, 1, 1, 1.5, true, "a", "a", "x", "1970-01-01 00:00:00", `["a","${long}"]`, "[1,2]", '{"a":1}'],
        [-2, 2, null, 0.5, null, null, null, null, long, null, null, null, null],
        [
          null,
          null,
          "9007199254740993",
          -2.25,
          "NaN",
          false,
          "grün 🌱",
          "grün 🌱",
          null,
          "1970-01-01 00:00:01",
          "[]",
          "[3,null]",
          '{"a":null}',
        ],
        [
          4,
          4,
          -4,
          null,
          "Infinity",
          true,
          "",
          "",
          "x",
          "1969-12-31 23:59:59.999",
          "[null]",
          "[4,5]",
          '{"a":3}',
        ],
        [5, 255, 5, 65504, -0.25, true, long, long, long, "2001-09-09 01:46:40", '["b"]', "[6,7]", '{"a":4}'],
      ]);
    }
  });

  it("reads batch by batch, more rows than DuckDB takes at once, and rows without columns", async () => {
    const rows = 5000;
    const batch = (from: number): Table =>
      makeTable({ id: Int32Array.from({ length: rows }, (_, at) => from + at) });
    const writer = RecordBatchFileWriter.writeAll([batch(0), batch(rows)].flatMap(({ batches }) => batches));
    const found = await read("many.arrow", await writer.toUint8Array());
    const [id] = found.columns;
    assert.deepEqual([found.rows, id?.distinct, id?.numbers?.max], [2 * rows, 2 * rows, 2 * rows - 1]);
    const twice = await read(
      "twice.arrow",
      tableToIPC(new Table({ a: columns["whole"], A: columns["small"] } as never), "file"),
    );
    assert.deepEqual(columnsOf(twice), ["a INTEGER", "A UTINYINT"]);
    const none = await read(
      "none.arrow",
      tableToIPC(new Table({ a: vectorFromArray([], new Int32()) }), "file"),
    );
    assert.deepEqual([none.rows, columnsOf(none)], [0, ["a INTEGER"]]);
  });

  it("says what is wrong with a file and where", async () => {
    const file = tableToIPC(table(), "file");
    const stream = tableToIPC(table(), "stream");
    const cannot = (why: string): string => `table.unreadable: a.arrow cannot be read as a table: ${why}.`;
    assert.equal(await refused(new Uint8Array()), cannot("it is empty"));
    assert.equal(await refused(Buffer.from("id,x\n1,2\n")), cannot("it is no Arrow or Feather file"));
    assert.equal(
      await refused(file.subarray(0, -20)),
      cannot("its end is missing, as of one that is still written or was cut off"),
    );
    assert.match(
      await refused(stream.subarray(0, -400)),
      /batch 1 of its rows, from byte \d+ on, is damaged or cut off/,
    );
    assert.match(await refused(stream.subarray(0, 200)), /what it says of its columns is damaged or cut off/);
    assert.match(
      await refused(Buffer.from("FEA1, and what follows"), "v1.feather"),
      /v1.feather is a Feather file of version 1/,
    );
    const zeros = Buffer.concat([stream.subarray(0, stream.length - 8), Buffer.alloc(64)]);
    assert.match(await refused(zeros), /batch 2 of its rows, from byte \d+ on, is damaged/);
    const open = await read("open.arrows", stream.subarray(0, stream.length - 8));
    assert.equal(
      open.notes[0]?.text,
      "The stream has no mark at its end: more may have been meant to follow.",
    );
  });

  it("never ends its process, whatever bytes are changed", async () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    for (let n = 0; n < 60; n++) {
      const content = Buffer.from(tableToIPC(table(), n % 2 === 0 ? "file" : "stream"));
      for (let k = 0; k < 3; k++) content[random(content.length)] = random(256);
      const file = tableFile("changed.arrow", content);
      const error: unknown = await tabular.profile(file, never).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) continue;
      assert.ok(
        error instanceof Failure && ["table.unreadable", "feature.absent"].includes(error.code),
        error instanceof Error ? error.message : "",
      );
    }
  });

  it("compares with another format, since types are the same", async () => {
    const rows = { id: [1, 2, 3], s: ["a", long, null] };
    const arrow = tableToIPC(
      new Table({ id: vectorFromArray(rows.id), s: vectorFromArray(rows.s, new Utf8()) }),
      "file",
    );
    const lines = rows.id.map((id, at) => JSON.stringify({ id, s: rows.s[at] })).join("\n");
    const { diff } = await tabular.diff(
      {
        before: tableFile("a.jsonl", lines),
        after: tableFile("a.arrow", arrow),
        keys: null,
        tolerance: { absolute: 0, relative: 0 },
      },
      never,
    );
    assert.deepEqual([diff.added, diff.removed, diff.changed, diff.same], [0, 0, 0, 3]);
  });
});
