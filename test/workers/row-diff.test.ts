import assert from "node:assert/strict";
import fc from "fast-check";
import type { CellValue, TableDiff } from "../../src/core/datasets/view.js";
import { naiveDiff, type Row } from "./naive-diff.js";
import { never, tableFile, tabular } from "./tabular-here.js";

interface How {
  readonly keys?: readonly string[] | null;
  readonly absolute?: number;
  readonly relative?: number;
}

const exact = { absolute: 0, relative: 0 };

async function compare(
  before: string,
  after: string,
  how: How = {},
): Promise<TableDiff & { handle: string }> {
  const { keys = null, absolute = 0, relative = 0 } = how;
  const { diff, handle } = await tabular.diff(
    {
      before: tableFile("a.csv", before),
      after: tableFile("b.csv", after),
      keys,
      tolerance: { absolute, relative },
    },
    never,
  );
  return { ...diff, handle };
}

const counts = ({ added, removed, changed, same }: TableDiff): number[] => [added, removed, changed, same];
const changes = ({ columns }: TableDiff): string[] =>
  columns.map(({ change, name, before, after }) => `${change} ${name} ${before ?? ""}>${after ?? ""}`);
const many = (row: (n: number) => readonly CellValue[]): string[] =>
  Array.from({ length: 30 }, (_, n) => row(n).join(","));

describe("the row diff", function () {
  it("tells numbers that begin with zeros from those that do not, whole numbers of many digits too", async () => {
    const zips = await compare("id,zip\n1,01234\n2,5000\n", "id,zip\n1,1234\n2,5000\n");
    assert.deepEqual([counts(zips), changes(zips)], [[0, 0, 1, 1], ["retyped zip text>integer"]]);
    const near = await compare("id,zip\n1,01234\n2,5000\n", "id,zip\n1,1234\n2,5000\n", { absolute: 1 });
    assert.deepEqual(counts(near), [0, 0, 1, 1]);
    const keyed = await compare("zip,x\n01234,1\n02000,2\n", "zip,x\n1234,1\n02000,2\n", { keys: ["zip"] });
    assert.deepEqual(counts(keyed), [1, 1, 0, 1]);
    const large = await compare(
      "id,n\n1,90071992547409931\n2,4\n3,5\n",
      "id,n\n1,90071992547409932\n2,4.0\n3,x\n",
    );
    assert.deepEqual([counts(large), changes(large)], [[0, 0, 2, 1], ["retyped n integer>text"]]);
  });

  it("says where files differ in form only", async () => {
    const note = "The files differ in form only: every row is the same.";
    const notesOf = ({ notes }: TableDiff): string[] => notes.map(({ text }) => text);
    assert.deepEqual(notesOf(await compare("id,x\n1,1.50\n2,3\n", "id,x\n1,1.5\n2,3\n")), [note]);
    assert.deepEqual(notesOf(await compare("id,x\n1,1.5\n2,3\n", "id,x\n1,1.5\n2,3\n")), []);
    assert.deepEqual(notesOf(await compare("id,x\n1,1.5\n2,3\n", "id,x\n1,1.5\n2,4\n")), []);
  });

  it("matches by a guessed key, and pages through the rows that differ, with the cells that do", async () => {
    const diff = await compare(
      "id,name,x\n1,a,1\n2,b,2\n3,c,3\n4,d,4\n",
      "id,name,x\n2,b,2\n5,e,5\n3,C,30\n4,d,4\n",
    );
    assert.deepEqual([diff.keys, diff.keysFrom, counts(diff)], [["id"], "guessed", [1, 1, 1, 2]]);
    assert.deepEqual(diff.changedCells, [
      { column: "name", cells: 1 },
      { column: "x", cells: 1 },
    ]);
    const page = { handle: diff.handle, changes: [], from: 0, most: 10 };
    const { rows, total } = await tabular.diffRows(page, never);
    assert.equal(total, 3);
    assert.deepEqual(rows, [
      { change: "removed", before: [1, "a", 1], after: null, cells: [] },
      { change: "added", before: null, after: [5, "e", 5], cells: [] },
      { change: "changed", before: [3, "c", 3], after: [3, "C", 30], cells: [1, 2] },
    ]);
    const narrow = await tabular.diffRows({ ...page, columns: [2, 0] }, never);
    assert.deepEqual(narrow.rows, [
      { change: "removed", before: [1, 1], after: null, cells: [] },
      { change: "added", before: null, after: [5, 5], cells: [] },
      { change: "changed", before: [3, 3], after: [30, 3], cells: [2] },
    ]);
    const some = await tabular.diffRows({ ...page, changes: ["added", "changed"], from: 1, most: 1 }, never);
    assert.deepEqual([some.total, some.rows.map(({ change }) => change)], [2, ["changed"]]);
    await assert.rejects(tabular.diffRows({ ...page, handle: "gone" }, never), { code: "state.wrong" });
  });

  it("guesses as a person would: named like an id, staying between the sides, else two together, else none", async () => {
    const first = (text: string[]): string => `x,user_id,v\n${text.join("\n")}\n`;
    const plain = await compare(
      first(many((n) => [n, 100 - n, n % 4])),
      first(many((n) => [n, 100 - n, n % 5])),
    );
    assert.deepEqual(plain.keys, ["user_id"]);
    const pair = await compare(
      `shop,day,sold\n${many((n) => [`s${n % 3}`, `2026-01-${String(10 + Math.floor(n / 3))}`, n % 2]).join("\n")}\n`,
      `shop,day,sold\n${many((n) => [`s${n % 3}`, `2026-01-${String(10 + Math.floor(n / 3))}`, 1]).join("\n")}\n`,
    );
    assert.deepEqual([...pair.keys].sort(), ["day", "shop"]);
    const sold = (n: number): string => `s${n % 3},${2000 + Math.floor(n / 3)}`;
    const asText = await compare(
      `shop,sale year,sold\n${many((n) => [sold(n), n % 2]).join("\n")}\n`,
      `shop,sale year,sold\n${many((n) => [sold(n), 1]).join("\n")}\n`,
    );
    assert.deepEqual([...asText.keys].sort(), ["sale year", "shop"], "a time by its name");
    const drawn = await compare("x\n1\n1\n2\n", "x\n1\n2\n2\n");
    assert.deepEqual([drawn.keys, drawn.keysFrom, counts(drawn)], [[], "content", [1, 1, 0, 2]]);
    const moved = await compare(
      `id,v\n${many((n) => [n, `a${n}`]).join("\n")}\n`,
      `id,v\n${many((n) => [n + 5000, `a${n}`]).join("\n")}\n`,
    );
    assert.deepEqual(moved.keys, ["v"], "an id of which none stays is none");
  });

  it("names what changed about the columns, and finds renamed ones only where that is sure", async () => {
    const rows = (columns: string, row: (n: number) => readonly CellValue[]): string =>
      `${columns}\n${many(row).join("\n")}\n`;
    const diff = await compare(
      rows("id,a,old,price,b", (n) => [n, `a${n}`, n % 2, n * 1.5, n * n]),
      rows("id,b,a,cost,fresh", (n) => [n, n * n, `a${n}`, n * 1.5, "x"]),
    );
    assert.deepEqual(changes(diff).sort(), [
      "added fresh >VARCHAR",
      "moved b 5>2",
      "removed old BIGINT>",
      "renamed cost price>cost",
    ]);
    assert.deepEqual(
      [counts(diff), diff.shown],
      [
        [0, 0, 0, 30],
        ["id", "b", "a", "cost", "fresh", "old"],
      ],
    );
  });

  it("compares numbers as numbers where a column changed its type", async () => {
    const diff = await compare("id,x,y\n1,1,7\n2,2,8\n", "id,x,y\n1,1.0,7\n2,2.5,word\n");
    assert.deepEqual(changes(diff), ["retyped x integer>number", "retyped y integer>text"]);
    assert.deepEqual(
      [counts(diff), diff.changedCells.map(({ column }) => column)],
      [
        [0, 0, 1, 1],
        ["x", "y"],
      ],
    );
  });

  it("takes NaN and missing for themselves, and numbers within the tolerance for the same", async () => {
    const before = "id,x\n1,nan\n2,\n3,1\n4,100\n5,inf\n";
    assert.deepEqual(counts(await compare(before, before)), [0, 0, 0, 5]);
    const after = "id,x\n1,1\n2,0\n3,1.05\n4,104\n5,-inf\n";
    assert.deepEqual(counts(await compare(before, after)), [0, 0, 5, 0]);
    assert.deepEqual(counts(await compare(before, after, { absolute: 0.1 })), [0, 0, 4, 1]);
    assert.deepEqual(counts(await compare(before, after, { relative: 0.05 })), [0, 0, 3, 2]);
  });

  it("tells large whole numbers apart, and keys that repeat in order", async () => {
    const big = await compare(
      "id\n9007199254740992\n12345678901234567890\n",
      "id\n9007199254740993\n12345678901234567891\n",
      {
        keys: ["id"],
      },
    );
    assert.deepEqual(counts(big), [2, 2, 0, 0]);
    const twice = await compare("k,v\n1,a\n1,b\n2,c\n", "k,v\n1,a\n1,B\n1,x\n2,c\n", { keys: ["k"] });
    assert.deepEqual([counts(twice), twice.duplicateKeys], [[1, 0, 1, 2], 1]);
    await assert.rejects(compare("a\n1\n", "b\n1\n", { keys: ["a"] }), { code: "value.invalid" });
  });

  it("compares tables without rows or columns", async () => {
    assert.deepEqual(counts(await compare("", "a\n1\n")), [1, 0, 0, 0]);
    assert.deepEqual(counts(await compare("a,b\n", "a,b\n1,2\n")), [1, 0, 0, 0]);
    assert.deepEqual(counts(await compare("a\n1\n2\n", "")), [0, 2, 0, 0]);
  });

  it("matches rows without a key that are alike, each with its likest, and leaves others apart", async () => {
    const line = (n: number): CellValue[] => [n % 2 === 0, n * 1.25, n % 3, n * n + 0.5, `t${n % 5}`];
    const lines = Array.from({ length: 40 }, (_, n) => line(n));
    const text = (rows: readonly Row[]): string =>
      `a,b,c,d,e\n${rows.map((one) => one.join(",")).join("\n")}\n`;
    const now = lines.map((one, n) =>
      n === 7 ? one.with(3, -1) : n === 30 ? one.with(1, 0.1).with(4, "t") : one,
    );
    const fresh: Row = [true, 999.5, 1, 0.25, "t1"];
    const diff = await compare(text(lines), text([...now.slice(0, 20), ...now.slice(21), fresh]));
    assert.deepEqual([diff.keysFrom, counts(diff)], ["content", [1, 1, 2, 37]]);
    assert.deepEqual(diff.changedCells, [
      { column: "b", cells: 1 },
      { column: "d", cells: 1 },
      { column: "e", cells: 1 },
    ]);
    const { rows } = await tabular.diffRows({ handle: diff.handle, changes: [], from: 0, most: 9 }, never);
    assert.deepEqual(
      rows.map(({ change, cells }) => [change, cells]),
      [
        ["changed", [3]],
        ["removed", []],
        ["changed", [1, 4]],
        ["added", []],
      ],
    );
    const scaled = await compare(text(lines), text(lines.map((one) => one.with(3, Number(one[3]) * 10))));
    assert.deepEqual([counts(scaled), scaled.notes], [[0, 0, 40, 0], []]);
  });

  it("compares hundreds of columns as it does few, with keys that repeat and without a key", async () => {
    const width = 120;
    const names = ["id", "again", ...Array.from({ length: width }, (_, at) => `c${at}`)].join(",");
    const rowOf = (id: number): (number | string)[] => [
      id,
      id % 3,
      ...Array.from({ length: width }, (_, at) => (at % 2 === 0 ? id + at : `t${id}-${at}`)),
    ];
    const rows = many((n) => rowOf(n)).map((line) => line.split(","));
    const text = (lines: readonly (readonly string[])[]): string =>
      `${names}\n${lines.map((line) => line.join(",")).join("\n")}\n`;
    const after = rows.map((line) => [...line]);
    const put = (row: number, column: number, value: string): void => {
      const line = after[row];
      if (line) line[column] = value;
    };
    put(3, 2, "3.25");
    put(3, 110, "8000");
    put(7, 121, "other");
    after.splice(10, 1);
    after.push(rowOf(50).map(String));
    const exactly = await compare(text(rows), text(after), { keys: ["id"] });
    assert.deepEqual([exactly.added, exactly.removed, exactly.changed, exactly.same], [1, 1, 2, 27]);
    assert.deepEqual(exactly.changedCells.map(({ column, cells }) => `${column} ${cells}`).sort(), [
      "c0 1",
      "c108 1",
      "c119 1",
    ]);
    const page = { handle: exactly.handle, changes: [] as const, from: 0, most: 10 };
    const { rows: shown } = await tabular.diffRows(page, never);
    const [first] = shown;
    assert.deepEqual(
      shown.map(({ change, cells }) => [change, cells]),
      [
        ["changed", [2, 110]],
        ["changed", [121]],
        ["removed", []],
        ["added", []],
      ],
    );
    assert.deepEqual(
      [first?.before?.length, first?.before?.[110], first?.after?.[110]],
      [width + 2, 111, 8000],
    );
    const near = await compare(text(rows), text(after), { keys: ["id"], absolute: 0.5 });
    assert.deepEqual(near.changedCells.map(({ column }) => column).sort(), ["c108", "c119"]);
    const repeated = await compare(text(rows), text(after), { keys: ["again"] });
    assert.deepEqual(
      [repeated.rowsAfter, repeated.duplicateKeys, repeated.added, repeated.removed],
      [30, 3, 1, 1],
    );
  });

  it("is what a plain comparison in TypeScript is, over random tables", async () => {
    const word = fc.constantFrom("a", "b", "Ä", "x y", 'q"', "1x");
    const row = fc.tuple(
      fc.integer({ min: 0, max: 6 }),
      fc.option(word),
      fc.option(fc.integer({ min: -20, max: 20 }).map((n) => n / 4)),
    );
    const table = fc.array(row, { minLength: 1, maxLength: 12 });
    const key = fc.constantFrom([0], [0, 1], [] as number[]);
    const text = (rows: readonly Row[]): string =>
      `k,w,x\n${rows.map(([k, w, x]) => `${String(k)},${w === null ? "" : `"${String(w).replaceAll('"', '""')}"`},${x ?? ""}`).join("\n")}\n`;
    // The first rows fix the types of the columns.
    const fixed: Row = [99, "fixed", 0.25];
    await fc.assert(
      fc.asyncProperty(table, table, key, fc.constantFrom(0, 0.5), async (some, others, places, absolute) => {
        const [before, after] = [
          [fixed, ...some],
          [fixed, ...others],
        ];
        const keys = places.map((at) => ["k", "w", "x"][at] ?? "");
        const tolerance = places.length === 0 ? exact : { absolute, relative: 0 };
        const found = await compare(text(before), text(after), { keys, absolute });
        const naive = naiveDiff(before, after, places, tolerance);
        const { rows, total } = await tabular.diffRows(
          { handle: found.handle, changes: [], from: 0, most: 100 },
          never,
        );
        assert.equal(total, rows.length);
        // without keys a row that is gone may stand with one that came: what is the same stays so
        const alike = places.length === 0 ? found.changed : 0;
        assert.deepEqual(
          [found.added + alike, found.removed + alike, found.changed - alike, found.same],
          [naive.added, naive.removed, naive.changed, naive.same],
        );
        assert.equal(found.duplicateKeys, naive.duplicateKeys);
        assert.equal(rows.length, found.added + found.removed + found.changed);
        const changed = rows.filter(({ change }) => change === "changed");
        if (places.length === 0)
          for (const { cells } of changed)
            assert.ok(cells.length === 1, "more than half of three are the same");
        const cells = ["k", "w", "x"].map(
          (name) => found.changedCells.find(({ column }) => column === name)?.cells ?? 0,
        );
        assert.deepEqual(
          cells,
          [0, 1, 2].map((at) => changed.filter((one) => one.cells.includes(at)).length),
        );
        if (places.length > 0) assert.deepEqual(cells, naive.cells);
      }),
      { numRuns: 40 },
    );
  });
});
