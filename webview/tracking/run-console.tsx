import type { VNode } from "preact";
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { RunDetail } from "../../src/protocol/tracking.js";
import { failureText } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { bytesText } from "../numbers.js";
import { followAnsiColors } from "./ansi-colors.js";
import { ConsoleLine, type CodePlace } from "./console-line.js";
import { ConsoleText } from "./console-text.js";
import { runWords } from "./run-words.js";

const rowHeight = 18;
/** Browsers draw nothing that is taller: beyond it, a pixel of the scroll bar stands for more than one. */
const tallest = 12_000_000;
const liveMs = 500;
const spareRows = 20;
const settleMs = 50;

interface RunConsoleProps {
  readonly page: Page;
  readonly run: RunDetail;
}

/** What a run printed: it opens at the end and follows it, until a person scrolls up. Of a huge one, parts are read. */
export function RunConsole({ page, run }: RunConsoleProps): VNode {
  const text = useRef(new ConsoleText());
  const box = useRef<HTMLDivElement>(null);
  const asked = useRef(new Set<number>());
  const follows = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  const [top, setTop] = useState(0);
  const [loaded, setLoaded] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const isLive = run.state === "running";

  const read = useCallback(
    async (part: number): Promise<void> => {
      if (asked.current.has(part)) return;
      asked.current.add(part);
      try {
        const answer = await page.ask.request("runs/console", { run: run.id, ...ConsoleText.queryOf(part) });
        const element = box.current;
        const scale = scaleOf(text.current);
        const first = element ? Math.floor((element.scrollTop * scale) / rowHeight) : 0;
        const place = text.current.partOf(first);
        text.current.put(part, answer);
        // Lines above what is read that are more or fewer than expected move nothing that is seen.
        if (element && part < place.part && !follows.current) {
          const moved = text.current.partOf(first).before - place.before;
          element.scrollTop += (moved * rowHeight) / scaleOf(text.current);
        }
        setFailure(undefined);
        setLoaded(true);
        redraw(undefined);
      } catch (error) {
        setFailure(failureText(error));
      } finally {
        asked.current.delete(part);
      }
    },
    [page, run.id],
  );
  const look = useCallback(async (): Promise<void> => {
    try {
      const end = await page.ask.request("runs/console", { run: run.id, from: -1, most: 1 });
      if (end.size === text.current.size && end.size > 0) return;
      text.current.grow(end.size);
      if (end.size === 0) setLoaded(true);
      else await read(text.current.partCount - 1);
    } catch (error) {
      setFailure(failureText(error));
    }
  }, [page, run.id, read]);

  useEffect(followAnsiColors, []);
  useEffect(() => {
    void look();
    if (!isLive) return undefined;
    const timer = setInterval(() => void look(), liveMs);
    return () => {
      clearInterval(timer);
    };
  }, [look, isLive]);

  const { lineCount } = text.current;
  const scale = scaleOf(text.current);
  const height = (lineCount * rowHeight) / scale;
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  });
  const visible = Math.ceil((box.current?.clientHeight ?? 600) / rowHeight) + 1;
  const firstLine = Math.max(0, Math.min(lineCount - visible, Math.floor((top * scale) / rowHeight)));
  const from = Math.max(0, firstLine - spareRows);
  const to = Math.min(lineCount, firstLine + visible + spareRows);
  const lines: number[] = [];
  for (let line = from; line < to; line++) lines.push(line);
  const missing = new Set(
    lines.map((line) => text.current.partOf(line).part).filter((part) => !text.current.has(part)),
  );
  const missingKey = [...missing].join(" ");
  useEffect(() => {
    if (!loaded || missing.size === 0) return undefined;
    // What only passes by while a person scrolls is not read.
    const timer = setTimeout(() => {
      for (const part of missing) void read(part);
    }, settleMs);
    return () => {
      clearTimeout(timer);
    };
  }, [missingKey, loaded]);

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

  if (failure !== undefined && !loaded)
    return <Failed what={runWords.gone} failure={failure} onAgain={() => void look()} />;
  if (!loaded) return <Skeleton lines={6} />;
  if (text.current.size === 0) {
    if (!run.launch) return <Notice>{runWords.console.untracked}</Notice>;
    return <Notice>{isLive ? runWords.console.noneYet : runWords.console.none}</Notice>;
  }
  const shift = scale === 1 ? from * rowHeight : top - (firstLine - from) * rowHeight;
  return (
    <>
      <div
        class="console"
        ref={box}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={runWords.console.label}
        onScroll={(event) => {
          const element = event.currentTarget;
          const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
          follows.current = atEnd;
          setAtEnd(atEnd);
          setTop(element.scrollTop);
        }}
      >
        <div class="console-lines" style={{ height: `${height}px` }}>
          <div class="console-shown" style={{ transform: `translateY(${Math.max(0, shift)}px)` }}>
            {lines.map((line) => {
              const shown = text.current.line(line);
              return (
                <div key={line} class="console-line">
                  {shown === undefined ? "…" : <ConsoleLine text={shown} onOpen={open} />}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <div class="console-foot">
        <span class="muted">{bytesText(text.current.size)}</span>
        {isAtEnd ? (
          isLive && <span class="muted">{runWords.console.follows}</span>
        ) : (
          <Button icon="arrow-down" onClick={toEnd}>
            {runWords.console.toEnd}
          </Button>
        )}
      </div>
    </>
  );
}

const scaleOf = (text: ConsoleText): number => Math.max(1, (text.lineCount * rowHeight) / tallest);
