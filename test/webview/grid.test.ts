import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ordered,
  placeColumns,
  readLayout,
  usualLayout,
  withHidden,
  withMoved,
  withPinned,
  withStepped,
  withWidth,
  type GridColumn,
} from "../../webview/grid/columns.js";
import { moved } from "../../webview/grid/moves.js";
import { Lines, type RowGroup } from "../../webview/grid/row-groups.js";
import { RowStore, type RowSource } from "../../webview/grid/row-store.js";
import { kept, noSelection, only, ranged, toggled } from "../../webview/grid/selection.js";
import { Slots } from "../../webview/grid/slots.js";
import { columnChunks, columnWindow, rowHeight, rowWindow, scrolledTo } from "../../webview/grid/window.js";

const columns: readonly GridColumn[] = [
  { id: "name", title: "Name", width: 200, fixed: true },
  ...["a", "b", "c", "d"].map((id) => ({ id, title: id, width: 100 })),
  { id: "e", title: "e", width: 100, aside: true },
];
const scrolling = (layout = usualLayout): string[] =>
  placeColumns(columns, layout).scrolling.map(({ id }) => id);

describe("grid columns", () => {
  it("stand in their order, the fixed one pinned, those aside left out", () => {
    const { pinned, pinnedWidth, scrollingWidth } = placeColumns(columns, usualLayout);
    assert.deepEqual(
      pinned.map(({ id }) => id),
      ["name"],
    );
    assert.deepEqual(scrolling(), ["a", "b", "c", "d"]);
    assert.equal(pinnedWidth, 200);
    assert.equal(scrollingWidth, 400);
  });

  it("are hidden, shown, pinned, resized and moved", () => {
    assert.deepEqual(scrolling(withHidden(usualLayout, "b", true)), ["a", "c", "d"]);
    assert.deepEqual(scrolling(withHidden(usualLayout, "e", false)), ["a", "b", "c", "d", "e"]);
    const pinned = placeColumns(columns, withPinned(usualLayout, "c", true));
    assert.deepEqual(
      pinned.pinned.map(({ id, left, index }) => [id, left, index]),
      [
        ["name", 0, 0],
        ["c", 200, 1],
      ],
    );
    assert.deepEqual(scrolling(withMoved(columns, usualLayout, "a", "c")), ["b", "c", "a", "d"]);
    assert.deepEqual(scrolling(withMoved(columns, usualLayout, "d", "b")), ["a", "d", "b", "c"]);
    assert.deepEqual(scrolling(withStepped(columns, usualLayout, "b", 1)), ["a", "c", "b", "d"]);
    assert.equal(withMoved(columns, usualLayout, "a", "name"), usualLayout);
    assert.equal(placeColumns(columns, withWidth(usualLayout, "a", 3)).scrolling[0]?.width, 40);
  });

  it("that came after an order was saved stand behind their own neighbour", () => {
    const order = { order: ["name", "d", "b"] };
    assert.deepEqual(
      ordered(columns, order).map(({ id }) => id),
      ["name", "a", "d", "e", "b", "c"],
    );
  });

  it("each stand exactly once, whatever the layout", () => {
    const ids = fc.constantFrom("name", "a", "b", "c", "d", "e", "gone");
    const layouts = fc.record({
      widths: fc.dictionary(ids, fc.integer()),
      hidden: fc.array(ids),
      shown: fc.array(ids),
      pinned: fc.array(ids),
      order: fc.array(ids),
    });
    fc.assert(
      fc.property(layouts, (layout) => {
        const { pinned, scrolling: rest } = placeColumns(columns, readLayout(layout));
        const placed = [...pinned, ...rest];
        assert.equal(new Set(placed.map(({ id }) => id)).size, placed.length);
        assert.deepEqual(
          placed.map(({ index }) => index),
          placed.map((_, at) => at),
        );
        assert.equal(placed[0]?.id, "name");
      }),
    );
  });

  it("take nothing from what is no layout", () => {
    for (const saved of [undefined, null, 3, "x", {}, { widths: 4, hidden: "a", order: [1, {}] }])
      assert.deepEqual(readLayout(saved), usualLayout);
  });
});

describe("grid window", () => {
  it("holds every row in view and few others", () => {
    fc.assert(
      fc.property(fc.nat(300_000), fc.nat(2000), fc.nat(10_000), (top, height, count) => {
        const { from, to } = rowWindow(top, height, count);
        assert.ok(from >= 0 && to <= count && from <= to);
        const first = Math.floor(top / rowHeight);
        const last = Math.min(count - 1, Math.floor((top + height) / rowHeight));
        if (first <= last) assert.ok(from <= first && last < to, `${from} ${to} ${first} ${last}`);
        assert.ok(to - from <= height / rowHeight + 30);
      }),
    );
  });

  it("holds every column in view", () => {
    const many = Array.from({ length: 500 }, (_, at) => ({
      id: `c${at}`,
      title: "c",
      width: 40 + (at % 7) * 30,
    }));
    const { scrolling: placed, scrollingWidth } = placeColumns(many, usualLayout);
    fc.assert(
      fc.property(fc.nat(scrollingWidth), fc.nat(3000), (left, width) => {
        const { from, to } = columnWindow(placed, left, width);
        placed.forEach((column, at) => {
          const isSeen = column.left < left + width && column.left + column.width > left;
          if (isSeen) assert.ok(at >= from && at < to);
        });
        assert.ok(to - from < width / 40 + 20);
      }),
    );
    assert.deepEqual(columnWindow([], 0, 100), { from: 0, to: 0 });
  });

  it("asks for values of all columns that are drawn, and for others long before they are", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(40), fc.nat(40), (count, at, size) => {
        const from = Math.min(at, count);
        const to = Math.min(count, from + size);
        const chunk = columnChunks({ from, to }, count);
        assert.ok(chunk.from === 0 || from - chunk.from >= 8);
        assert.ok(chunk.to === count || chunk.to - to >= 8);
        assert.ok(chunk.to - chunk.from <= size + 64);
      }),
    );
  });

  it("scrolls no further than it must", () => {
    assert.equal(scrolledTo(100, 50, 110, 132), 100);
    assert.equal(scrolledTo(100, 50, 66, 88), 66);
    assert.equal(scrolledTo(100, 50, 140, 162), 112);
    assert.equal(scrolledTo(100, 50, 200, 400), 200);
  });
});

describe("grid slots", () => {
  it("keep what stays drawn where it is, and are as few as what was drawn at most", () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 12 })), (views) => {
        const slots = new Slots();
        let before = new Map<string, number>();
        let most = 0;
        for (const view of views) {
          const keys = view.map(String);
          const taken = slots.take(keys);
          most = Math.max(most, keys.length);
          assert.equal(new Set(taken).size, keys.length);
          assert.ok(taken.every((slot) => slot < most));
          keys.forEach((key, at) => {
            if (before.has(key)) assert.equal(taken[at], before.get(key));
          });
          before = new Map(keys.map((key, at) => [key, taken[at] ?? -1]));
        }
      }),
    );
  });
});

describe("grid focus", () => {
  const extent = { rows: 100, columns: 5, page: 10 };
  const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });

  it("walks by arrows, Home, End and pages", () => {
    const from = { row: 50, column: 2 };
    assert.deepEqual(moved(from, press("ArrowUp"), extent), { row: 49, column: 2 });
    assert.deepEqual(moved(from, press("ArrowDown", true), extent), { row: 99, column: 2 });
    assert.deepEqual(moved(from, press("Home"), extent), { row: 50, column: 0 });
    assert.deepEqual(moved(from, press("End", true), extent), { row: 99, column: 4 });
    assert.deepEqual(moved(from, press("PageDown"), extent), { row: 60, column: 2 });
    assert.deepEqual(moved({ row: 0, column: 0 }, press("ArrowUp"), extent), { row: -1, column: 0 });
    assert.equal(moved(from, press("x"), extent), undefined);
  });

  it("never leaves the grid", () => {
    const keys = fc.constantFrom(
      "ArrowUp",
      "ArrowDown",
      "ArrowLeft",
      "ArrowRight",
      "Home",
      "End",
      "PageUp",
      "PageDown",
    );
    const sizes = fc.record({
      rows: fc.nat(50),
      columns: fc.integer({ min: 1, max: 9 }),
      page: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(sizes, fc.array(fc.tuple(keys, fc.boolean())), (size, presses) => {
        let at = { row: -1, column: 0 };
        for (const [key, far] of presses) at = { ...(moved(at, press(key, far), size) ?? at) };
        assert.ok(
          at.row >= -1 && at.row < Math.max(size.rows, 0) && at.column >= 0 && at.column < size.columns,
        );
      }),
    );
  });
});

describe("grid groups", () => {
  it("give each row a line and each line back its row", () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(sizes, (made) => {
        let from = 0;
        const groups: RowGroup[] = made.map(([count], at) => {
          const group = { key: `g${at}`, label: "", from, count };
          from += count;
          return group;
        });
        const closed = new Set(groups.filter((_, at) => made[at]?.[1] === true).map(({ key }) => key));
        const lines = new Lines(from, groups, closed);
        let seen = 0;
        for (let line = 0; line < lines.count; line++) {
          const found = lines.at(line);
          assert.ok(found);
          if (found.kind === "row") {
            assert.equal(lines.of(found.row), line);
            seen++;
          } else assert.equal(lines.of(found.group.from), found.open ? line + 1 : line);
        }
        const open = groups.filter(({ key }) => !closed.has(key)).reduce((sum, { count }) => sum + count, 0);
        assert.equal(seen, open);
        assert.equal(lines.at(lines.count), undefined);
      }),
    );
  });

  it("are none: a line is a row", () => {
    assert.deepEqual(new Lines(3).at(2), { kind: "row", row: 2 });
    assert.equal(new Lines(3).of(2), 2);
  });
});

describe("grid selection", () => {
  it("toggles, ranges from the anchor, and forgets what went", () => {
    const order = ["a", "b", "c", "d"];
    const first = toggled(noSelection, "b");
    assert.deepEqual([...ranged(first, "d", order).keys], ["b", "c", "d"]);
    assert.deepEqual([...ranged(ranged(first, "d", order), "a", order).keys], ["a", "b"]);
    assert.deepEqual([...toggled(first, "b").keys], []);
    assert.deepEqual([...ranged(only("gone"), "c", order).keys], ["c"]);
    assert.equal(kept(first, new Set(order)), first);
    assert.deepEqual(kept(first, new Set(["a"])), { keys: new Set(), anchor: null });
  });
});

describe("grid rows", () => {
  interface Row {
    readonly key: string;
    readonly times: number;
  }
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

  function sourceOf(
    keys: readonly string[],
    asked: string[],
    gone: ReadonlySet<string> = new Set(),
  ): RowSource<Row> {
    let times = 0;
    return {
      count: keys.length,
      keyAt: (index) => keys[index] ?? "",
      rows: async (from, to) => {
        times++;
        asked.push(`${from}-${to}`);
        return keys.slice(from, to).map((key) => (gone.has(key) ? undefined : { key, times }));
      },
    };
  }
  const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `r${at}`);

  it("are fetched as they come into view, once", async () => {
    const asked: string[] = [];
    const store = new RowStore<Row>();
    store.from(sourceOf(names(500), asked));
    store.want(10, 60);
    assert.equal(store.at(10), undefined);
    await settle();
    store.want(20, 60);
    await settle();
    assert.deepEqual(asked, ["0-50", "50-100"]);
    assert.equal(store.at(10)?.key, "r10");
  });

  it("stay when the order changes", async () => {
    const asked: string[] = [];
    const store = new RowStore<Row>();
    store.from(sourceOf(names(40), asked));
    store.want(0, 40);
    await settle();
    store.from(sourceOf(["new", ...names(40).reverse()], asked));
    store.want(0, 41);
    assert.equal(store.at(1)?.key, "r39");
    assert.equal(store.at(0), undefined);
    await settle();
    assert.equal(store.at(0)?.key, "new");
  });

  it("are read anew when they changed, the old ones standing meanwhile", async () => {
    const asked: string[] = [];
    const store = new RowStore<Row>();
    store.from(sourceOf(names(120), asked));
    store.want(0, 120);
    await settle();
    store.refresh(["r60", "unknown"]);
    assert.equal(store.byKey("r60")?.times, 2);
    await settle();
    assert.equal(store.byKey("r60")?.times, 4);
    assert.deepEqual(asked.slice(3), ["50-100"]);
  });

  it("that are gone are not asked for again and again", async () => {
    const asked: string[] = [];
    const store = new RowStore<Row>();
    store.from(sourceOf(names(10), asked, new Set(["r3"])));
    store.want(0, 10);
    for (let turn = 0; turn < 5; turn++) await settle();
    assert.deepEqual(asked, ["0-10"]);
  });

  it("that cannot be read say so, and are asked for when a person tries again", async () => {
    let fails = true;
    const store = new RowStore<Row>();
    let told = 0;
    store.listen(() => told++);
    store.from({
      count: 1,
      keyAt: () => "r0",
      rows: async () => {
        if (fails) throw new Error("no");
        return [{ key: "r0", times: 1 }];
      },
    });
    store.want(0, 1);
    await settle();
    assert.equal(store.failure?.message, "no");
    assert.equal(told, 1);
    fails = false;
    store.retry();
    await settle();
    assert.equal(store.at(0)?.key, "r0");
  });
});
