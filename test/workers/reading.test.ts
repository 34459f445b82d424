import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import type { Failure } from "../../src/core/base/failure.js";
import type { TableProfile } from "../../src/core/datasets/view.js";
import { never, tableFile, tabular } from "./tabular-here.js";

async function read(name: string, content: string | Uint8Array): Promise<TableProfile> {
  return tabular.profile(tableFile(name, content), never);
}

const columnsOf = ({ columns }: TableProfile): string[] => columns.map(({ name, type }) => `${name} ${type}`);
const notesOf = ({ notes }: TableProfile): string[] => notes.map(({ text }) => text);

async function unreadable(name: string, content: string | Uint8Array): Promise<string> {
  try {
    await read(name, content);
  } catch (error) {
    assert.equal((error as Failure).code, "table.unreadable");
    return (error as Failure).message;
  }
  throw new Error("It was read.");
}

/** pyarrow's of decimal128(38, 2) */
const longDecimals = Buffer.from(
  "UEFSMRUAFWwVbCwVCBUAFQYVBhwAAAACAAAAAwsAAAAAAAACHhngybqyP/+o////////////////////9gAAAAAAAAAADIAAAAAAAGQV" +
    "BBksNQAYBnNjaGVtYRUCABUOFSAVAhgBZCUKFQQVTCxcFQQVTAAAABYIGRwZHCYAHBUOGSUGABkYAWQVABYIFpIBFpIBJghJHBUAFQAV" +
    "AgA8KQYZJgIGAAAAFpIBFggmCBaSAQAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjUuMC4xGRwcAAAAjgAAAFBBUjE=",
  "base64",
);

describe("reading tables", function () {
  it("finds out separator, quotes, header, types and line ends", async () => {
    const table = await read(
      "a.csv",
      '\ufeffid;text;when;day;yes;x\r\n1;"a; ""b""\r\nc";2026-01-02 03:04:05;2026-01-02;true;1.5\r\n2;d;2026-01-03 03:04:05;2026-01-03;false;2\r\n',
    );
    assert.deepEqual(columnsOf(table), [
      "id integer",
      "text text",
      "when time",
      "day date",
      "yes boolean",
      "x number",
    ]);
    assert.deepEqual(table.sample[0], [1, 'a; "b"\r\nc', "2026-01-02 03:04:05", "2026-01-02", true, 1.5]);
    assert.deepEqual([table.rows, table.format, notesOf(table)], [2, "csv", []]);
    assert.deepEqual(columnsOf(await read("a.tsv", "a\tb, c\n1\tx\n")), ["a integer", "b, c text"]);
    assert.deepEqual((await read("de.csv", "a;b\n1;2,5\n2;3\n")).sample, [
      [1, 2.5],
      [2, 3],
    ]);
    const packed = await read("a.csv.gz", zlib.gzipSync("a,b\n1,2\n"));
    assert.deepEqual(packed.sample, [[1, 2]]);
  });

  it("reads what has no rows, no header or no name", async () => {
    const empty = await read("empty.csv", "");
    assert.deepEqual([empty.rows, empty.columns, notesOf(empty)], [0, [], ["The file is empty."]]);
    assert.deepEqual(columnsOf(await read("head.csv", "a,b,c\n")), ["a text", "b text", "c text"]);
    const twice = await read("twice.csv", "a,a,A,\n1,2,3,4\n");
    assert.deepEqual(columnsOf(twice), ["a integer", "a (2) integer", "A integer", "column 4 integer"]);
    assert.equal(notesOf(twice).length, 2);
    const odd = await read("odd.csv", `"it's ""so""",a b\n1,2\n`);
    assert.deepEqual(columnsOf(odd), [`it's "so" integer`, "a b integer"]);
    assert.equal((await read("with [x] and *.csv", "a\n1\n")).rows, 1, "the name is no pattern");
  });

  it("makes a column text that turns text late, and says so, and fails nothing", async () => {
    const lines = Array.from({ length: 30_000 }, (_, n) => `${n},${n === 29_000 ? "oops" : n}`);
    const table = await read("late.csv", `id,v\n${lines.join("\n")}\n`);
    assert.deepEqual(columnsOf(table), ["id integer", "v text"]);
    assert.deepEqual(
      [table.rows, notesOf(table)],
      [30_000, ["Read as text, since a later value is of another type: v."]],
    );
    lines[29_000] = "29000,0.5";
    const numbers = await read("late.csv", `id,v\n${lines.join("\n")}\n`);
    assert.deepEqual([columnsOf(numbers)[1], notesOf(numbers)], ["v number", []]);
    assert.equal(numbers.columns[1]?.numbers?.quantiles.length, 7);
    lines[29_000] = "29000,9007199254740993";
    const large = await read("late.csv", `id,v\n${lines.join("\n")}\n`);
    assert.deepEqual([columnsOf(large)[1], large.rows], ["v integer", 30_000]);
  });

  it("keeps the zeros that numbers begin with, wherever in the file: such a column is text", async () => {
    const told = (name: string): string[] => [`Read as text, since numbers in it begin with zeros: ${name}.`];
    const early = await read("zip.csv", "zip,x,y,z\n01234,0,0.5,-0.25\n1234,10,7,0e3\n");
    assert.deepEqual(columnsOf(early), ["zip text", "x integer", "y number", "z number"]);
    assert.deepEqual([early.sample.map(([zip]) => zip), notesOf(early)], [["01234", "1234"], told("zip")]);

    const lines = Array.from({ length: 30_000 }, (_, n) => `${n},${n === 29_000 ? '"-007"' : n},${n / 4}`);
    const late = `id,v,x\n${lines.join("\n")}\n`;
    for (const [name, content] of [
      ["late.csv", late],
      ["late.csv.gz", zlib.gzipSync(late)],
      ["late-utf16.csv", Buffer.from(`\ufeff${late}`, "utf16le")],
      ["late.tsv", late.replaceAll(",", "\t")],
    ] as const) {
      const table = await read(name, content);
      assert.deepEqual(columnsOf(table), ["id integer", "v text", "x number"], name);
      assert.deepEqual([table.rows, notesOf(table)], [30_000, told("v")], name);
    }
    const missing = await read("na.csv", "zip,x\n01234,1\nNA,2\n1234,NA\n");
    assert.deepEqual(columnsOf(missing), ["zip text", "x integer"]);
    const dates = await read("dates.csv", "day,x\n01/02/2026,1\n03/02/2026,2\n");
    assert.deepEqual(columnsOf(dates), ["day date", "x integer"]);
  });

  it("takes words for what is missing only among numbers", async () => {
    const table = await read("na.csv", "a,b\nNA,NA\n2,Namibia\nN/A,France\n");
    assert.deepEqual(
      table.columns.map(({ type, missing }) => [type, missing]),
      [
        ["integer", 2],
        ["text", 0],
      ],
    );
    assert.match(notesOf(table).join(), /^a holds numbers; words such as NA/);
  });

  it("keeps numbers that are not finite or too large", async () => {
    const table = await read("n.csv", "x,id\nnan,12345678901234567890\ninf,12345678901234567891\n1.5,3\n");
    assert.deepEqual(table.sample, [
      ["NaN", "12345678901234567890"],
      ["Infinity", "12345678901234567891"],
      [1.5, 3],
    ]);
    assert.deepEqual([table.columns[0]?.numbers?.nonFinite, table.columns[0]?.numbers?.max], [2, 1.5]);
    assert.equal(table.columns[1]?.distinct, 3);
  });

  it("reads lines of different lengths and with broken quotes as well as it can", async () => {
    const table = await read("short.csv", "id,x,y\n1,2,3\n2,3\n4,5,6,7\n5,6,7\n");
    assert.deepEqual(
      table.sample.map((row) => row[0]),
      [1, 2, 4, 5].slice(0, table.rows),
    );
    assert.ok(table.notes.length > 0);
    const broken = await read("broken.csv", 'id,v\n1,"abc\n2,def\n3,"x"y"\n4,a\n5,b\n');
    assert.deepEqual(
      broken.columns.map(({ name }) => name),
      ["id", "v"],
    );
    assert.ok(broken.rows >= 3);
    const latin = await read("latin.csv", Buffer.from("a,b\ncaf\xe9,1\n", "latin1"));
    assert.deepEqual(latin.sample, [["café", 1]]);
    assert.deepEqual(notesOf(latin), ["The text is no UTF-8; it was read as Latin-1 (Windows-1252)."]);
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("a,b\ncafé,1\n", "utf16le")]);
    assert.deepEqual((await read("u16.csv", wide)).sample, [["café", 1]]);
    assert.deepEqual((await read("u16be.csv", Buffer.from(wide).swap16())).sample, [["café", 1]]);
  });

  it("loses to a quote in the middle of a value that line alone, and names it", async () => {
    const lines = Array.from(
      { length: 1000 },
      (_, n) => `${n},${n % 3 === 0 ? "plain" : `"name ${n}"`},${n}`,
    );
    const readWith = async (changed: Readonly<Record<number, string>>): Promise<unknown[]> => {
      const text = lines.map((line, n) => changed[n] ?? line).join("\n");
      const table = await read("quotes.csv", `id,name,v\n${text}\n`);
      return [table.rows, table.columns[2]?.type, notesOf(table)];
    };
    const stray = "where a quote stands in the middle of a value in quotes.";
    const inner = { 500: '500,"5" disc",500', 900: '900,"x"y"z",900' };
    assert.deepEqual(await readWith(inner), [
      998,
      "integer",
      [`Lines that could not be read: 2, the first of them line 502, ${stray}`],
    ]);
    const [rows] = await readWith({ 500: '500,"abc,500' });
    assert.equal(rows, 997, "and the two lines up to the next quote");
    assert.deepEqual(await readWith({ 500: '500,"two\nlines",500', 600: '600,5" disc,600' }), [
      1000,
      "integer",
      [],
    ]);
  });

  it("reads what Windows writes for Latin-1, packed too, and where only a late line shows it", async () => {
    const lines = Array.from({ length: 60_000 }, (_, n) => `${n},plain`);
    const late = Buffer.from(`id,t\n${lines.join("\n")}\n60000,\x80 5 \x93\xfc\x94\n`, "latin1");
    const ofLast = async (name: string, bytes: Buffer): Promise<[number, string | undefined]> => {
      const { rows, columns } = await read(name, bytes);
      return [rows, columns[1]?.top.map(({ value }) => String(value)).find((one) => one !== "plain")];
    };
    assert.deepEqual(await ofLast("late.csv", late), [60_001, "€ 5 “ü”"]);
    assert.deepEqual(await ofLast("late.csv.gz", zlib.gzipSync(late)), [60_001, "€ 5 “ü”"]);
    const early = await read("early.csv", Buffer.from("id,t\n1,\x805\n", "latin1"));
    assert.deepEqual([early.sample, notesOf(early).length], [[[1, "€5"]], 1]);
  });

  it("reads a cell of megabytes", async () => {
    const table = await read("cell.csv", `id,t\n1,"${"x".repeat(3_000_000)}"\n2,y\n`);
    assert.deepEqual([table.rows, table.columns[1]?.lengths?.max], [2, 3_000_000]);
  });

  it("says where values were lost: beyond the columns, or in a quote that is never closed", async () => {
    const open = await read("open.csv", 'a,b\n1,"x\n2,y\n3,z\n');
    assert.deepEqual(
      [open.rows, notesOf(open)],
      [1, ["A quote in the last row is never closed: 2 lines after it were read as one value."]],
    );
    const closed = await read("closed.csv", 'a,b\n1,"x\ny"\n');
    assert.deepEqual([closed.rows, notesOf(closed)], [1, []]);
    const long = await read("long.csv", 'a,b\n1,"p\nq"\n3,4,5,6\n7,8,\n');
    assert.equal(
      notesOf(long)[0],
      "Line 4 has more values than there are columns; what is beyond them was left out.",
    );
  });

  it("reads JSON: lines, arrays, nested values as text, late types, and lines that are none", async () => {
    const table = await read("j.jsonl", '{"a":1,"b":{"c":[1,2]}}\n{"a":"x","e":null}\n{bad\n');
    assert.deepEqual(table.sample, [
      ["1", '{"c":[1,2]}', null],
      ["x", null, null],
      [null, null, null],
    ]);
    assert.deepEqual(notesOf(table), ["Lines that are no JSON, read as rows without values: 1."]);
    assert.deepEqual((await read("j.json", '[{"a":1},{"a":2.5}]')).sample, [[1], [2.5]]);
    const marked = '\ufeff{"a":"é"}\n{"a":"b"}\n';
    for (const bytes of [Buffer.from(marked), Buffer.from(marked, "utf16le")]) {
      const read2 = await read("m.jsonl", bytes);
      assert.deepEqual([read2.sample, notesOf(read2)], [[["é"], ["b"]], []]);
    }
    assert.match(
      await unreadable("bad.json", "[{,,"),
      /bad.json cannot be read as a table: it is not in JSON/,
    );
  });

  it("reads the times of JSON in each form of ISO 8601, as those of CSV", async () => {
    const forms = {
      pandas: "2026-01-01T00:00:00.000",
      python: "2026-01-01T00:00:00.123456",
      spaced: "2026-01-01 01:30:00+01:30",
      zoned: "2026-01-01T00:00:00Z",
      nanos: "2026-01-01T00:00:00.123456789",
    };
    const rows = [forms, { ...forms, pandas: null, python: "2026-02-01T00:00:00" }];
    const { columns, sample } = await read("t.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    assert.deepEqual(
      columns.map(({ name, type }) => [name, type]),
      [
        ["pandas", "time"],
        ["python", "time"],
        ["spaced", "time"],
        ["zoned", "time"],
        ["nanos", "text"],
      ],
    );
    assert.deepEqual(sample[0], [
      "2026-01-01 00:00:00",
      "2026-01-01 00:00:00.123456",
      "2026-01-01 00:00:00+00",
      "2026-01-01 00:00:00",
      forms.nanos,
    ]);
    const late = await read("late.jsonl", '{"a":"2026-01-01T00:00:00.5"}\n{"a":"never"}\n');
    assert.deepEqual(late.sample, [["2026-01-01T00:00:00.5"], ["never"]]);
  });

  it("shows decimals as missing that DuckDB makes other numbers of, and says so", async () => {
    // pyarrow's of decimal256(50, 2): 1.10 and 2.20
    const file = Buffer.from(
      "UEFSMRUAFSwVLCwVBBUAFQYVBhwAAAACAAAABAEBAAAAAAAAAAIAAAAAAAAAFQAVYBVgLBUEFQAVBhUGHAAAAAIAAAAEAQAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAbgAAAAAAAAAAAAAAAAAAAAAAAAAA3BUEGTw1ABgGc2NoZW1hFQQAFQQlAhgCaWQAFQ4VKhUCGAFkJQoV" +
        "BBVkLFwVBBVkAAAAFgQZHBksJgAcFQQZJQYAGRgCaWQVABYEFlIWUiYISRwVABUAFQIAPCkGGSYABAAAACYAHBUOGSUGABkYAWQV" +
        "ABYEFoYBFoYBJlpJHBUAFQAVAgA8KQYZJgAEAAAAFtgBFgQmCBbYAQAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjUuMC4x" +
        "GSwcAAAcAAAAxQAAAFBBUjE=",
      "base64",
    );
    const table = await read("d.parquet", file);
    assert.deepEqual(table.sample, [
      [1, null],
      [2, null],
    ]);
    assert.match(notesOf(table).join(), /^d has decimals of more than 38 digits/);
  });

  it("keeps decimals that no double is, and those that one is as numbers", async () => {
    const { sample } = await read("d.parquet", longDecimals);
    assert.deepEqual(sample, [["99999999999999999999.12"], [-0.1], [null], ["9007199254740993"]]);
  });

  it("calls columns of Parquet as the file does: one like another but for case, and two of one name", async () => {
    // pyarrow's of the columns a, s (a record of a and a list), A and a
    const file = Buffer.from(
      "UEFSMRUAFRwVHCwVAhUAFQYVBhwAAAACAAAAAgEBAAAAAAAAABUAFRwVHCwVAhUAFQYVBhwAAAACAAAAAgIBAAAAAAAAABUAFSgVKCwV" +
        "AhUAFQYVBhwAAAACAAAAAgACAAAAAgQCAAAAAAAAABUAFRwVHCwVAhUAFQYVBhwAAAACAAAAAgEDAAAAAAAAABUAFRwVHCwVAhUAFQYV" +
        "BhwAAAACAAAAAgEEAAAAAAAAABUEGZw1ABgGc2NoZW1hFQgAFQQlAhgBYQA1AhgBcxUEABUEJQIYAWEANQIYAWwVAhUGTDwAAAA1BBgE" +
        "bGlzdBUCABUEJQIYB2VsZW1lbnQAFQQlAhgBQQAVBCUCGAFhABYCGRwZXCYAHBUEGSUGABkYAWEVABYCFkIWQiYISRwVABUAFQIAPCkG" +
        "GSYAAgAAACYAHBUEGSUGABkoAXMBYRUAFgIWQhZCJkpJHBUAFQAVAgA8KQYZNgAAAgAAACYAHBUEGSUGABlIAXMBbARsaXN0B2VsZW1l" +
        "bnQVABYCFk4WTiaMAUkcFQAVABUCADwpJgIAGVYAAAAAAgAAACYAHBUEGSUGABkYAUEVABYCFkIWQibaAUkcFQAVABUCADwpBhkmAAIA" +
        "AAAmABwVBBklBgAZGAFhFQAWAhZCFkImnAJJHBUAFQAVAgA8KQYZJgACAAAAFtYCFgImCBbWAgAoIHBhcnF1ZXQtY3BwLWFycm93IHZl" +
        "cnNpb24gMjUuMC4xGVwcAAAcAAAcAAAcAAAcAAAAkQEAAFBBUjE=",
      "base64",
    );
    const table = await read("names.parquet", file);
    assert.deepEqual(columnsOf(table), ["a integer", "s other", "A integer", "a (2) integer"]);
    assert.deepEqual(table.sample, [[1, '{"a":1,"l":[2]}', 3, 4]]);
    assert.deepEqual(notesOf(table), ["Another column is named a too; it is shown as a (2)."]);
  });

  it("says of a file that it cannot read which one it is and why", async () => {
    const cut = Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(2000)]);
    assert.equal(
      await unreadable("cut.parquet", cut),
      "cut.parquet cannot be read as a table: it is no whole Parquet file: its end is missing, as of one that is still written or was cut off.",
    );
    assert.equal(await unreadable("e.parquet", ""), "e.parquet cannot be read as a table: it is empty.");
    // pyarrow's of a table without columns
    const bare =
      "UEFSMRUEGRw1ABgGc2NoZW1hFQAAFgAZHBkMFgAWACYAFgAAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI1LjAuMRkMAEUAAABQQVIx";
    assert.equal(
      await unreadable("bare.parquet", Buffer.from(bare, "base64")),
      "bare.parquet cannot be read as a table: it has no columns.",
    );
    for (let at = 4; at < longDecimals.length - 8; at += 5) {
      const damaged = Buffer.from(longDecimals);
      damaged[at] = 0xff;
      const told = await read("d.parquet", damaged).then(
        () => "read",
        (error: unknown) => (error as Failure).message,
      );
      assert.doesNotMatch(told, /lent|Error: /, `byte ${at}`);
    }
    assert.match(
      await unreadable("bin.csv", Buffer.alloc(5000)),
      /^bin.csv cannot be read as a table: it holds bytes that are no text/,
    );
    const secret = Buffer.concat([Buffer.from("PARE"), Buffer.alloc(64), Buffer.from("\x10\0\0\0PARE")]);
    assert.match(await unreadable("secret.parquet", secret), /it is encrypted/);
    const gone = { path: "/nowhere/gone.csv", name: "gone.csv", format: "csv" } as const;
    await assert.rejects(tabular.profile(gone, never), { message: "There is no file gone.csv." });
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n},${(n * 7919) % 10007}`);
    const half = zlib.gzipSync(`a,b\n${lines.join("\n")}`);
    assert.match(await unreadable("cut.csv.gz", half.subarray(0, half.length / 2)), /cannot be unpacked/);
  });
});
