import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onThemeChange } from "../chart/theme-colors.js";

/** How large rows and characters of a console are, and how much room there is for them; in pixels. */
interface ConsoleRoom {
  readonly rowHeight: number;
  readonly charWidth: number;
  /** 0 until it is known. */
  readonly width: number;
  readonly height: number;
}

const usualSize = 12;
const lineHeight = 1.5;

/** Measures the editor's font in which a console is written. */
function measured(): Pick<ConsoleRoom, "rowHeight" | "charWidth"> {
  const style = getComputedStyle(document.body);
  const size = Number.parseFloat(style.getPropertyValue("--vscode-editor-font-size")) || usualSize;
  const family = style.getPropertyValue("--vscode-editor-font-family") || "monospace";
  const context = document.createElement("canvas").getContext("2d");
  if (context) context.font = `${size}px ${family}`;
  const charWidth = context?.measureText("0".repeat(100)).width ?? 0;
  return { rowHeight: Math.round(size * lineHeight), charWidth: charWidth / 100 || size * 0.6 };
}

/** The room of the console's box, kept up to date. `isThere`: whether the box is in the page. */
export function useConsoleRoom(box: RefObject<HTMLElement | null>, isThere: boolean): ConsoleRoom {
  const [font, setFont] = useState(measured);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useEffect(
    () =>
      onThemeChange(() => {
        setFont(measured());
      }),
    [],
  );
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      setRoom({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [box, isThere]);
  return { ...font, ...room };
}
