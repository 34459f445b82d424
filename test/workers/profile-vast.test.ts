import { DuckDBInstance } from "@duckdb/node-api";
import { RecordBatchFileWriter, tableFromArrays } from "apache-arrow";
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { TableFile } from "../../src/core/datasets/tabular.js";
import type { CellValue, ColumnProfile, TableProfile } from "../../src/core/datasets/view.js";
import { Database } from "../../src/workers/tabular/database.js";
import { profileVast } from "../../src/workers/tabular/profile-vast.js";
import { openVast, type VastLimits } from "../../src/workers/tabular/vast.js";
import { never, tableFile, tabular } from "./tabular-here.js";

const kinds: readonly ((row: number) => string)[] = [
  (row) => `${row % 20_000}`,
  (row) => `${(row % 100) / 4}`,
  (row) => ["red", "green", "blue", ""][row % 4] ?? "",
  (row) => (row === 50_000 ? "late" : `${row % 9}`),
  () => "7",
];

const names = (width: number): string[] => Array.from({ length: width }, (_, at) => `k${at}`);

/** The kinds of columns again and again; of many rows the last repeat the first. */
function csvOf(width: number, rows: number): string {
  const lines = [names(width).join(",")];
  for (let row = 0; row < rows; row++) {
    const cells = kinds.map((kind) => kind(row));
    lines.push(Array.from({ length: width }, (_, at) => cells[at % kinds.length]).join(","));
  }
  return `${lines.join("\n")}\n`;
}

async function parquetOf(csv: TableFile): Promise<TableFile> {
  const file = tableFile("many.parquet", "");
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (FROM read_csv('${csv.path}')) TO '${file.path}' (FORMAT parquet)`);
  connection.closeSync();
  return file;
}

function arrowOf(width: number, rows: number): TableFile {
  const columns = kinds.map((kind, at) => {
    const texts = Array.from({ length: rows }, (_, row) => kind(row));
    if (at === 2) return texts.map((text) => (text === "" ? null : text));
    return at === 1 ? texts.map(Number) : Int32Array.from(texts.map(Number));
  });
  const named = names(width).map((name, at) => [name, columns[at % kinds.length] ?? []] as const);
  const table = tableFromArrays(Object.fromEntries(named));
  return tableFile("many.arrow", RecordBatchFileWriter.writeAll(table).toUint8Array(true));
}

/** Columns as they are when named by their kind; what a file calls a type is its own. */
const plain = (columns: readonly ColumnProfile[]): unknown =>
  columns.map((column, at) => ({ ...column, name: `k${at % kinds.length}`, nativeType: "" }));

/** Whether a profile of many columns says of each what that of few says. */
function check(many: TableProfile, few: TableProfile, width: number): void {
  assert.deepEqual([many.rows, many.duplicates], [few.rows, few.duplicates]);
  assert.deepEqual(
    many.columns.map(({ name }) => name),
    names(width),
  );
  for (let at = 0; at + kinds.length <= width; at += kinds.length)
    assert.deepEqual(plain(many.columns.slice(at, at + kinds.length)), plain(few.columns), `from ${at}`);
  const wide = few.sample.map((cells): CellValue[] =>
    Array.from({ length: width }, (_, at) => cells[at % kinds.length] ?? null),
  );
  assert.deepEqual(many.sample, wide);
}

describe("the profile of a table that is too large to be held", function () {
  this.timeout(180_000);

  const limits: VastLimits = {
    ...{ columns: 10, values: 500, valuesOfParquet: 600 },
    ...{ columnsOfParquet: 7, columnsOfWhole: 6 },
  };
  const [width, rows] = [23, 90];
  let folder: string;
  let database: Database;
  let few: TableProfile;
  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-vast-"));
    database = await Database.open(path.join(folder, "spill"), [os.tmpdir()]);
    few = await tabular.profile(tableFile("few.csv", csvOf(kinds.length, rows)), never);
  });
  after(() => {
    database.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const profile = (file: TableFile, signal = never, tell = (_done: number): void => undefined) =>
    database.session(signal, async (session) => {
      const vast = await openVast(database, session, file, limits);
      assert.ok(vast);
      assert.ok(vast.parts.length > 3);
      try {
        return await profileVast(session, vast, file, ({ done }) => {
          tell(done);
        });
      } finally {
        vast.close();
      }
    });

  it("says of each column what that of a small one says, of text, Parquet and Arrow", async () => {
    const csv = tableFile("many.csv", csvOf(width, rows));
    const told: number[] = [];
    check(await profile(csv, never, (done) => told.push(done)), few, width);
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
    assert.ok(told.length > 3 && Math.max(...told) <= 1);
    check(await profile(await parquetOf(csv)), few, width);
    check(await profile(arrowOf(width, rows)), few, width);
  });

  it("takes in as a whole what is smaller", async () => {
    for (const file of [
      tableFile("narrow.csv", csvOf(10, 200)),
      tableFile("short.csv", csvOf(width, 20)),
      arrowOf(10, 200),
      tableFile("empty.csv", ""),
      tableFile("a.json", "[]"),
    ])
      assert.equal(
        await database.session(never, (session) => openVast(database, session, file, limits)),
        undefined,
        file.name,
      );
  });

  it("ends when it is cancelled, and says when the file became another meanwhile", async () => {
    const csv = tableFile("many.csv", csvOf(width, rows));
    const stop = new AbortController();
    const cancelled = profile(csv, stop.signal, (done) => {
      if (done > 0.3) stop.abort();
    });
    await assert.rejects(cancelled, { code: "cancelled" });
    const changed = profile(csv, never, (done) => {
      if (done > 0.3) fs.writeFileSync(csv.path, csvOf(width, rows - 1));
    });
    await assert.rejects(changed, {
      code: "table.unreadable",
      message: "many.csv changed while it was read.",
    });
  });

  it("reads text anew where a late value shows its type, and takes 12 million values no more as a whole", async () => {
    const [wide, long] = [203, 60_000];
    const small = await tabular.profile(tableFile("few.csv", csvOf(kinds.length, long)), never);
    const many = await tabular.profile(tableFile("many.csv", csvOf(wide, long)), never);
    check(many, small, wide);
    const notesOf = ({ notes }: TableProfile): string[] => notes.map(({ text }) => text);
    assert.deepEqual(notesOf(small), ["Read as text, since a later value is of another type: k3."]);
    assert.deepEqual(notesOf(many), [
      "Read as text, since a later value is of another type: k3, k8, k13, k18, k23 ….",
    ]);
  });
});
