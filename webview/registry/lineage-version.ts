import { useEffect, useState } from "preact/hooks";
import type { Page } from "../bridge.js";

/** A run that logs tells so four times a second; what a graph shows of it can wait. */
const restMs = 2000;

/** A number that grows, at most every two seconds, when data, runs or models changed. */
export function useLineageVersion(page: Page): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setVersion((before) => before + 1);
      }, restMs);
    };
    const stops = [
      page.on("datasets/changed", look),
      page.on("models/changed", look),
      page.on("runs/changed", look),
    ];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
    };
  }, [page]);
  return version;
}
