import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { Button, IconButton } from "../controls.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { bytesText } from "../numbers.js";
import { onAnsiColors } from "./ansi-colors.js";
import { ConsoleFind } from "./console-find.js";
import { ConsoleLine, type CodePlace, type FoundText } from "./console-line.js";
import { useConsoleReader } from "./console-reader.js";
import { useFoundPlaces } from "./console-found.js";
import { useConsoleRoom } from "./console-room.js";
import type { ConsolePlace, ConsoleRow, ConsoleText } from "./console-text.js";
import { runWords } from "./run-words.js";

/** Browsers draw nothing that is taller: beyond it, a pixel of the scroll bar stands for more than one. */
const tallest = 12_000_000;
const spareRows = 20;
const settleMs = 50;
const said = runWords.console;

interface RunConsoleProps {
  readonly page: Page;
  readonly run: RunDetail;
  /** Whether long lines are broken. */
  readonly wraps: boolean;
  readonly onWraps: (wraps: boolean) => void;
}

/** What a run printed: it opens at the end and follows it, until a person scrolls up. Of a huge one, parts are read. */
export function RunConsole({ page, run, wraps, onWraps }: RunConsoleProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  /** Where to go as soon as it is known where that is. */
  const target = useRef<ConsolePlace | undefined>(undefined);
  const [isAtEnd, setAtEnd] = useState(true);
  const [top, setTop] = useState(0);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const isLive = run.state === "running";

  const reader = useConsoleReader(page, { id: run.id, isLive }, (part, put) => {
    const element = box.current;
    const first = element ? Math.floor((element.scrollTop * scale) / rowHeight) : 0;
    const place = text.partOf(first);
    put();
    // Rows above what is read that are more or fewer than expected move nothing that is seen.
    if (!element || part >= place.part || follows.current) return;
    const moved = text.partOf(first).before - place.before;
    element.scrollTop += (moved * rowHeight) / scaleOf(text, rowHeight);
  });
  const { text, isLoaded } = reader;
  const { rowHeight, charWidth, width, height } = useConsoleRoom(box, isLoaded);
  const scale = scaleOf(text, rowHeight);
  const { rowCount } = text;
  const visible = Math.ceil((height || 600) / rowHeight) + 1;
  const firstRow = Math.max(0, Math.min(rowCount - visible, Math.floor((top * scale) / rowHeight)));
  const found = useFoundPlaces(page, run.id, text, text.row(firstRow));

  const columns = wraps && width > 0 ? Math.max(20, Math.floor((width - 16) / charWidth)) : Infinity;
  useLayoutEffect(() => {
    const first = text.row(firstRow);
    text.wrap(columns);
    if (first && !follows.current) target.current = { ...first, column: first.from };
    redraw(undefined);
  }, [columns]);
  useEffect(() => onAnsiColors(() => void redraw(undefined)), []);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (target.current) {
      const row = text.rowOf(target.current);
      if (row === undefined) return;
      show(element, row, target.current);
      target.current = undefined;
    } else if (follows.current) element.scrollTop = element.scrollHeight;
  });
  /** Scrolls so far that a row stands in the middle, unless it is seen. */
  const show = (element: HTMLElement, row: number, { column }: ConsolePlace): void => {
    const [at, shown] = [(row * rowHeight) / scale, element.clientHeight];
    if (at < element.scrollTop || at + rowHeight > element.scrollTop + shown)
      element.scrollTop = Math.max(0, at - shown / 2);
    const left = wraps ? 0 : column * charWidth;
    const isSeen = left >= element.scrollLeft && left < element.scrollLeft + element.clientWidth - 80;
    if (!isSeen) element.scrollLeft = Math.max(0, left - element.clientWidth / 2);
  };
  const { current } = found;
  useEffect(() => {
    if (!current) return;
    follows.current = false;
    target.current = current;
    void reader.read(current.part); // what it was in may be forgotten, and it draws anew
  }, [current?.part, current?.line, current?.column]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "f";
      if (!isFind) return;
      event.preventDefault();
      found.open();
    };
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
    };
  }, [found.open]);

  const from = Math.max(0, firstRow - spareRows);
  const to = Math.min(rowCount, firstRow + visible + spareRows);
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  const missing = new Set(rows.map((row) => text.partOf(row).part).filter((part) => !text.has(part)));
  const missingKey = [...missing].join(" ");
  useEffect(() => {
    if (!isLoaded || missing.size === 0) return undefined;
    // What only passes by while a person scrolls is not read.
    const timer = setTimeout(() => {
      for (const part of missing) void reader.read(part);
    }, settleMs);
    return () => {
      clearTimeout(timer);
    };
  }, [missingKey, isLoaded]);

  const open = ({ path, line }: CodePlace): void => {
    const folder = run.launch?.folder ?? "";
    const isAbsolute = /^([/\\~]|[A-Za-z]:)/.test(path);
    const whole = isAbsolute || folder === "" ? path : `${folder}/${path}`;
    void page.ask.request("host/openFile", { path: whole, line });
  };
  const toEnd = (): void => {
    follows.current = true;
    setAtEnd(true);
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  };

  if (reader.failure !== undefined && !isLoaded)
    return <Failed what={said.failed} failure={reader.failure} onAgain={() => void reader.look()} />;
  if (!isLoaded) return <Skeleton lines={6} />;
  if (text.size === 0) {
    if (!run.launch) return <Notice>{said.untracked}</Notice>;
    return <Notice>{isLive ? said.noneYet : said.none}</Notice>;
  }
  const shift = scale === 1 ? from * rowHeight : top - (firstRow - from) * rowHeight;
  return (
    <>
      <div class="console-frame">
        {found.isOpen && (
          <ConsoleFind
            {...found}
            onClose={() => {
              found.close();
              box.current?.focus();
            }}
          />
        )}
        <div
          class="console"
          ref={box}
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label={said.label}
          style={{ "--row": `${rowHeight}px` }}
          onScroll={(event) => {
            const element = event.currentTarget;
            const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
            follows.current = atEnd;
            setAtEnd(atEnd);
            setTop(element.scrollTop);
          }}
        >
          <div class="console-lines" style={{ height: `${(rowCount * rowHeight) / scale}px` }}>
            <div class="console-shown" style={{ transform: `translateY(${Math.max(0, shift)}px)` }}>
              {rows.map((at) => {
                const row = text.row(at);
                return (
                  <div key={at} class="console-line">
                    {row ? (
                      <ConsoleLine {...row} found={foundIn(row, found.matches, current)} onOpen={open} />
                    ) : (
                      "…"
                    )}
                  </div>
                );
              })}
            </div>
          </div>
        </div>
      </div>
      <div class="console-foot">
        <span class="muted">{bytesText(text.size)}</span>
        {isAtEnd ? (
          isLive && <span class="muted">{said.follows}</span>
        ) : (
          <Button icon="arrow-down" onClick={toEnd}>
            {said.toEnd}
          </Button>
        )}
        <span class="console-tools">
          <IconButton icon="search" label={said.find} onClick={found.open} />
          <IconButton
            icon="word-wrap"
            label={said.wrap}
            pressed={wraps}
            onClick={() => {
              onWraps(!wraps);
            }}
          />
        </span>
      </div>
    </>
  );
}

const scaleOf = (text: ConsoleText, rowHeight: number): number =>
  Math.max(1, (text.rowCount * rowHeight) / tallest);

type Match = ConsolePlace & { readonly to: number };

/** What was found in the line of a row. `matches` come in the order of the console. */
function foundIn(
  row: ConsoleRow,
  matches: readonly Match[],
  current: Match | undefined,
): readonly FoundText[] {
  const isBefore = ({ part, line }: Match): boolean =>
    part < row.part || (part === row.part && line < row.line);
  let [low, high] = [0, matches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = matches[middle];
    if (one && isBefore(one)) low = middle + 1;
    else high = middle;
  }
  const found: FoundText[] = [];
  for (let at = low; at < matches.length; at++) {
    const one = matches[at];
    if (!one || one.part !== row.part || one.line !== row.line) break;
    const isCurrent =
      current?.part === one.part && current.line === one.line && current.column === one.column;
    found.push({ from: one.column, to: one.to, isCurrent });
  }
  return found;
}
