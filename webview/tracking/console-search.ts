import { useEffect, useRef, useState } from "preact/hooks";
import { failureText } from "../answer.js";
import type { Page } from "../bridge.js";
import { withoutAnsi } from "./ansi.js";
import { ConsoleText, linesOf, partBytes, type ConsolePlace } from "./console-text.js";

/** More than this many places nobody walks through; the count says that there are more. */
export const mostMatches = 10_000;

export interface ConsoleMatch extends ConsolePlace {
  /** Behind the last character of what was found. */
  readonly to: number;
}

interface ConsoleSearch {
  /** From the beginning of the console on. */
  readonly matches: readonly ConsoleMatch[];
  /** False while parts are still being read. */
  readonly isDone: boolean;
  readonly failure: string | undefined;
}

/** Where a text stands in lines, whatever the case of its letters. */
function matchesIn(part: number, lines: readonly string[], wanted: string): ConsoleMatch[] {
  const sought = wanted.toLowerCase();
  return lines.flatMap((text, line) => {
    const matches: ConsoleMatch[] = [];
    const plain = withoutAnsi(text).toLowerCase();
    for (let at = plain.indexOf(sought); at >= 0; at = plain.indexOf(sought, at + sought.length))
      matches.push({ part, line, column: at, to: at + sought.length });
    return matches;
  });
}

const nothing: ConsoleSearch = { matches: [], isDone: true, failure: undefined };

/**
 * Looks for a text in the whole console, part by part: parts that were read already are not asked for again, and what
 * a run prints meanwhile is looked through as it comes. `wanted` "" looks for nothing. `size`: of the console, in bytes.
 */
export function useConsoleSearch(
  page: Page,
  run: string,
  text: ConsoleText,
  { wanted, size }: { readonly wanted: string; readonly size: number },
): ConsoleSearch {
  const [search, setSearch] = useState<ConsoleSearch>(nothing);
  const seen = useRef<{ wanted: string; matches: ConsoleMatch[]; parts: number }>({
    wanted: "",
    matches: [],
    parts: 0,
  });
  useEffect(() => {
    if (wanted === "") {
      seen.current = { wanted, matches: [], parts: 0 };
      setSearch(nothing);
      return undefined;
    }
    const { current } = seen;
    // The part that was the last one may have grown since it was looked through.
    const first = current.wanted === wanted ? Math.max(0, current.parts - 1) : 0;
    const matches = current.wanted === wanted ? current.matches.filter(({ part }) => part < first) : [];
    const asking = new AbortController();
    const look = async (): Promise<void> => {
      const parts = Math.ceil(size / partBytes);
      for (let part = first; part < parts && matches.length < mostMatches; part++) {
        // The last part may have become longer since the page read it.
        const kept = part < parts - 1 ? text.lines(part) : undefined;
        const query = { run, ...ConsoleText.queryOf(part) };
        const lines = kept ?? linesOf(part, await page.ask.request("runs/console", query, asking.signal));
        if (asking.signal.aborted) return;
        matches.push(...matchesIn(part, lines, wanted));
        seen.current = { wanted, matches, parts: part + 1 };
        setSearch({ matches: [...matches], isDone: part === parts - 1, failure: undefined });
      }
      setSearch({ matches: [...matches], isDone: true, failure: undefined });
    };
    look().catch((error: unknown) => {
      if (!asking.signal.aborted)
        setSearch({ matches: [...matches], isDone: true, failure: failureText(error) });
    });
    return () => {
      asking.abort();
    };
  }, [page, run, text, wanted, size]);
  return search;
}
