import { useEffect, useState } from "preact/hooks";
import type { Page } from "../bridge.js";

/** A number that grows when the data set or its working copy may have changed. */
export function useDatasetVersion(page: Page, dataset: string): number {
  const [version, setVersion] = useState(0);
  useEffect(
    () =>
      page.on("datasets/changed", ({ datasets }) => {
        if (datasets.length === 0 || datasets.includes(dataset)) setVersion((before) => before + 1);
      }),
    [page, dataset],
  );
  return version;
}
