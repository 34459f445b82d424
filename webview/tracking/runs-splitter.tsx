import { useRef } from "preact/hooks";
import { runsWords } from "./runs-words.js";

interface Props {
  /** The share of the second part, from 0 to 1. */
  readonly share: number;
  /** Whether the parts stand beside each other, not below. */
  readonly beside: boolean;
  readonly onShare: (share: number) => void;
}

const [least, most] = [0.15, 0.8];
const inRange = (share: number): number => Math.min(most, Math.max(least, share));

/** The line between grid and curves: dragged, or moved by arrows. */
export function Splitter({ share, beside, onShare }: Props) {
  const dragged = useRef(false);
  const onPointerMove = (event: PointerEvent): void => {
    const box =
      event.currentTarget instanceof HTMLElement &&
      event.currentTarget.parentElement?.getBoundingClientRect();
    if (!dragged.current || !box) return;
    onShare(
      inRange(beside ? (box.right - event.clientX) / box.width : (box.bottom - event.clientY) / box.height),
    );
  };
  return (
    <div
      class={beside ? "splitter splitter-beside" : "splitter"}
      role="separator"
      aria-label={runsWords.splitter}
      aria-orientation={beside ? "vertical" : "horizontal"}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={least * 100}
      aria-valuemax={most * 100}
      tabIndex={0}
      onPointerDown={(event) => {
        dragged.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        dragged.current = false;
      }}
      onKeyDown={(event) => {
        const grow = event.key === (beside ? "ArrowLeft" : "ArrowUp");
        const shrink = event.key === (beside ? "ArrowRight" : "ArrowDown");
        if (!grow && !shrink) return;
        event.preventDefault();
        onShare(inRange(share + (grow ? 0.05 : -0.05)));
      }}
    />
  );
}
