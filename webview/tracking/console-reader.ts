import { useCallback, useEffect, useReducer, useRef, useState } from "preact/hooks";
import { failureText } from "../answer.js";
import type { Page } from "../bridge.js";
import { ConsoleText } from "./console-text.js";

const liveMs = 500;

interface ConsoleReader {
  readonly text: ConsoleText;
  /** False until something is known. */
  readonly isLoaded: boolean;
  readonly failure: string | undefined;
  /** Reads a part, unless it is being read. */
  readonly read: (part: number) => Promise<void>;
  /** Reads what came since. */
  readonly look: () => Promise<void>;
}

/**
 * What was read of a run's console; of one that still grows, what comes is read as it comes. `whileReading` is called
 * around the arrival of a part, so that what a person looks at can be held in its place.
 */
export function useConsoleReader(
  page: Page,
  run: { readonly id: string; readonly isLive: boolean },
  whileReading: (part: number, put: () => void) => void,
): ConsoleReader {
  const text = useRef(new ConsoleText());
  const asked = useRef(new Map<number, Promise<void>>());
  const around = useRef(whileReading);
  around.current = whileReading;
  const [isLoaded, setLoaded] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const { id, isLive } = run;

  const read = useCallback(
    (part: number): Promise<void> => {
      const before = asked.current.get(part);
      if (before) return before;
      const reading = page.ask
        .request("runs/console", { run: id, ...ConsoleText.queryOf(part) })
        .then((answer) => {
          around.current(part, () => {
            text.current.put(part, answer);
          });
          setFailure(undefined);
          setLoaded(true);
          redraw(undefined);
        })
        .catch((error: unknown) => {
          setFailure(failureText(error));
        })
        .finally(() => asked.current.delete(part));
      asked.current.set(part, reading);
      return reading;
    },
    [page, id],
  );
  const look = useCallback(async (): Promise<void> => {
    try {
      const end = await page.ask.request("runs/console", { run: id, from: -1, most: 1 });
      if (end.size === text.current.size && end.size > 0) return;
      text.current.grow(end.size);
      if (end.size === 0) setLoaded(true);
      else await read(text.current.partCount - 1);
    } catch (error) {
      setFailure(failureText(error));
    }
  }, [page, id, read]);

  useEffect(() => {
    void look();
    if (!isLive) return undefined;
    const timer = setInterval(() => void look(), liveMs);
    return () => {
      clearInterval(timer);
    };
  }, [look, isLive]);
  return { text: text.current, isLoaded, failure, read, look };
}
