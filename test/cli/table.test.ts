import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { ownScreen, toned, type Screen } from "../../src/cli/screen.js";
import { leastWidth, tableLines, type Column } from "../../src/cli/table.js";
import { fitted, padded, printable, textWidth } from "../../src/cli/text-width.js";

const plain: Screen = { width: 80, live: false, colours: false };
const narrow = (width: number): Screen => ({ width, live: true, colours: false });
const columns: readonly Column[] = [
  { title: "name", align: "left", shrinksTo: 6 },
  { title: "f1", align: "right" },
  { title: "state", align: "left" },
];

describe("tables", () => {
  it("align text left and numbers right, without blanks at the end", () => {
    const lines = tableLines(
      columns,
      [
        ["a", "0.95", "finished"],
        ["longer", "NaN", "ok"],
      ],
      plain,
    );
    assert.deepEqual(lines, ["name      f1  state", "a       0.95  finished", "longer   NaN  ok"]);
  });

  it("align by what characters take in a terminal: wide, combined, emoji, right to left", () => {
    const names = ["日本語", "e\u0301te\u0301", "👩‍👩‍👧 run", "שלום", "한국", "ﬁt", "🇩🇪", "1️⃣"];
    const lines = tableLines(
      columns,
      names.map((name) => [name, "1", "ok"]),
      plain,
    );
    const places = lines.slice(1).map((line) => textWidth(line.slice(0, line.indexOf("1  ok"))));
    assert.equal(new Set(places).size, 1, lines.join("\n"));
  });

  it("write out what would move the cursor or the direction of text", () => {
    const [, line = ""] = tableLines(columns, [["a\u001b[2Jb\nc\u202e", "1", "ok"]], plain);
    assert.match(line, /^a\\x1b\[2Jb\\nc\\u202e {2}/);
  });

  it("cut long cells where a person looks at it, down to what the column allows", () => {
    const row = ["a-very-long-name-of-a-run", "0.95", "finished"];
    const [, cut = ""] = tableLines(columns, [row], narrow(30));
    assert.equal(textWidth(cut), 30);
    assert.match(cut, /^a-very-long-n…\s+0\.95 {2}finished$/);
    const [, least = ""] = tableLines(columns, [row], narrow(5));
    assert.match(least, /^a-ver… /);
    const [, whole = ""] = tableLines(columns, [row], { ...narrow(30), live: false });
    assert.match(whole, /^a-very-long-name-of-a-run /);
    assert.equal(leastWidth(columns, [row]), 6 + 2 + 4 + 2 + 8);
  });

  it("colour only where that was allowed, and measure without it", () => {
    const cell = { text: "failed", tone: "red" } as const;
    const [, coloured = ""] = tableLines(columns, [["a", "1", cell]], { ...narrow(80), colours: true });
    assert.ok(coloured.includes("\u001b["));
    assert.equal(stripVTControlCharacters(coloured), tableLines(columns, [["a", "1", cell]], plain)[1]);
    assert.equal(toned("x", "red", plain), "x");
  });

  it("know what stdout can show", () => {
    assert.deepEqual(ownScreen({}, {}), plain);
    assert.deepEqual(ownScreen({ isTTY: true, columns: 120 }, {}), { width: 120, live: true, colours: true });
    assert.equal(ownScreen({ isTTY: true, columns: 120 }, { NO_COLOR: "1" }).colours, false);
    assert.equal(ownScreen({ isTTY: true, columns: 0 }, { TERM: "dumb" }).colours, false);
    assert.equal(ownScreen({ isTTY: true, columns: 0 }, {}).width, 80);
  });

  it("fit any text into any width", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(30), (text, width) => {
        const shown = printable(text);
        const cut = fitted(shown, width);
        assert.ok(textWidth(cut) <= width);
        assert.equal(textWidth(padded(cut, width)), width);
        if (textWidth(shown) <= width) assert.equal(cut, shown);
      }),
    );
  });

  it("never let a control character through", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x20ff })), (codes) => {
        const text = String.fromCodePoint(...codes);
        assert.doesNotMatch(printable(text), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
