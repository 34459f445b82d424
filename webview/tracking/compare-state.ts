import { useEffect, useState } from "preact/hooks";
import type { Page } from "../bridge.js";
import type { RunComparison } from "../../src/protocol/tracking.js";

/** How long changes are gathered before the runs are compared anew. */
const gatherMs = 500;

interface Compared {
  /** undefined until the first answer. */
  readonly comparison: RunComparison | undefined;
  /** The metric that the first run puts forward. */
  readonly metric: string | undefined;
  readonly failure: Error | undefined;
  readonly again: () => void;
}

/** What differs between some runs, kept up to date while they run. */
export function useComparison(page: Page, runs: readonly string[]): Compared {
  const [comparison, setComparison] = useState<RunComparison>();
  const [metric, setMetric] = useState<string>();
  const [failure, setFailure] = useState<Error>();
  const [times, setTimes] = useState(0);
  const again = (): void => {
    setTimes((count) => count + 1);
  };

  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const unheard = page.on("runs/changed", ({ runs: changed }) => {
      if (changed.length > 0 && !changed.some((run) => runs.includes(run))) return;
      gathering ??= setTimeout(() => {
        gathering = undefined;
        again();
      }, gatherMs);
    });
    return () => {
      unheard();
      clearTimeout(gathering);
    };
  }, [page, runs]);

  useEffect(() => {
    if (runs.length < 2) return undefined;
    const asking = new AbortController();
    const { signal } = asking;
    const ask = async (): Promise<void> => {
      const briefs = page.ask.request("runs/briefs", { ids: runs.slice(0, 1) }, signal).catch(() => []);
      const found = await page.ask.request("runs/compare", { runs }, signal);
      const [first] = await briefs;
      if (signal.aborted) return;
      setFailure(undefined);
      setMetric(first?.headline?.name);
      setComparison(found);
    };
    ask().catch((error: unknown) => {
      if (!signal.aborted) setFailure(error instanceof Error ? error : new Error(String(error)));
    });
    return () => {
      asking.abort();
    };
  }, [page, runs, times]);
  return { comparison, metric, failure, again };
}
