import { useEffect, useState } from "preact/hooks";

/** Whether the page is narrower than so many pixels, as beside code. */
export function useNarrow(pixels: number): boolean {
  const [isNarrow, setNarrow] = useState(() => window.innerWidth < pixels);
  useEffect(() => {
    const query = window.matchMedia(`(width < ${pixels}px)`);
    const look = (): void => {
      setNarrow(query.matches);
    };
    look();
    query.addEventListener("change", look);
    return () => {
      query.removeEventListener("change", look);
    };
  }, [pixels]);
  return isNarrow;
}
