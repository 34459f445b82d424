import "./grid.css";
import "./tones.css";
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { placeColumns, withMoved, withWidth } from "./columns.js";
import type { GridProps } from "./grid-props.js";
import { gestures } from "./grid-gestures.js";
import { GridHeader } from "./grid-header.js";
import { PinnedRows, rowId, ScrollingRows } from "./grid-rows.js";
import { useSlots } from "./slots.js";
import { useHover } from "./hover.js";
import { Menu, type OpenMenu } from "./menu.js";
import type { Place } from "./moves.js";
import { Lines } from "./row-groups.js";
import type { RowSource, RowStore } from "./row-store.js";
import {
  columnChunks,
  columnsToRead,
  columnWindow,
  headerHeight,
  rowHeight,
  rowWindow,
  sameSpan,
} from "./window.js";

/** How many rows of skeletons stand for what nobody knows the length of yet. */
const waitingRows = 24;

/** How far beyond the view rows are fetched while a person scrolls. */
const rowsAhead = 40;
/** How long rows may be missing before something stands in their place. */
const slowMs = 200;

/** Rows and columns in any number: only those in the view are drawn, and rows are fetched as they come into it. */
export function Grid<R>(props: GridProps<R>) {
  const { source, store, layout, onLayout, onColumns, onView, onScrolled, selection } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, left: 0, width: 0, height: 0 });
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const [menu, setMenu] = useState<OpenMenu>();
  const [, drawAgain] = useState(0);
  const id = useId();
  const hover = useHover(scroller);
  const wantsFocus = useRef(false);
  const focusedKey = useRef<string>(undefined);
  const lastFocused = useRef<HTMLElement>(undefined);
  const shownOf = useRef(props.of);

  useEffect(() => store.listen(() => void drawAgain((count) => count + 1)), [store]);
  useLayoutEffect(() => {
    if (source) store.from(source);
  }, [source, store]);

  const placed = useMemo(() => placeColumns(props.columns, layout), [props.columns, layout]);
  const count = source?.count ?? 0;
  const lines = useMemo(
    () => new Lines(count, props.groups, props.closed),
    [count, props.groups, props.closed],
  );
  const lineCount = source ? lines.count : waitingRows;
  const columnCount = placed.pinned.length + placed.scrolling.length;

  // What is drawn: spans are kept while they are the same, so that rows see the same objects and stay as they are.
  const bodyHeight = view.height - headerHeight;
  const isOther = shownOf.current !== props.of;
  const rows = useKept(rowWindow(isOther ? 0 : view.top, bodyHeight, lineCount), sameSpan);
  const span = useKept(columnWindow(placed.scrolling, view.left, view.width - placed.pinnedWidth), sameSpan);
  const focusedColumn = Math.min(place.column, columnCount - 1);
  const columns = useMemo(() => {
    const seen = placed.scrolling.slice(span.from, span.to);
    const focused = placed.scrolling[focusedColumn - placed.pinned.length];
    return focused && !seen.includes(focused) ? [...seen, focused] : seen;
  }, [placed, span, focusedColumn]);

  // The row under the focus keeps it when rows come before it.
  useLayoutEffect(() => {
    const key = focusedKey.current;
    if (!source || key === undefined || place.row < 0) return;
    const line = lines.at(place.row);
    if (line?.kind === "row" && source.keyAt(line.row) === key) return;
    for (let row = 0; row < source.count; row++)
      if (source.keyAt(row) === key) {
        setPlace({ row: lines.of(row), column: place.column });
        return;
      }
  }, [source, lines]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = (): void => {
      const { scrollTop: top, scrollLeft: left, clientWidth: width, clientHeight: height } = element;
      setView((old) =>
        old.top === top && old.left === left && old.width === width && old.height === height
          ? old
          : { top, left, width, height },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  const counted = useRef(count);
  useLayoutEffect(() => {
    const more = count - counted.current;
    counted.current = count;
    const element = scroller.current;
    if (props.growsAtTop === true && more > 0 && !isOther && element && element.scrollTop > 0)
      element.scrollTop += more * rowHeight;
  }, [count]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (shownOf.current === props.of || !element) return;
    shownOf.current = props.of;
    element.scrollTop = 0;
    setView((old) => (old.top === 0 ? old : { ...old, top: 0 }));
    if (!element.contains(document.activeElement)) setPlace(({ column }) => ({ row: 0, column }));
  }, [props.of]);

  const shown = useMemo(() => {
    const first = lines.at(rows.from);
    const last = lines.at(rows.to - 1);
    const from = first?.kind === "group" ? first.group.from : (first?.row ?? 0);
    const to = last?.kind === "group" ? last.group.from : (last?.row ?? -1) + 1;
    return { from, to: Math.max(from, to) };
  }, [lines, rows]);
  const chunk = useKept(columnChunks(span, placed.scrolling.length), sameSpan);
  const hasSource = source !== undefined;
  useEffect(() => {
    if (hasSource) onColumns?.(columnsToRead(placed, chunk)); // before rows are asked for
  }, [hasSource, placed, chunk, onColumns]);
  useEffect(() => {
    if (!source) return;
    // rows ahead of a scroll are there when it comes to them; the first view comes alone and sooner
    const ahead = shown.from > 0 ? rowsAhead : 0;
    store.want(Math.max(0, shown.from - ahead), shown.to + ahead);
    onView?.(shown.from, shown.to);
  }, [source, store, shown, onView]);
  const slow = useLasting(!source || lacksRows(store, source, shown), slowMs);
  const scrolled = view.top > rowHeight / 2;
  useEffect(() => {
    onScrolled?.(scrolled);
  }, [scrolled, onScrolled]);

  const cellAt = (at: Place): HTMLElement | null =>
    scroller.current?.querySelector<HTMLElement>(
      `[data-line="${at.row}"] [aria-colindex="${at.column + 1}"]`,
    ) ??
    scroller.current?.querySelector<HTMLElement>(`[data-line="${at.row}"] [aria-colindex]`) ??
    null;
  useLayoutEffect(() => {
    // a focused cell that went with its row leaves the focus to the one in its place
    const isLost = lastFocused.current?.isConnected === false && document.activeElement === document.body;
    if ((!wantsFocus.current && !isLost) || menu) return;
    wantsFocus.current = false;
    cellAt(place)?.focus({ preventScroll: true });
  });

  const acts = gestures({
    props,
    lines,
    placed,
    place,
    focusedColumn,
    bodyHeight,
    bodyWidth: view.width - placed.pinnedWidth,
    scroller: scroller.current,
    cellAt,
    setMenu,
    focus: (to, key) => {
      wantsFocus.current = true;
      if (to.row >= 0) focusedKey.current = key;
      setPlace(to);
      drawAgain((times) => times + 1);
    },
  });

  const drawn: number[] = [];
  for (let line = rows.from; line < rows.to; line++) drawn.push(line);
  // the focus would be lost with its cell
  if (place.row >= 0 && place.row < lineCount) {
    if (place.row < rows.from) drawn.unshift(place.row);
    else if (place.row >= rows.to) drawn.push(place.row);
  }
  const width = placed.pinnedWidth + placed.scrollingWidth;
  const tabLine = Math.min(place.row, lineCount - 1);
  const slots = useSlots(
    drawn.map((line) => {
      const found = source ? lines.at(line) : undefined;
      if (found?.kind === "group") return `group ${found.group.key}`;
      return source && found ? source.keyAt(found.row) : `waiting ${line}`;
    }),
  );
  const drawnLines = drawn.map((line, at) => ({ line, slot: slots[at] ?? 0 }));

  const drawing = {
    ...{ id, lines, lineCount, placed, columns, tabLine },
    grid: props,
    drawn: drawnLines,
    tabColumn: focusedColumn,
    top: headerHeight,
    groupWidth: Math.min(width, view.width),
  };
  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop: top, scrollLeft: left } = element;
    setView((old) => ({ ...old, top, left }));
  }, []);
  return (
    <>
      <div
        class={slow ? "grid slow" : "grid"}
        ref={scroller}
        onScroll={onScroll}
        onFocusIn={(event) => {
          lastFocused.current = event.target instanceof HTMLElement ? event.target : undefined;
        }}
        onKeyDown={acts.keyDown}
        onPointerDown={acts.pointerDown}
        onPointerOver={hover.over}
        onPointerLeave={hover.leave}
        onClick={acts.click}
        onDblClick={acts.doubleClick}
        onContextMenu={acts.contextMenu}
      >
        <div
          class="grid-space"
          role="presentation"
          style={{ width: `${width}px`, height: `${headerHeight + lineCount * rowHeight}px` }}
        >
          <div
            class="grid-rows"
            role="grid"
            aria-label={props.label}
            aria-rowcount={source ? lineCount + 1 : -1}
            aria-colcount={columnCount}
            aria-multiselectable={selection ? true : undefined}
            aria-busy={source ? undefined : true}
            aria-owns={drawnLines.map(({ slot }) => rowId(id, slot)).join(" ")}
          >
            <GridHeader
              pinned={placed.pinned}
              columns={columns}
              pinnedWidth={placed.pinnedWidth}
              sorted={props.sorted}
              focused={tabLine < 0 ? focusedColumn : undefined}
              selected={selection && selectedOf(selection.keys.size, count)}
              onSelectAll={acts.selectAll}
              onSort={acts.sort}
              onMenu={acts.openColumnMenu}
              onWidth={(column, to) => {
                onLayout(withWidth(layout, column.id, to));
              }}
              onFit={acts.fit}
              onMove={(column, to) => {
                onLayout(withMoved(props.columns, layout, column, to));
              }}
            />
            <PinnedRows<R> {...drawing} />
          </div>
          <ScrollingRows<R> {...drawing} />
        </div>
      </div>
      {menu ? (
        <Menu
          menu={menu}
          onClose={(chosen) => {
            setMenu(undefined);
            wantsFocus.current = true;
            chosen?.();
          }}
        />
      ) : null}
    </>
  );
}

const selectedOf = (selected: number, count: number): "none" | "some" | "all" =>
  selected === 0 ? "none" : selected < count ? "some" : "all";

/** The value of the last drawing while it is the same as the present one: then whoever depends on it stays still. */
function useKept<T>(value: T, same: (a: T, b: T) => boolean): T {
  const kept = useRef(value);
  if (!same(kept.current, value)) kept.current = value;
  return kept.current;
}

/** Whether a state lasts: true once it has been so for some time. */
function useLasting(is: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!is) return undefined;
    const patience = setTimeout(() => {
      setLasting(true);
    }, ms);
    return () => {
      clearTimeout(patience);
    };
  }, [is, ms]);
  return is && lasting;
}

/** Whether some of these rows have not come yet. */
function lacksRows<R>(
  store: RowStore<R>,
  source: RowSource<R>,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  for (let row = from; row < to; row++) if (store.byKey(source.keyAt(row)) === undefined) return true;
  return false;
}
