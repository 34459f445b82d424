import { useEffect, useState } from "preact/hooks";
import type { Page } from "../bridge.js";

/** A number that grows when any of these models may have changed; `models` undefined: any model. */
export function useModelsVersion(page: Page, models: readonly string[] | undefined): number {
  const [version, setVersion] = useState(0);
  const key = models?.join(" ");
  useEffect(
    () =>
      page.on("models/changed", ({ models: changed }) => {
        const isOurs = key === undefined || changed.length === 0 || changed.some((id) => key.includes(id));
        if (isOurs) setVersion((before) => before + 1);
      }),
    [page, key],
  );
  return version;
}
