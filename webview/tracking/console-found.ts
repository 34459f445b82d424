import { useCallback, useEffect, useState } from "preact/hooks";
import type { Page } from "../bridge.js";
import { mostMatches, useConsoleSearch, type ConsoleMatch } from "./console-search.js";
import type { ConsoleRow, ConsoleText } from "./console-text.js";
import { runWords } from "./run-words.js";

const said = runWords.console;

interface FoundPlaces {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
  /** Grows each time that a person asks to find. */
  readonly asked: number;
  readonly wanted: string;
  readonly onWanted: (wanted: string) => void;
  /** What was found, in words. */
  readonly told: string;
  readonly hasMatches: boolean;
  readonly onStep: (by: 1 | -1) => void;
  readonly matches: readonly ConsoleMatch[];
  /** Where a person is among them. */
  readonly current: ConsoleMatch | undefined;
}

/** What a person looks for in a console. It begins at the first place from `here` on, the first row that is seen. */
export function useFoundPlaces(
  page: Page,
  run: string,
  text: ConsoleText,
  here: ConsoleRow | undefined,
): FoundPlaces {
  const [asked, setAsked] = useState(0);
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState<number | undefined>(undefined);
  const isOpen = asked > 0;
  const { matches, isDone, failure } = useConsoleSearch(page, run, text, {
    wanted: isOpen ? wanted : "",
    size: text.size,
  });
  const { length } = matches;
  useEffect(() => {
    if (at !== undefined || length === 0) return;
    const behind = matches.findIndex(
      ({ part, line }) => !here || part > here.part || (part === here.part && line >= here.line),
    );
    if (behind >= 0) setAt(behind);
    else if (isDone) setAt(length - 1);
  }, [matches, isDone, at]);
  const open = useCallback(() => {
    setAsked((count) => count + 1);
  }, []);
  const told = (): string => {
    if (wanted === "") return "";
    if (failure !== undefined) return failure;
    if (length === 0) return isDone ? said.noMatch : said.searching;
    return said.matchOf((at ?? 0) + 1, length, length >= mostMatches || !isDone);
  };
  return {
    isOpen,
    open,
    close: () => {
      setAsked(0);
      setAt(undefined);
    },
    asked,
    wanted,
    onWanted: (next) => {
      setWanted(next);
      setAt(undefined);
    },
    told: told(),
    hasMatches: length > 0,
    onStep: (by) => {
      if (length > 0) setAt((before) => ((before ?? 0) + by + length) % length);
    },
    matches,
    current: at === undefined ? undefined : matches[at],
  };
}
