import { useEffect, useState } from "preact/hooks";
import type { Page } from "./bridge.js";

/** A number that grows when any of these runs may have changed; `runs` undefined: any run. */
export function useRunVersion(page: Page, runs: readonly string[] | undefined): number {
  const [version, setVersion] = useState(0);
  const key = runs?.join(" ");
  useEffect(
    () =>
      page.on("runs/changed", ({ runs: changed }) => {
        const isOurs = key === undefined || changed.length === 0 || changed.some((id) => key.includes(id));
        if (isOurs) setVersion((before) => before + 1);
      }),
    [page, key],
  );
  return version;
}
