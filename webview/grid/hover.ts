import type { RefObject } from "preact";
import { useMemo } from "preact/hooks";

/** The line of the titles, which are told from each other one by one. */
const titles = "-1";

/** Says to the parts of a row that the pointer is over one of them. */
export function useHover(grid: RefObject<HTMLElement | null>): {
  readonly over: (event: Event) => void;
  readonly leave: () => void;
} {
  return useMemo(() => {
    let marked: readonly HTMLElement[] = [];
    const mark = (line: string | undefined): void => {
      if (marked[0]?.isConnected === true && marked[0].dataset["line"] === line) return;
      for (const part of marked) delete part.dataset["hovered"];
      marked =
        line === undefined || grid.current === null
          ? []
          : [...grid.current.querySelectorAll<HTMLElement>(`[data-line="${line}"]`)];
      for (const part of marked) part.dataset["hovered"] = "";
    };
    return {
      over: ({ target }) => {
        const part = target instanceof Element ? target.closest<HTMLElement>("[data-line]") : null;
        const line = part?.dataset["line"];
        mark(line === titles ? undefined : line);
      },
      leave: () => {
        mark(undefined);
      },
    };
  }, [grid]);
}
